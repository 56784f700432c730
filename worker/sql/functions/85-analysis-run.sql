-- The states of a running analysis.  Executed by the worker.

CREATE OR REPLACE FUNCTION begin_analysis(p_id bigint, p_epoch bigint)
    RETURNS TABLE (analysis_id uuid, paper_id uuid, analysis_type text,
                   engine text, parameters jsonb, language text,
                   created_at text, paper_sha256 text, text_sha256 text,
                   document json, stages json, unpublished boolean,
                   sources json, kept json, replay_of uuid)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job       jobs := lock_job(p_id, p_epoch);
    v_paper     uuid;
BEGIN
    IF v_job.kind IS DISTINCT FROM 'analysis' THEN
        RETURN;
    END IF;

    PERFORM note_inputs(v_job.subject_id);
    PERFORM lose_calls(v_job.subject_id, p_id, p_epoch);

    -- A stage that a lost lease left open starts again.
    UPDATE analysis_stages SET status = 'pending', started_at = NULL
     WHERE analysis_id = v_job.subject_id AND status = 'processing';

    UPDATE analyses SET status = 'processing', current_stage = NULL,
        started_at = coalesce(started_at, clock_timestamp())
     WHERE id = v_job.subject_id
    RETURNING paper_id INTO v_paper;

    PERFORM emit_analysis_event(v_job.subject_id, 'analysis.progress');
    PERFORM refresh_paper_status(v_paper);

    RETURN QUERY
    SELECT a.id, a.paper_id, a.analysis_type, a.engine, a.parameters,
           a.inputs->>'language', rfc3339(a.created_at), p.file_hash,
           d.text_sha256,
           d.document,
           (SELECT json_agg(json_build_object('name', s.name,
                       'status', s.status, 'input_hash', s.input_hash,
                       'output', s.output) ORDER BY s.position)
              FROM analysis_stages s WHERE s.analysis_id = a.id),
           (a.inputs->>'unpublished')::boolean, a.inputs->'sources',
           kept_claims(a.paper_id, a.id), a.replay_of
      FROM analyses a
      JOIN papers p ON p.id = a.paper_id
      LEFT JOIN paper_documents d ON d.paper_id = p.id
     WHERE a.id = v_job.subject_id;
END $$;


-- What the analysis rests on beside the document, as its first run finds it.

CREATE OR REPLACE FUNCTION note_inputs(p_analysis uuid) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    UPDATE analyses a SET inputs = json_build_object(
        'sources', analysis_sources_json(a.paper_id),
        'unpublished', p.unpublished, 'language', p.language,
        'text_sha256', (SELECT d.text_sha256 FROM paper_documents d
                         WHERE d.paper_id = p.id))
      FROM papers p
     WHERE a.id = p_analysis AND a.inputs IS NULL AND p.id = a.paper_id;
END $$;


CREATE OR REPLACE FUNCTION begin_stage(p_id bigint, p_epoch bigint,
    p_stage text) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    UPDATE analysis_stages SET status = 'processing',
        started_at = clock_timestamp(), completed_at = NULL
     WHERE analysis_id = v_job.subject_id AND name = p_stage;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown stage "%"', p_stage;
    END IF;

    UPDATE analyses SET current_stage = p_stage WHERE id = v_job.subject_id;

    PERFORM emit_analysis_event(v_job.subject_id, 'analysis.progress');
    RETURN true;
END $$;


-- The checkpoint of a stage: from here on no crash repeats it.  A stage with
-- calls is reused when none of their answers was paid for here.

CREATE OR REPLACE FUNCTION complete_stage(p_id bigint, p_epoch bigint,
    p_stage text, p_input_hash text, p_output json, p_reused boolean)
    RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    UPDATE analysis_stages SET status = 'completed',
        reused = coalesce((SELECT bool_and(c.reused_from IS NOT NULL)
            FROM model_calls c
           WHERE c.analysis_id = v_job.subject_id AND c.state = 'settled'
             AND c.stages @> ARRAY[p_stage]), p_reused),
        started_at = coalesce(started_at, clock_timestamp()),
        completed_at = clock_timestamp(), input_hash = p_input_hash,
        output = p_output, job_id = p_id, lease_epoch = p_epoch
     WHERE analysis_id = v_job.subject_id AND name = p_stage;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown stage "%"', p_stage;
    END IF;

    UPDATE jobs SET lost = 0 WHERE id = p_id AND lost > 0;

    UPDATE analyses SET current_stage = NULL,
        progress = (SELECT coalesce(sum(s.weight), 0) FROM analysis_stages s
                     WHERE s.analysis_id = v_job.subject_id
                       AND s.status IN ('completed', 'skipped'))
     WHERE id = v_job.subject_id;

    PERFORM emit_analysis_event(v_job.subject_id, 'analysis.progress');
    RETURN true;
END $$;


CREATE OR REPLACE FUNCTION complete_analysis(p_id bigint, p_epoch bigint,
    p_results json, p_brief json, p_result_sha256 text) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
    v_paper uuid;
BEGIN
    IF v_job.kind IS DISTINCT FROM 'analysis' THEN
        RETURN false;
    END IF;

    PERFORM store_questions(v_job.subject_id, p_results);
    PERFORM lose_calls(v_job.subject_id, NULL, NULL);

    UPDATE analyses SET status = 'completed', progress = 100,
        current_stage = NULL, completed_at = clock_timestamp(),
        results = p_results, results_brief = p_brief,
        result_sha256 = p_result_sha256
     WHERE id = v_job.subject_id
    RETURNING paper_id INTO v_paper;

    PERFORM settle_review(v_job.subject_id);
    PERFORM end_job(v_job, 'succeeded', NULL);
    PERFORM emit_analysis_event(v_job.subject_id, 'analysis.completed');
    PERFORM refresh_paper_status(v_paper);
    RETURN true;
END $$;
