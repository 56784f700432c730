-- The journal of model calls and their money.  Executed by the worker.
--
-- Order of locks: paper, analysis, job, call; then the events' lock (7302);
-- then the money's lock (7303).  Who will emit an event takes 7302 before
-- 7303.  Under 7303 alone rows of llm_spending are written, so whatever is
-- reserved was compared with what is committed, and no two transactions wait
-- for each other.

CREATE OR REPLACE FUNCTION lock_money(p_emits boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF p_emits THEN
        PERFORM pg_advisory_xact_lock(7302, 0);
    END IF;

    PERFORM pg_advisory_xact_lock(7303, 0);
END $$;


-- The members of the stored results' provenance that a call knows.

CREATE OR REPLACE FUNCTION call_meta(c model_calls) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'prompt_id', c.prompt_id, 'prompt_version', c.prompt_version,
        'prompt_sha256', c.prompt_sha256, 'model_requested', c.model,
        'model_reported', c.model_reported,
        'system_fingerprint', c.system_fingerprint,
        'seed', coalesce(c.parameters#>'{sampling,seed}',
                         c.parameters->'seed'),
        'temperature', coalesce(c.parameters#>'{sampling,temperature}',
                                c.parameters->'temperature'),
        'input_tokens', c.prompt_tokens, 'cached_tokens', c.cached_tokens,
        'output_tokens', c.completion_tokens,
        'cost_micro_usd', c.cost_micro_usd, 'latency_ms', c.latency_ms,
        'response_id', c.response_id, 'finish_reason', c.finish_reason);


-- A usable answer to the same input: the analysis' own first; for a replay
-- its original's; else any of the same paper.  Papers share nothing.

CREATE OR REPLACE FUNCTION stored_answer(a analyses, p_hash text)
    RETURNS model_calls
    LANGUAGE plpgsql
AS $$
DECLARE
    v_call  model_calls;
BEGIN
    SELECT c.* INTO v_call FROM model_calls c
     WHERE c.input_hash = p_hash AND c.paper_id = a.paper_id AND c.usable
       AND c.workspace_id = a.workspace_id
       AND (a.replay_of IS NULL OR c.analysis_id IN (a.id, a.replay_of))
     ORDER BY c.analysis_id = a.id DESC, c.id DESC LIMIT 1;

    RETURN v_call;
END $$;


-- An answer that was cut at this length, when a longer one was or will be
-- asked for: by this very job, by the original of a replay, or successfully.

CREATE OR REPLACE FUNCTION cut_answer(a analyses, p_job jobs, p_hash text)
    RETURNS model_calls
    LANGUAGE plpgsql
AS $$
DECLARE
    v_call  model_calls;
BEGIN
    SELECT c.* INTO v_call FROM model_calls c
     WHERE c.analysis_id IN (a.id, a.replay_of) AND c.input_hash = p_hash
       AND c.paper_id = a.paper_id AND c.state = 'settled'
       AND NOT c.usable AND c.finish_reason = 'length'
       AND (a.replay_of IS NOT NULL OR c.job_id = p_job.id
            OR EXISTS (SELECT 1 FROM model_calls l
                        WHERE l.analysis_id = a.id AND l.name = c.name
                          AND l.usable AND l.id > c.id
                          AND l.max_output_tokens > c.max_output_tokens))
     ORDER BY c.analysis_id = a.id DESC, c.id DESC LIMIT 1;

    RETURN v_call;
END $$;


-- The same answer in the journal of another analysis, at no cost.

CREATE OR REPLACE FUNCTION copy_answer(p_call model_calls, a analyses,
    p_job jobs) RETURNS model_calls
    LANGUAGE plpgsql
AS $$
DECLARE
    v_call  model_calls;
