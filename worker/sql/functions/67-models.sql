-- What a language model would cost and has cost, and who may send what where.
--
-- Settings come from the worker, which alone knows its configuration:
--   engine        embedded | openai: of an analysis that names none
--   provider, host, model, context_tokens, tokenizer, parallel
--   price         {input, cached, output, date} in micro-USD for a million
--                 tokens; null when nobody knows it
--   budgets       {analysis, user, day} in micro-USD; null is none
--   plans         {quick, standard, deep: [{name, stages, paper,
--                 fixed_tokens, claims_tokens, max_output_tokens,
--                 typical_output_tokens}]}, in the order of the calls

CREATE OR REPLACE FUNCTION publish_model_settings(p_settings json)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO model_settings (settings) VALUES (p_settings)
    ON CONFLICT ON CONSTRAINT model_settings_pkey DO UPDATE SET
        settings = excluded.settings, updated_at = clock_timestamp();
END $$;


-- The settings when a model is configured, else NULL.

CREATE OR REPLACE FUNCTION current_model() RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT m.settings FROM model_settings m
             WHERE m.settings->>'model' IS NOT NULL);


CREATE OR REPLACE FUNCTION engine_model(p_engine text) RETURNS text
    LANGUAGE sql STABLE
    RETURN CASE p_engine WHEN 'openai' THEN current_model()->>'model' END;


-- The engine that a body names, or the configured one.

CREATE OR REPLACE FUNCTION chosen_engine(p_body jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_engine    text := coalesce(p_body->>'engine',
        (SELECT m.settings->>'engine' FROM model_settings m), 'embedded');
BEGIN
    IF v_engine = 'openai' AND current_model() IS NULL THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
            '{"engine": "no language model is configured"}');
    END IF;

    RETURN v_engine;
END $$;


-- The budgets that a call of this analysis counts in on that day.

CREATE OR REPLACE FUNCTION call_scopes(p_user uuid, p_analysis uuid,
    p_day date) RETURNS TABLE (scope text, key uuid, period date)
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT * FROM (VALUES
        ('day', '00000000-0000-0000-0000-000000000000'::uuid, p_day),
        ('user_day', p_user, p_day),
        ('user_month', p_user, date_trunc('month', p_day::timestamp)::date),
        ('analysis', p_analysis, '1970-01-01'::date)) v(scope, key, period)
     WHERE v.key IS NOT NULL;
END;


-- The same with their limits (NULL: none) and what is used.  p_analysis NULL:
-- one that has not begun.  The user's limit of an analysis never lifts the
-- operator's.

CREATE OR REPLACE FUNCTION budget_scopes(p_user uuid, p_analysis uuid,
    p_max bigint, p_day date)
    RETURNS TABLE (scope text, cap bigint, spent bigint, reserved bigint)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_budgets   json := (SELECT m.settings->'budgets' FROM model_settings m);
    v_user      record;
BEGIN
    SELECT u.llm_budget_micro_usd AS month, u.llm_daily_budget_micro_usd AS day
      INTO v_user FROM users u WHERE u.id = p_user;

    RETURN QUERY
    SELECT c.scope,
           CASE c.scope
           WHEN 'day' THEN (v_budgets->>'day')::bigint
           WHEN 'user_day' THEN v_user.day
           WHEN 'user_month' THEN coalesce(v_user.month,
                                           (v_budgets->>'user')::bigint)
           ELSE least(p_max, (v_budgets->>'analysis')::bigint) END,
           coalesce(s.spent, 0), coalesce(s.reserved, 0)
      FROM call_scopes(p_user, coalesce(p_analysis, p_user), p_day) c
      LEFT JOIN llm_spending s ON s.scope = c.scope AND s.key = c.key
           AND s.period = c.period;
END $$;


-- The tightest budget that cannot pay so much more, or NULL.

CREATE OR REPLACE FUNCTION budget_shortage(p_user uuid, p_analysis uuid,
    p_max bigint, p_day date, p_amount bigint) RETURNS json
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN (
        SELECT json_build_object('scope', b.scope, 'needed', p_amount,
                   'remaining', greatest(b.cap - b.spent - b.reserved, 0),
                   'reserved', b.reserved)
          FROM budget_scopes(p_user, p_analysis, p_max, p_day) b
         WHERE p_amount > 0 AND b.spent + b.reserved + p_amount > b.cap
         ORDER BY b.cap - b.spent - b.reserved, b.scope LIMIT 1);
