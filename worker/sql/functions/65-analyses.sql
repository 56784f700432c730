-- Analyses: what the web may do with them, and the state changes that the
-- worker's functions share.

-- The stages in their order, with the share of the progress that each adds;
-- the last point comes with completion.

CREATE OR REPLACE FUNCTION stage_plan()
    RETURNS TABLE (pos int, name text, weight int)
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT * FROM (VALUES
        (1, 'paper_profile', 15),
        (2, 'technical_feasibility', 15),
        (3, 'market_opportunities', 10),
        (4, 'competition', 10),
        (5, 'intellectual_property', 10),
        (6, 'business_model', 5),
        (7, 'implementation_path', 5),
        (8, 'resource_requirements', 5),
        (9, 'risks', 10),
        (10, 'swot', 10),
        (11, 'executive_summary', 4)) v(pos, name, weight);
END;


-- papers.latest_* follow the newest analysis of the paper.

CREATE OR REPLACE FUNCTION copy_latest_analysis() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE papers SET latest_analysis = NEW.id, latest_status = NEW.status,
                      latest_progress = NEW.progress
     WHERE id = NEW.paper_id
       AND (TG_OP = 'INSERT' OR latest_analysis = NEW.id);

    RETURN NULL;
END $$;

-- Only when it is missing: making a trigger again would lock its table
-- against the traffic during which functions are applied.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t
                   WHERE t.tgrelid = 'analyses'::regclass
                     AND t.tgname = 'analyses_latest')
    THEN
        CREATE TRIGGER analyses_latest
            AFTER INSERT OR UPDATE OF status, progress ON analyses
            FOR EACH ROW EXECUTE FUNCTION copy_latest_analysis();
    END IF;
END $$;


-- A paper that was extracted is analyzing while an analysis runs, completed
-- when one has a result, else ready.

CREATE OR REPLACE FUNCTION refresh_paper_status(p_paper uuid) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_status    text;
BEGIN
    SELECT CASE WHEN bool_or(a.status = 'processing') THEN 'analyzing'
                WHEN bool_or(a.status = 'completed') THEN 'completed'
                ELSE 'ready' END INTO v_status
      FROM analyses a WHERE a.paper_id = p_paper;

    UPDATE papers SET status = v_status, updated_at = clock_timestamp()
     WHERE id = p_paper AND status <> v_status
       AND status IN ('ready', 'analyzing', 'completed');

    IF FOUND THEN
        PERFORM emit_paper_event(p_paper, 'paper.updated');
    END IF;
END $$;


-- Ends an analysis as failed or cancelled, with the calls that are still
-- under way.  The caller holds its locks.

CREATE OR REPLACE FUNCTION end_analysis(p_id uuid, p_status text,
    p_error json) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_paper uuid;
BEGIN
    PERFORM lose_calls(p_id, NULL, NULL);

    UPDATE analysis_stages SET
        status = CASE WHEN status = 'processing' AND p_status = 'failed'
                      THEN 'failed' ELSE 'skipped' END,
        completed_at = CASE WHEN status = 'processing'
                            THEN clock_timestamp() END
     WHERE analysis_id = p_id AND status IN ('pending', 'processing');

    UPDATE analyses SET status = p_status, error = p_error,
        current_stage = NULL, completed_at = clock_timestamp()
     WHERE id = p_id AND status IN ('pending', 'processing')
    RETURNING paper_id INTO v_paper;

    IF v_paper IS NOT NULL THEN
        PERFORM emit_analysis_event(p_id, 'analysis.' || p_status);
        PERFORM refresh_paper_status(v_paper);
    END IF;
END $$;


-- When an analysis started now should be ready: those before it take a few
-- seconds each, an extraction still to come a little more.

CREATE OR REPLACE FUNCTION estimate_completion(p_engine text,
    p_extracting boolean) RETURNS timestamptz
    LANGUAGE plpgsql
AS $$
DECLARE
    v_before    int;
BEGIN
    -- Two counts, each of a partial index, with a limit: a long queue must
    -- not slow the start of an analysis down.
    SELECT (SELECT count(*)
              FROM (SELECT 1 FROM jobs WHERE queue = 'analysis'
                       AND state = 'queued' LIMIT 1000) q)
         + (SELECT count(*) FROM jobs
             WHERE queue = 'analysis' AND state = 'running')
      INTO v_before;

    RETURN clock_timestamp()
        + CASE WHEN p_extracting THEN interval '3 s' ELSE interval '0' END
        + (1 + v_before) * CASE p_engine WHEN 'embedded' THEN interval '2 s'
                                         ELSE interval '90 s' END;