BEGIN
    INSERT INTO model_calls (workspace_id, user_id, paper_id, analysis_id,
        job_id, lease_epoch, name, stages, attempt, state, usable,
        reused_from, input_hash, provider, host, model, parameters,
        prompt_id, prompt_version, prompt_sha256, request_sha256, bytes,
        input_tokens, max_output_tokens, day, reserved_micro_usd, raw,
        raw_sha256, finish_reason, model_reported, response_id,
        system_fingerprint, http_status, prompt_tokens, cached_tokens,
        completion_tokens, latency_ms, ended_at)
    SELECT a.workspace_id, a.user_id, a.paper_id, a.id,
        p_job.id, p_job.lease_epoch, c.name, c.stages, c.attempt, c.state,
        c.usable, c.id, c.input_hash, c.provider, c.host, c.model,
        c.parameters, c.prompt_id, c.prompt_version, c.prompt_sha256,
        c.request_sha256, c.bytes, c.input_tokens, c.max_output_tokens,
        utc_today(), 0, c.raw, c.raw_sha256, c.finish_reason,
        c.model_reported, c.response_id, c.system_fingerprint, c.http_status,
        c.prompt_tokens, c.cached_tokens, c.completion_tokens, c.latency_ms,
        clock_timestamp()
      FROM (SELECT (p_call).*) c
    RETURNING * INTO v_call;

    RETURN v_call;
END $$;


-- Reserves the price of a call in all its budgets: NULL, or the budget that
-- cannot pay it, and nothing is reserved.

CREATE OR REPLACE FUNCTION reserve_money(a analyses, p_day date,
    p_amount bigint) RETURNS json
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_shortage  json;
BEGIN
    PERFORM lock_money(false);

    v_shortage := budget_shortage(a.user_id, a.id,
        (a.parameters->>'max_cost_micro_usd')::bigint, p_day, p_amount);

    IF v_shortage IS NULL THEN
        INSERT INTO llm_spending AS s (scope, key, period, reserved)
        SELECT c.scope, c.key, c.period, p_amount
          FROM call_scopes(a.user_id, a.id, p_day) c
        ON CONFLICT ON CONSTRAINT llm_spending_pkey
        DO UPDATE SET reserved = s.reserved + excluded.reserved;
    END IF;

    RETURN v_shortage;
END $$;


-- Journal and ledger in one statement: nothing is sent that is not in both.

CREATE OR REPLACE FUNCTION insert_call(a analyses, p_job jobs, p_day date,
    p_call json) RETURNS model_calls
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_id    bigint;
    v_call  model_calls;
BEGIN
    WITH sent AS (
        INSERT INTO model_calls (workspace_id, user_id, paper_id,
            analysis_id, job_id, lease_epoch, name, stages, attempt,
            input_hash, provider, host, model, parameters, prompt_id,
            prompt_version, prompt_sha256, request_sha256, bytes,
            input_tokens, max_output_tokens, day, reserved_micro_usd)
        SELECT a.workspace_id, a.user_id, a.paper_id, a.id, p_job.id,
               p_job.lease_epoch, c.name, json_texts(c.stages), c.attempt,
               c.input_hash, c.provider, c.host, c.model, c.parameters,
               c.prompt_id, c.prompt_version, c.prompt_sha256,
               c.request_sha256, c.bytes, c.input_tokens,
               c.max_output_tokens, p_day, coalesce(c.reserve_micro_usd, 0)
          FROM json_to_record(p_call) AS c (name text, stages json,
               attempt int, input_hash text, provider text, host text,
               model text, parameters json, prompt_id text,
               prompt_version text, prompt_sha256 text, request_sha256 text,
               bytes bigint, input_tokens bigint, max_output_tokens bigint,
               reserve_micro_usd bigint)
        RETURNING *)
    INSERT INTO outbound (workspace_id, paper_id, analysis_id, call_id, at,
        host, provider, model, call, stage, bytes, payload_sha256)
    SELECT s.workspace_id, s.paper_id, s.analysis_id, s.id, s.sent_at,
           s.host, s.provider, s.model, s.name,
           array_to_string(s.stages, ' '), s.bytes, s.request_sha256
      FROM sent s
    RETURNING call_id INTO STRICT v_id;

    -- What answers may be another model than the one told at the start.
    UPDATE analyses SET model = p_call->>'model'
     WHERE id = a.id AND model IS DISTINCT FROM p_call->>'model';

    UPDATE analysis_stages SET calls = calls + 1
     WHERE analysis_id = a.id AND name = ANY (
        SELECT json_array_elements_text(p_call->'stages'));

    SELECT c.* INTO v_call FROM model_calls c WHERE c.id = v_id;

    RETURN v_call;