END $$;


CREATE OR REPLACE FUNCTION utc_today() RETURNS date
    LANGUAGE sql VOLATILE
    RETURN (clock_timestamp() AT TIME ZONE 'UTC')::date;


-- May a confidential paper be sent there?  An entry without a port stands for
-- every port of its host.

CREATE OR REPLACE FUNCTION host_allowed(p papers, p_host text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN NOT p.unpublished OR EXISTS (
        SELECT 1 FROM unnest(p.llm_hosts) h
         WHERE lower(h) IN (lower(p_host),
                            lower(regexp_replace(p_host, ':\d+$', ''))));


CREATE OR REPLACE FUNCTION check_host(p papers) RETURNS void
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_host  text := current_model()->>'host';
BEGIN
    IF NOT host_allowed(p, v_host) THEN
        PERFORM raise_error('CONFLICT',
            'the paper is confidential and may not be sent to this host',
            json_build_object('reason', 'host_not_allowed', 'host', v_host));
    END IF;
END $$;


-- The price of so many tokens, rounded up once.

CREATE OR REPLACE FUNCTION token_cost(p_price json, p_input bigint,
    p_cached bigint, p_output bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN ((p_input * (p_price->>'input')::bigint
             + p_cached * coalesce((p_price->>'cached')::bigint,
                                   (p_price->>'input')::bigint)
             + p_output * (p_price->>'output')::bigint + 999999) / 1000000);


-- The size of a paper in a prompt, or no row before its extraction.

CREATE OR REPLACE FUNCTION paper_size(p_paper uuid)
    RETURNS TABLE (tokens bigint, bytes bigint)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(d.tokens, ceil(octet_length(t.body) / 3.3))::bigint,
           octet_length(t.body)::bigint
      FROM paper_documents d JOIN paper_texts t ON t.paper_id = d.paper_id
     WHERE d.paper_id = p_paper;
END;


-- The calls of an analysis with what they cost: low with the paper's tokens
-- in the provider's cache after the first call and short answers, likely with
-- typical ones, high as settings_tokens_bound() of the worker reserves them.
-- NULL without a price.

CREATE OR REPLACE FUNCTION plan_calls(p_model json, p_type text,
    p_tokens bigint)
    RETURNS TABLE (stages text[], paper boolean, fixed bigint, input bigint,
                   output bigint, low bigint, likely bigint, high bigint)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    v_price json := CASE json_typeof(p_model->'price') WHEN 'object'
                         THEN p_model->'price' END;
BEGIN
    RETURN QUERY
    SELECT json_texts(c.stages), c.paper, c.fixed, s.input,
           c.max_output_tokens,
           token_cost(v_price, s.input - s.cached, s.cached,
                      (c.typical_output_tokens + 1) / 2),
           token_cost(v_price, s.input, 0, c.typical_output_tokens),
           token_cost(v_price, s.input + s.input / 3 + 256, 0,
                      c.max_output_tokens)
      FROM (SELECT e.n, r.*, coalesce(r.fixed_tokens, 0)
                       + coalesce(r.claims_tokens, 0) AS fixed
              FROM json_array_elements(p_model->'plans'->p_type)
                       WITH ORDINALITY e(value, n),
                   json_to_record(e.value) AS r(stages json, paper boolean,
                       fixed_tokens bigint, claims_tokens bigint,
                       max_output_tokens bigint,
                       typical_output_tokens bigint)) c,
           LATERAL (SELECT c.fixed + p.tokens AS input,
                           CASE WHEN c.n > 1 THEN p.tokens ELSE 0 END
                           AS cached
                      FROM (SELECT CASE WHEN c.paper THEN greatest(0,
                                least(p_tokens,
                                (p_model->>'context_tokens')::bigint
                                - c.max_output_tokens - c.fixed))
                                ELSE 0 END AS tokens) p) s
     ORDER BY c.n;
END $$;


-- A start that its budgets cannot pay in the likely case is refused.  Before
-- the extraction nobody knows: then each call decides.

CREATE OR REPLACE FUNCTION check_budget(p_caller uuid, p papers,
    p_body jsonb) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_max       bigint := (p_body#>>'{parameters,max_cost_micro_usd}')::bigint;
    v_likely    bigint;
    v_shortage  json;
BEGIN
    IF json_typeof(current_model()->'price') = 'object' THEN
        SELECT sum(c.likely) INTO v_likely
          FROM paper_size(p.id) s, plan_calls(current_model(),
                   coalesce(p_body->>'analysis_type', 'standard'),
                   s.tokens) c;

        v_shortage := budget_shortage(p_caller, NULL, v_max, utc_today(),
                                      coalesce(v_likely, 0));

    ELSIF has_budget(p_caller, v_max) THEN
        v_shortage := '{"reason": "unpriced"}';
    END IF;

    IF v_shortage IS NOT NULL THEN
        PERFORM raise_error('BUDGET_EXCEEDED',
            CASE WHEN v_shortage->>'reason' = 'unpriced'
                THEN 'no price is known for the model, so a budget cannot be'
                     ' kept; the operator can give one in LLM_PRICES'
                ELSE 'the analysis cannot be paid from the remaining budget'
                END,
            v_shortage);
    END IF;
END $$;


CREATE OR REPLACE FUNCTION has_budget(p_caller uuid, p_max bigint)
    RETURNS boolean
    LANGUAGE sql VOLATILE
    RETURN EXISTS (SELECT 1 FROM budget_scopes(p_caller, NULL, p_max,
                                               utc_today()) b
                    WHERE b.cap IS NOT NULL);


-- The stages with their shares of the calls that fill them.

CREATE OR REPLACE FUNCTION estimate_stages(p_model json, p_type text,
    p_tokens bigint) RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    -- of a stage without calls
    v_none  bigint := CASE json_typeof(p_model->'price') WHEN 'object'
                           THEN 0 END;
BEGIN
    RETURN (
        SELECT json_agg(json_build_object('name', s.name,
                   'input_tokens', coalesce(e.input, 0),
                   'max_output_tokens', coalesce(e.output, 0),
                   'low', coalesce(e.low, v_none),
                   'likely', coalesce(e.likely, v_none),
                   'high', coalesce(e.high, v_none)) ORDER BY s.pos)
          FROM stage_plan() s
          LEFT JOIN (
              SELECT n.name, sum(share_of(c.input, v.n, n.i)) AS input,
                     sum(share_of(c.output, v.n, n.i)) AS output,
                     sum(share_of(c.low, v.n, n.i)) AS low,
                     sum(share_of(c.likely, v.n, n.i)) AS likely,
                     sum(share_of(c.high, v.n, n.i)) AS high
                FROM plan_calls(p_model, p_type, p_tokens) c,
                     LATERAL (SELECT cardinality(c.stages)::bigint AS n) v,
                     unnest(c.stages) WITH ORDINALITY n(name, i)
               GROUP BY n.name) e ON e.name = s.name);
END $$;


CREATE OR REPLACE FUNCTION embedded_estimate_json() RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('engine', 'embedded', 'provider', NULL,
        'model', NULL,
        'stages', (SELECT json_agg(json_build_object('name', s.name,
                       'input_tokens', 0, 'max_output_tokens', 0, 'low', 0,
                       'likely', 0, 'high', 0) ORDER BY s.pos)
                     FROM stage_plan() s),
        'total', json_build_object('low', 0, 'likely', 0, 'high', 0),
        'price_table_date', NULL, 'fits_budget', true, 'budget', NULL,
        'outbound', NULL);


-- The bytes are what the calls of the plan would send, rather too many than
-- too few: a token is about 4, and JSON escapes what it quotes.

CREATE OR REPLACE FUNCTION model_estimate_json(p_caller uuid, p papers,
    p_body jsonb, p_tokens bigint, p_bytes bigint) RETURNS json
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_model json := current_model();
    v_type  text := coalesce(p_body->>'analysis_type', 'standard');
    v_max   bigint := (p_body#>>'{parameters,max_cost_micro_usd}')::bigint;
    v_sum   record;
    v_short json;
BEGIN
    SELECT sum(c.low)::bigint AS low, sum(c.likely)::bigint AS likely,
           sum(c.high)::bigint AS high,
           sum(CASE WHEN c.paper THEN p_bytes ELSE 0 END
               + 6 * c.fixed)::bigint AS bytes INTO v_sum
      FROM plan_calls(v_model, v_type, p_tokens) c;

    v_short := budget_shortage(p_caller, NULL, v_max, utc_today(),
                               v_sum.likely);

    RETURN json_build_object('engine', 'openai',
        'provider', v_model->'provider', 'model', v_model->'model',
        'stages', estimate_stages(v_model, v_type, p_tokens),
        'total', json_build_object('low', v_sum.low, 'likely', v_sum.likely,
                                   'high', v_sum.high),
        'price_table_date', v_model#>'{price,date}',
        'fits_budget', CASE WHEN v_sum.likely IS NULL
            THEN NOT has_budget(p_caller, v_max)
            ELSE v_short IS NULL END,
        'budget', CASE WHEN v_short IS NOT NULL THEN json_build_object(
            'scope', v_short->'scope', 'needed', v_short->'needed',
            'remaining', v_short->'remaining') END,
        'outbound', json_build_object('host', v_model->'host',
            'bytes', v_sum.bytes,
            'allowed', host_allowed(p, v_model->>'host')));
END $$;


CREATE OR REPLACE FUNCTION estimate_analysis(p_caller uuid, p_paper uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_body  jsonb := coalesce(p_body, '{}');
    v_paper papers;
    v_size  record;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT p.* INTO v_paper FROM papers p
      JOIN workspace_members m ON m.workspace_id = p.workspace_id
           AND m.user_id = p_caller
     WHERE p.id = p_paper;

    IF v_paper.id IS NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    PERFORM check_analysis_body(v_body);

    IF v_paper.deleted_at IS NOT NULL THEN
        PERFORM raise_error('CONFLICT', 'the paper is in the trash');
    END IF;

    IF chosen_engine(v_body) = 'embedded' THEN
        RETURN QUERY SELECT embedded_estimate_json();
        RETURN;
    END IF;

    SELECT * INTO v_size FROM paper_size(p_paper);

    IF v_size.tokens IS NULL THEN
        PERFORM raise_error('CONFLICT', 'the paper is not extracted yet',
            json_build_object('status', v_paper.status));
    END IF;

    RETURN QUERY SELECT model_estimate_json(p_caller, v_paper, v_body,
                                            v_size.tokens, v_size.bytes);
END $$;


-- GET /models: the configured engine, for the screen that starts an analysis.

CREATE OR REPLACE FUNCTION get_model_settings(p_caller uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_model json := current_model();
BEGIN
    PERFORM check_caller(p_caller);

    RETURN QUERY SELECT json_build_object(
        'engine', chosen_engine('{}'),
        'engines', CASE WHEN v_model IS NULL THEN '["embedded"]'::json
                        ELSE '["embedded", "openai"]' END,
        'provider', v_model->'provider', 'host', v_model->'host',
        'model', v_model->'model',
        'context_tokens', v_model->'context_tokens',
        'priced', v_model IS NULL
                  OR json_typeof(v_model->'price') = 'object',
        'price_table_date', v_model#>'{price,date}',
        'plans', (SELECT json_object_agg(t.name, json_build_object('calls',
                      coalesce(json_array_length(v_model->'plans'->t.name),
                               0)))
                    FROM unnest(ARRAY['quick', 'standard', 'deep'])
                         t(name)));
END $$;


-- What the caller has used this month, of the plan and of the money.

CREATE OR REPLACE FUNCTION get_usage(p_caller uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM check_caller(p_caller);

    RETURN QUERY
    SELECT json_build_object(
        'papers', json_build_object('used', coalesce(m.papers, 0),
                                    'limit', p.monthly_papers),
        'analyses', json_build_object('used', coalesce(m.analyses, 0),
                                      'limit', p.monthly_analyses),
        'storage_bytes', json_build_object('used', coalesce(s.bytes, 0),
                                           'limit', p.storage_bytes),
        'llm_micro_usd', json_build_object('spent', b.spent,
            'reserved', b.reserved, 'budget', b.cap))
      FROM users u
      JOIN plans p ON p.code = u.plan
      LEFT JOIN usage_months m ON m.user_id = u.id
           AND m.month = current_month()
      LEFT JOIN storage_usage s ON s.user_id = u.id
      JOIN budget_scopes(p_caller, NULL, NULL, utc_today()) b
           ON b.scope = 'user_month'
     WHERE u.id = p_caller;
END $$;