END $$;


-- The rules of the body of a start and of an estimate.

CREATE OR REPLACE FUNCTION check_analysis_body(p_body jsonb) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM check_json(p_body, '{
        "analysis_type": {"type": "string",
                          "enum": ["quick", "standard", "deep"]},
        "engine": {"type": "string", "enum": ["embedded", "openai"]},
        "parameters": {"type": "object", "fields": {
            "focus_areas": {"type": "strings", "max": 20, "item_max": 200},
            "industry_context": {"type": "string", "max": 2000,
                                 "null": true},
            "language": {"type": "string", "enum": ["en", "zh"]},
            "max_cost_micro_usd": {"type": "integer", "min": 0,
                                   "max": 1000000000000, "null": true},
            "weights": {"type": "object", "fields": {
                "readiness": {"type": "integer", "min": 0, "max": 100},
                "result_strength": {"type": "integer", "min": 0,
                                    "max": 100},
                "differentiation": {"type": "integer", "min": 0,
                                    "max": 100},
                "application_clarity": {"type": "integer", "min": 0,
                                        "max": 100},
                "reproducibility": {"type": "integer", "min": 0,
                                    "max": 100},
                "ip_room": {"type": "integer", "min": 0, "max": 100},
                "obstacles": {"type": "integer", "min": 0, "max": 100}
            }}}}}');
END $$;


-- p_body: the request's JSON, NULL for none.  In one statement: quota, row,
-- stages, job, event.  A paper that is not ready yet lets the job wait; one
-- that failed fails the analysis at once with its code, without a charge.