END $$;


-- The call that this lease has sent already: its answer to the worker was
-- lost on the way, and the worker asks again.

CREATE OR REPLACE FUNCTION repeated_call(a analyses, p_job jobs,
    p_call json) RETURNS model_calls
    LANGUAGE plpgsql
AS $$
DECLARE
    v_call  model_calls;
BEGIN
    SELECT c.* INTO v_call FROM model_calls c
     WHERE c.analysis_id = a.id AND c.job_id = p_job.id
       AND c.lease_epoch = p_job.lease_epoch AND c.state = 'sent'
       AND c.name = p_call->>'name'
       AND c.attempt = (p_call->>'attempt')::int
       AND c.input_hash = p_call->>'input_hash'
       AND c.request_sha256 = p_call->>'request_sha256';

    RETURN v_call;
END $$;


-- For a replay whose original has no such input: its answer to the call of
-- that name, whatever model, prompt or setting this worker would use today.

CREATE OR REPLACE FUNCTION replayed_answer(a analyses, p_name text,
    p_hash text) RETURNS model_calls
    LANGUAGE plpgsql
AS $$
DECLARE
    v_call  model_calls;
BEGIN
    SELECT c.* INTO v_call FROM model_calls c
     WHERE c.analysis_id = a.replay_of AND c.name = p_name AND c.usable
       AND NOT EXISTS (SELECT 1 FROM model_calls h
                        WHERE h.analysis_id = a.replay_of
                          AND h.input_hash = p_hash)
     ORDER BY c.id DESC LIMIT 1;

    RETURN v_call;
END $$;


-- What forbids a call beside its price, or NULL: see open_call().

CREATE OR REPLACE FUNCTION call_obstacle(a analyses, p papers, p_day date,
    p_call json) RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    IF a.replay_of IS NOT NULL THEN
        RETURN 'missing';

    ELSIF NOT host_allowed(p, p_call->>'host') THEN
        RETURN 'forbidden';

    ELSIF p_call->>'reserve_micro_usd' IS NULL AND EXISTS (
        SELECT 1 FROM budget_scopes(a.user_id, a.id,
            (a.parameters->>'max_cost_micro_usd')::bigint, p_day) b
         WHERE b.cap IS NOT NULL)
    THEN
        RETURN 'unpriced';
    END IF;

    RETURN NULL;
END $$;


-- May this call be sent?  Outcomes:
--   answered   raw is the stored answer to the same input, meta its origin;
--              detail {own}: paid for by this analysis
--   truncated  the stored answer was cut at this length: ask for a longer
--              one; only when p_call has "accept_truncated": true
--   sent       reserved, journalled, in the ledger: send it now
--   budget     detail {scope, needed, remaining, reserved}
--   unpriced   nobody knows the price, and there is a budget to keep
--   cancelled  end the job by cancel_job()
--   forbidden  the paper is confidential and the host not allowed
--   missing    a replay without a stored answer
-- No row: the lease is lost.

CREATE OR REPLACE FUNCTION open_call(p_id bigint, p_epoch bigint,
    p_call json) RETURNS TABLE (outcome text, call_id bigint, raw text,
                                meta json, detail json)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job       jobs := lock_job(p_id, p_epoch);
    v_hash      text := p_call->>'input_hash';
    v_day       date := utc_today();
    a           analyses;
    v_paper     papers;
    v_call      model_calls;
BEGIN
    SELECT * INTO a FROM analyses WHERE id = v_job.subject_id;
    SELECT * INTO v_paper FROM papers WHERE id = a.paper_id;

    IF v_job.kind IS DISTINCT FROM 'analysis'
       OR a.status IS DISTINCT FROM 'processing'
    THEN
        RETURN;
    END IF;

    IF v_job.cancel_requested_at IS NOT NULL
       OR v_paper.deleted_at IS NOT NULL
    THEN
        UPDATE jobs SET cancel_requested_at = coalesce(cancel_requested_at,
                                                       clock_timestamp())
         WHERE id = p_id;
        outcome := 'cancelled';
        RETURN NEXT;
        RETURN;
    END IF;

    v_call := stored_answer(a, v_hash);

    IF v_call.id IS NULL AND a.replay_of IS NOT NULL THEN
        v_call := replayed_answer(a, p_call->>'name', v_hash);
    END IF;

    IF v_call.id IS NULL AND (p_call->>'accept_truncated')::boolean THEN
        v_call := cut_answer(a, v_job, v_hash);
    END IF;

    IF v_call.id IS NOT NULL THEN
        outcome := CASE WHEN v_call.usable THEN 'answered'
                        ELSE 'truncated' END;
        detail := json_build_object('own', v_call.analysis_id = a.id);

        IF v_call.analysis_id <> a.id THEN
            v_call := copy_answer(v_call, a, v_job);
        END IF;

        raw := v_call.raw;
    ELSE
        v_call := repeated_call(a, v_job, p_call);
        outcome := CASE WHEN v_call.id IS NOT NULL THEN 'sent'
                        ELSE call_obstacle(a, v_paper, v_day, p_call) END;
    END IF;

    IF outcome IS NULL THEN
        detail := reserve_money(a, v_day,
            coalesce((p_call->>'reserve_micro_usd')::bigint, 0));
        outcome := CASE WHEN detail IS NULL THEN 'sent' ELSE 'budget' END;

        IF detail IS NULL THEN
            v_call := insert_call(a, v_job, v_day, p_call);
        END IF;
    END IF;

    call_id := v_call.id;
    meta := CASE WHEN v_call.id IS NOT NULL THEN call_meta(v_call) END;
    RETURN NEXT;
END $$;


-- The shares of an amount in n parts: even, the remainder goes to the first.

CREATE OR REPLACE FUNCTION share_of(p_amount bigint, n bigint, i bigint)
    RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN p_amount / n + CASE i WHEN 1 THEN p_amount % n ELSE 0 END;


-- Turns the reservations of ended calls into their cost, everywhere.

CREATE OR REPLACE FUNCTION book_calls(p_calls model_calls[]) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    UPDATE analysis_stages s SET cost_micro_usd = s.cost_micro_usd + m.cost,
        in_doubt_micro_usd = s.in_doubt_micro_usd + m.doubt
      FROM (SELECT c.analysis_id, n.name, sum(share_of(c.cost_micro_usd,
                       cardinality(c.stages), n.i)) AS cost,
                   sum(CASE c.state WHEN 'lost' THEN share_of(
                       c.cost_micro_usd, cardinality(c.stages), n.i)
                       ELSE 0 END) AS doubt
              FROM unnest(p_calls) c,
                   unnest(c.stages) WITH ORDINALITY n(name, i)
             GROUP BY c.analysis_id, n.name) m
     WHERE s.analysis_id = m.analysis_id AND s.name = m.name AND m.cost > 0;

    UPDATE analyses a SET cost_micro_usd = a.cost_micro_usd + m.cost
      FROM (SELECT c.analysis_id, sum(c.cost_micro_usd) AS cost
              FROM unnest(p_calls) c GROUP BY 1) m
     WHERE a.id = m.analysis_id AND m.cost > 0;

    PERFORM lock_money(true);

    UPDATE llm_spending s SET spent = s.spent + m.cost,
        reserved = s.reserved - m.reserved
      FROM (SELECT b.scope, b.key, b.period, sum(c.cost_micro_usd) AS cost,
                   sum(c.reserved_micro_usd) AS reserved
              FROM unnest(p_calls) c,
                   call_scopes(c.user_id, c.analysis_id, c.day) b
             GROUP BY 1, 2, 3) m
     WHERE s.scope = m.scope AND s.key = m.key AND s.period = m.period;