CREATE OR REPLACE FUNCTION start_analysis(p_caller uuid, p_paper uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_body      jsonb := coalesce(p_body, '{}');
    v_owner     uuid;
    v_paper     papers;
    v_analysis  analyses;
BEGIN
    PERFORM check_caller(p_caller);

    -- The usage row is locked before the paper's; lock_paper() decides
    -- whether the caller may do this at all.
    SELECT w.owner_id INTO v_owner
      FROM papers p
      JOIN workspaces w ON w.id = p.workspace_id
      JOIN workspace_members m ON m.workspace_id = p.workspace_id
           AND m.user_id = p_caller AND m.role <> 'viewer'
     WHERE p.id = p_paper AND p.status <> 'failed'
       AND p.deleted_at IS NULL;

    PERFORM check_analysis_body(v_body);

    IF v_owner IS NOT NULL THEN
        PERFORM charge_analysis(v_owner);
    END IF;

    v_paper := lock_paper(p_caller, p_paper);

    IF v_paper.deleted_at IS NOT NULL THEN
        PERFORM raise_error('CONFLICT', 'the paper is in the trash');
    END IF;

    IF v_paper.status = 'failed' AND v_owner IS NOT NULL THEN
        UPDATE usage_months SET analyses = analyses - 1
         WHERE user_id = v_owner AND month = current_month();

    ELSIF v_paper.status <> 'failed' AND v_owner IS NULL THEN
        RAISE EXCEPTION 'the paper changed while the analysis was started'
            USING ERRCODE = 'serialization_failure';
    END IF;

    v_analysis := insert_analysis(p_caller, v_paper, v_body);

    IF v_paper.status = 'failed' THEN
        PERFORM end_analysis(v_analysis.id, 'failed', v_paper.error);
    ELSE
        PERFORM insert_analysis_job(v_analysis, v_paper);
    END IF;

    RETURN QUERY SELECT analysis_accepted_json(a) FROM analyses a
                  WHERE a.id = v_analysis.id;
END $$;


CREATE OR REPLACE FUNCTION analysis_accepted_json(a analyses) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('analysis_id', a.id, 'paper_id', a.paper_id,
        'status', a.status, 'created_at', rfc3339(a.created_at),
        'estimated_completion_time', rfc3339(a.estimated_completion_time));


CREATE OR REPLACE FUNCTION insert_analysis(p_caller uuid, p papers,
    p_body jsonb) RETURNS analyses
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_engine    text := chosen_engine(p_body);
    v_analysis  analyses;
BEGIN
    IF v_engine = 'openai' AND p.status <> 'failed' THEN
        PERFORM check_host(p);
        PERFORM check_budget(p_caller, p, p_body);
    END IF;

    INSERT INTO analyses (workspace_id, user_id, paper_id, analysis_type,
                          engine, model, parameters,
                          estimated_completion_time)
    VALUES (p.workspace_id, p_caller, p.id,
            coalesce(p_body->>'analysis_type', 'standard'), v_engine,
            engine_model(v_engine), coalesce(p_body->'parameters', '{}'),
            estimate_completion(v_engine,
                                p.status IN ('uploaded', 'extracting')))
    RETURNING * INTO v_analysis;

    PERFORM insert_stages(v_analysis);

    RETURN v_analysis;
END $$;


CREATE OR REPLACE FUNCTION insert_stages(a analyses) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO analysis_stages (analysis_id, workspace_id, position, name,
                                 weight)
    SELECT a.id, a.workspace_id, s.pos, s.name, s.weight
      FROM stage_plan() s;
END $$;


-- The job of an analysis that was made or resumed.  It waits while the paper
-- is being read.

CREATE OR REPLACE FUNCTION insert_analysis_job(a analyses, p papers)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO jobs (queue, kind, subject_id, user_id, workspace_id, state)
    VALUES ('analysis', 'analysis', a.id, a.user_id, a.workspace_id,
            CASE WHEN p.status IN ('uploaded', 'extracting')
                 THEN 'waiting' ELSE 'queued' END);

    PERFORM emit_analysis_event(a.id, 'analysis.started');
END $$;


-- The analysis, locked after its paper, when the caller may change it and the
-- paper is not in the trash.

CREATE OR REPLACE FUNCTION lock_usable_analysis(p_caller uuid, p_id uuid)
    RETURNS analyses
    LANGUAGE plpgsql
AS $$
DECLARE
    v_analysis  analyses := lock_analysis(p_caller, p_id);
BEGIN
    IF EXISTS (SELECT 1 FROM papers p
                WHERE p.id = v_analysis.paper_id
                  AND p.deleted_at IS NOT NULL)
    THEN
        PERFORM raise_error('CONFLICT', 'the paper is in the trash');
    END IF;

    RETURN v_analysis;
END $$;


-- A failed or cancelled analysis goes on behind its last finished stage.
-- What is in the journal is not paid for again, and no quota is charged.

CREATE OR REPLACE FUNCTION resume_analysis(p_caller uuid, p_id uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_body      jsonb := coalesce(p_body, '{}');
    v_analysis  analyses := lock_usable_analysis(p_caller, p_id);
    v_paper     papers;
BEGIN
    SELECT p.* INTO v_paper FROM papers p WHERE p.id = v_analysis.paper_id;

    PERFORM check_json(v_body, '{"max_cost_micro_usd": {"type": "integer",
        "min": 0, "max": 1000000000000, "null": true}}');

    IF v_analysis.status NOT IN ('failed', 'cancelled') THEN
        PERFORM raise_error('CONFLICT', 'the analysis has not been stopped',
            json_build_object('status', v_analysis.status));
    END IF;

    IF v_paper.status = 'failed' THEN
        PERFORM raise_error('CONFLICT', 'the paper could not be read',
            json_build_object('paper_status', v_paper.status));
    END IF;

    IF v_analysis.engine = 'openai' AND v_analysis.replay_of IS NULL THEN
        PERFORM chosen_engine('{"engine": "openai"}');
        PERFORM check_host(v_paper);
    END IF;

    UPDATE analysis_stages SET status = 'pending', started_at = NULL,
                               completed_at = NULL
     WHERE analysis_id = p_id AND status <> 'completed';

    UPDATE analyses SET status = 'pending', error = NULL,
        completed_at = NULL, estimated_completion_time =
            estimate_completion(engine,
                v_paper.status IN ('uploaded', 'extracting')),
        model = CASE WHEN replay_of IS NULL THEN engine_model(engine)
                     ELSE model END,
        parameters = jsonb_strip_nulls(parameters || v_body)
     WHERE id = p_id
    RETURNING * INTO v_analysis;

    PERFORM insert_analysis_job(v_analysis, v_paper);

    RETURN QUERY SELECT analysis_json(a) FROM analyses a WHERE a.id = p_id;
END $$;


-- The same again from the stored answers, as an analysis of its own: no call
-- is sent, nothing is charged.

CREATE OR REPLACE FUNCTION replay_analysis(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses := lock_usable_analysis(p_caller, p_id);
    v_paper     papers;
    v_text      text;
BEGIN
    SELECT p.* INTO v_paper FROM papers p WHERE p.id = v_analysis.paper_id;

    IF v_analysis.status <> 'completed' THEN
        PERFORM raise_error('CONFLICT', 'the analysis is not completed',
            json_build_object('status', v_analysis.status));
    END IF;

    SELECT d.text_sha256 INTO v_text FROM paper_documents d
     WHERE d.paper_id = v_paper.id;

    IF v_text IS DISTINCT FROM coalesce(v_analysis.inputs->>'text_sha256',
        v_analysis.results#>>'{provenance,text_sha256}')
    THEN
        PERFORM raise_error('CONFLICT',
            'the paper''s text has changed since the analysis',
            '{"reason": "text_changed"}');
    END IF;

    INSERT INTO analyses (workspace_id, user_id, paper_id, analysis_type,
        engine, model, parameters, inputs, replay_of,
        estimated_completion_time)
    VALUES (v_paper.workspace_id, p_caller, v_paper.id,
        v_analysis.analysis_type, v_analysis.engine, v_analysis.model,
        v_analysis.parameters, v_analysis.inputs, p_id,
        estimate_completion('embedded', false))
    RETURNING * INTO v_analysis;

    PERFORM insert_stages(v_analysis);
    PERFORM insert_analysis_job(v_analysis, v_paper);

    RETURN QUERY SELECT analysis_accepted_json(a) FROM analyses a
                  WHERE a.id = v_analysis.id;
END $$;


CREATE OR REPLACE FUNCTION get_analysis(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT analysis_json(a) FROM analyses a WHERE a.id = p_id;
END;


CREATE OR REPLACE FUNCTION list_analyses(p_caller uuid, p_status text,
    p_paper uuid, p_engine text, p_workspace uuid, p_sort text, p_page int,
    p_limit int) RETURNS TABLE (data json, total bigint)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    v_limit     int := coalesce(p_limit, 20);
    v_ids       uuid[];
    v_total     bigint;
BEGIN
    PERFORM check_caller(p_caller);

    IF p_workspace <> ALL (current_workspaces()) THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    SELECT count(*) INTO v_total FROM analyses a
     WHERE a.workspace_id = ANY ((SELECT current_workspaces())::uuid[])
       AND (p_workspace IS NULL OR a.workspace_id = p_workspace)
       AND (p_status IS NULL OR a.status = p_status)
       AND (p_paper IS NULL OR a.paper_id = p_paper)
       AND (p_engine IS NULL OR a.engine = p_engine);

    v_ids := ARRAY(
        SELECT a.id FROM analyses a
         WHERE a.workspace_id = ANY ((SELECT current_workspaces())::uuid[])
           AND (p_workspace IS NULL OR a.workspace_id = p_workspace)
           AND (p_status IS NULL OR a.status = p_status)
           AND (p_paper IS NULL OR a.paper_id = p_paper)
           AND (p_engine IS NULL OR a.engine = p_engine)
         ORDER BY CASE p_sort WHEN 'created_at' THEN a.created_at
                              WHEN 'completed_at' THEN a.completed_at END,
                  CASE p_sort WHEN 'status' THEN a.status END,
                  CASE p_sort WHEN '-status' THEN a.status END DESC,
                  CASE p_sort WHEN '-completed_at' THEN a.completed_at
                       END DESC NULLS LAST,
                  CASE WHEN p_sort IS DISTINCT FROM 'created_at'
                       THEN a.created_at END DESC, a.id
         LIMIT v_limit OFFSET (coalesce(p_page, 1) - 1)::bigint * v_limit);

    RETURN QUERY
    SELECT coalesce(json_agg(analysis_json(a) ORDER BY i.n), '[]'), v_total
      FROM unnest(v_ids) WITH ORDINALITY i(id, n)
      JOIN analyses a ON a.id = i.id;
END $$;


-- The analysis when it has a result.  Not visible: no row.

CREATE OR REPLACE FUNCTION completed_analysis(p_id uuid)
    RETURNS SETOF analyses
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_analysis  analyses;
BEGIN
    SELECT * INTO v_analysis FROM analyses a WHERE a.id = p_id;

    IF v_analysis.id IS NULL THEN
        RETURN;
    END IF;

    IF v_analysis.status <> 'completed' THEN
        PERFORM raise_error('CONFLICT', 'the analysis is not completed',
            json_build_object('status', v_analysis.status));
    END IF;

    RETURN NEXT v_analysis;
END $$;


CREATE OR REPLACE FUNCTION get_results(p_caller uuid, p_id uuid, p_view text)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT analysis_results_json(a, p_view IS NOT DISTINCT FROM 'full')
      FROM completed_analysis(p_id) a;
END;


CREATE OR REPLACE FUNCTION get_evidence(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (SELECT coalesce(json_agg(e), '[]')
              FROM json_to_recordset(a.results->'evidence')
                   AS e(id text, quote text, source_text text, status text,
                        match text, page_first int, page_last int,
                        section text, sid text, boxes json, claim_ids json))
      FROM completed_analysis(p_id) a;
END;


-- A cell by RFC 4180.  A leading = + - @ or control character would be a
-- formula to a spreadsheet: it gets an apostrophe in front.

CREATE OR REPLACE FUNCTION csv_cell(t text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN '"' || replace(regexp_replace(coalesce(t, ''),
        '^([=+@\t\r-])', '''\1'), '"', '""') || '"';


CREATE OR REPLACE FUNCTION get_evidence_csv(p_caller uuid, p_id uuid)
    RETURNS TABLE (data text)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT 'id,status,match,page_first,page_last,section,sid,claim_ids,'
           'quote,source_text' || E'\r\n' || coalesce((
               SELECT string_agg(concat_ws(',',
                          csv_cell(e.value->>'id'),
                          csv_cell(e.value->>'status'),
                          csv_cell(e.value->>'match'),
                          csv_cell(e.value->>'page_first'),
                          csv_cell(e.value->>'page_last'),
                          csv_cell(e.value->>'section'),
                          csv_cell(e.value->>'sid'),
                          csv_cell((SELECT string_agg(c.value, ' ')
                              FROM json_array_elements_text(
                                  e.value->'claim_ids') c)),
                          csv_cell(e.value->>'quote'),
                          csv_cell(e.value->>'source_text')) || E'\r\n', ''
                          ORDER BY e.n)
                 FROM json_array_elements(a.results->'evidence')
                      WITH ORDINALITY e(value, n)), '')
      FROM completed_analysis(p_id) a;
END;


-- Not started: cancelled at once.  Running: flagged; the worker hears it on
-- the channel paperal_cancel and at its next heartbeat, and ends the job.

CREATE OR REPLACE FUNCTION cancel_analysis(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_paper     uuid;
    v_analysis  analyses;
    v_job       jobs;
BEGIN
    SELECT a.paper_id INTO v_paper FROM analyses a WHERE a.id = p_id;
    PERFORM lock_paper(p_caller, v_paper);

    SELECT * INTO v_analysis FROM analyses WHERE id = p_id
       FOR NO KEY UPDATE;

    IF v_analysis.status NOT IN ('pending', 'processing') THEN
        PERFORM raise_error('CONFLICT', 'the analysis has ended',
            json_build_object('status', v_analysis.status));
    END IF;

    SELECT * INTO v_job FROM jobs
     WHERE subject_id = p_id AND kind = 'analysis'
       AND state IN ('waiting', 'queued', 'running') FOR UPDATE;

    IF v_job.state = 'running' THEN
        UPDATE jobs SET cancel_requested_at = coalesce(cancel_requested_at,
                                                       clock_timestamp())
         WHERE id = v_job.id;
        PERFORM pg_notify('paperal_cancel', v_job.id::text);
    ELSE
        UPDATE jobs SET state = 'cancelled', finished_at = clock_timestamp(),
                        cancel_requested_at = clock_timestamp()
         WHERE id = v_job.id;
        PERFORM end_analysis(p_id, 'cancelled', NULL);
    END IF;

    RETURN QUERY SELECT analysis_json(a) FROM analyses a WHERE a.id = p_id;
END $$;