END $$;


-- What PostgreSQL cannot make text of must not keep the money from being
-- booked: U+0000 becomes U+FFFD.

CREATE OR REPLACE FUNCTION clean_answer(p_answer json) RETURNS json
    LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM p_answer->>'state';
    RETURN p_answer;
EXCEPTION WHEN untranslatable_character THEN
    RETURN regexp_replace(p_answer::text,
        '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::json;
END $$;


-- Writes the end of a call that is still open: its row, or NULLs.  A call
-- that was reserved never costs more than that, whatever the provider says;
-- what it claims beyond stands in claimed_micro_usd.  Usage that nobody
-- knows counts as reserved.

CREATE OR REPLACE FUNCTION end_call(p_call_id bigint, p_answer json)
    RETURNS model_calls
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_state text := p_answer->>'state';
    v_raw   text := CASE WHEN octet_length(p_answer->>'raw') <= 4194304
                         THEN p_answer->>'raw' END;
    v_call  model_calls;
BEGIN
    UPDATE model_calls c SET state = v_state, ended_at = clock_timestamp(),
        usable = v_state = 'settled' AND v_raw IS NOT NULL
                 AND coalesce(n.usable, true),
        cost_micro_usd = CASE v_state WHEN 'failed' THEN 0
            WHEN 'lost' THEN c.reserved_micro_usd
            ELSE least(greatest(coalesce(n.cost_micro_usd,
                           c.reserved_micro_usd), 0),
                       c.reserved_micro_usd) END,
        claimed_micro_usd = CASE WHEN v_state = 'settled'
            AND n.cost_micro_usd > c.reserved_micro_usd
            THEN n.cost_micro_usd END,
        raw = v_raw,
        raw_sha256 = encode(sha256(convert_to(v_raw, 'UTF8')), 'hex'),
        finish_reason = n.finish_reason, model_reported = n.model_reported,
        response_id = n.response_id,
        system_fingerprint = n.system_fingerprint,
        http_status = n.http_status, prompt_tokens = n.prompt_tokens,
        cached_tokens = n.cached_tokens,
        completion_tokens = n.completion_tokens, latency_ms = n.latency_ms,
        code = n.code, message = n.message
      FROM json_to_record(p_answer) AS n (usable boolean,
               cost_micro_usd bigint, finish_reason text,
               model_reported text, response_id text,
               system_fingerprint text, http_status int,
               prompt_tokens bigint, cached_tokens bigint,
               completion_tokens bigint, latency_ms bigint, code text,
               message text)
     WHERE c.id = p_call_id AND c.state = 'sent'
    RETURNING c.* INTO v_call;

    RETURN v_call;
END $$;


-- The outcome of a call, stored before anybody reads it.  False: the lease
-- is lost.  A call that is still open is settled all the same; one that has
-- ended stays as it is, so the statement may be repeated.

CREATE OR REPLACE FUNCTION settle_call(p_id bigint, p_epoch bigint,
    p_call_id bigint, p_answer json) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_answer    json := clean_answer(p_answer);
    v_job       jobs := lock_job(p_id, p_epoch);
    v_call      model_calls;
BEGIN
    IF v_answer->>'state' IN ('settled', 'failed', 'lost') IS NOT TRUE THEN
        RAISE EXCEPTION 'a call cannot end as "%"', v_answer->>'state';
    END IF;

    SELECT c.* INTO v_call FROM model_calls c
     WHERE c.id = p_call_id AND c.job_id = p_id AND c.lease_epoch = p_epoch;

    IF v_job.id IS NULL THEN
        PERFORM 1 FROM papers WHERE id = v_call.paper_id FOR NO KEY UPDATE;
        PERFORM 1 FROM analyses WHERE id = v_call.analysis_id
            FOR NO KEY UPDATE;
    END IF;

    v_call := end_call(v_call.id, v_answer);

    IF v_call.id IS NOT NULL THEN
        PERFORM book_calls(ARRAY[v_call]);
        PERFORM emit_analysis_event(v_call.analysis_id, 'analysis.progress');
    END IF;

    RETURN v_job.id IS NOT NULL;
END $$;


-- Calls of an analysis that nobody waits for any more: all of them, or those
-- of other leases than (p_job, p_epoch).  What was reserved is their cost.
-- The caller holds the analysis.

CREATE OR REPLACE FUNCTION lose_calls(p_analysis uuid, p_job bigint,
    p_epoch bigint) RETURNS int
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_calls model_calls[];
BEGIN
    WITH lost AS (
        UPDATE model_calls c SET state = 'lost',
            cost_micro_usd = c.reserved_micro_usd,
            code = 'LEASE_LOST', ended_at = clock_timestamp()
         WHERE c.analysis_id = p_analysis AND c.state = 'sent'
           AND (p_job IS NULL OR c.job_id <> p_job
                OR c.lease_epoch <> p_epoch)
        RETURNING c.*)
    SELECT array_agg(ROW(l.*)::model_calls) INTO v_calls FROM lost l;

    IF v_calls IS NOT NULL THEN
        PERFORM book_calls(v_calls);
    END IF;

    RETURN coalesce(cardinality(v_calls), 0);
END $$;


-- Raw answers of analyses that ended so long ago go: their results stay, a
-- replay and a reuse are no longer possible.  So do the days' budgets.

CREATE OR REPLACE FUNCTION prune_answers() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
DECLARE
    v_count bigint;
BEGIN
    UPDATE model_calls SET raw = NULL, usable = false
     WHERE id IN (SELECT c.id FROM model_calls c
                   WHERE c.raw IS NOT NULL
                     AND c.ended_at < clock_timestamp() - interval '400 days'
                   ORDER BY c.id LIMIT 1000);
    GET DIAGNOSTICS v_count = ROW_COUNT;

    DELETE FROM llm_spending
     WHERE scope IN ('day', 'user_day') AND reserved = 0
       AND period < utc_today() - 400;

    RETURN v_count;
END $$;


-- Calls that are deleted with their analysis: the ledger keeps how they
-- ended, and one under way counts as lost.

CREATE OR REPLACE FUNCTION forget_calls() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_calls model_calls[];
    i       int;
BEGIN
    UPDATE outbound o SET fate = CASE g.state WHEN 'sent' THEN 'lost'
                                              ELSE g.state END
      FROM gone g WHERE o.call_id = g.id;

    SELECT array_agg(ROW(g.*)::model_calls) INTO v_calls
      FROM gone g WHERE g.state = 'sent';

    FOR i IN 1 .. coalesce(cardinality(v_calls), 0) LOOP
        v_calls[i].cost_micro_usd := v_calls[i].reserved_micro_usd;
    END LOOP;

    IF v_calls IS NOT NULL THEN
        PERFORM book_calls(v_calls);
    END IF;

    RETURN NULL;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t
                   WHERE t.tgrelid = 'model_calls'::regclass
                     AND t.tgname = 'model_calls_deleted')
    THEN
        CREATE TRIGGER model_calls_deleted
            AFTER DELETE ON model_calls
            REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION forget_calls();
    END IF;
END $$;
