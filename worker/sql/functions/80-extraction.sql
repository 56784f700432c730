-- The states of an extraction.  Executed by the worker.

CREATE OR REPLACE FUNCTION begin_extraction(p_id bigint, p_epoch bigint)
    RETURNS TABLE (paper_id uuid, file_hash text, file_size bigint)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.kind IS DISTINCT FROM 'extract' THEN
        RETURN;
    END IF;

    UPDATE papers SET status = 'extracting', error = NULL,
                      updated_at = clock_timestamp()
     WHERE id = v_job.subject_id AND status <> 'extracting';

    IF FOUND THEN
        PERFORM emit_paper_event(v_job.subject_id, 'paper.extracting');
    END IF;

    RETURN QUERY SELECT p.id, p.file_hash, p.file_size FROM papers p
                  WHERE p.id = v_job.subject_id;
END $$;


-- GET /papers/{id}/structure, from the extractor's object.  A record set is
-- parsed once; picking single fields would parse each sentence five times.

CREATE OR REPLACE FUNCTION structure_json(d json) RETURNS json
    LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN json_build_object(
        'pages', coalesce(d->'page_sizes', '[]'),
        'sections', (
            SELECT coalesce(json_agg(s), '[]')
            FROM json_to_recordset(d->'sections')
                 AS s(id text, title text, level int, role text, page int)),
        'sentences', (
            SELECT coalesce(json_agg(s), '[]')
            FROM json_to_recordset(d->'sentences')
                 AS s(sid text, section_id text, page int, text text,
                      boxes json)),
        'references', (
            SELECT coalesce(json_agg(r), '[]')
            FROM json_to_recordset(d->'references')
                 AS r(index int, raw text, title text, authors json,
                      year int, doi text)),
        'figures', coalesce(d->'figures', '[]'),
        'tables', coalesce(d->'tables', '[]'));
END $$;


CREATE OR REPLACE FUNCTION json_texts(v json) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    RETURN CASE json_typeof(v) WHEN 'array' THEN
        ARRAY(SELECT e.value FROM json_array_elements_text(v) e) END;


-- What the document says about the paper, except what people corrected.

CREATE OR REPLACE FUNCTION apply_document(p_paper uuid, d json,
    p_statements json) RETURNS papers
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_paper papers;
BEGIN
    UPDATE papers SET
        status = 'ready', error = NULL,
        page_count = (d->>'pages')::int,
        title = CASE WHEN 'title' = ANY (edited) THEN title
            ELSE coalesce(nullif(btrim(left(d->>'title', 1000)), ''), title)
            END,
        authors = CASE WHEN 'authors' = ANY (edited) THEN authors
            ELSE coalesce(json_texts(d->'authors'), '{}') END,
        doi = CASE WHEN 'doi' = ANY (edited) THEN doi ELSE d->>'doi' END,
        arxiv_id = d->>'arxiv_id',
        publication = CASE WHEN 'publication' = ANY (edited)
            THEN publication ELSE d->>'publication' END,
        publication_date = CASE WHEN 'publication_date' = ANY (edited)
            THEN publication_date ELSE d->>'publication_date' END,
        abstract = CASE WHEN 'abstract' = ANY (edited) THEN abstract
            ELSE d->>'abstract' END,
        keywords = CASE WHEN 'keywords' = ANY (edited) THEN keywords
            ELSE coalesce(json_texts(d->'keywords'), '{}') END,
        language = d->>'language', article_type = d->>'article_type',
        confidence = coalesce(d->'confidence', '{}'),
        statements = coalesce(p_statements, '{}'),
        updated_at = clock_timestamp()
     WHERE id = p_paper
    RETURNING * INTO STRICT v_paper;

    RETURN v_paper;
END $$;


CREATE OR REPLACE FUNCTION complete_extraction(p_id bigint, p_epoch bigint,
    p_document json, p_statements json, p_body text,
    p_tokens int DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
    v_paper papers;
BEGIN
    IF v_job.kind IS DISTINCT FROM 'extract' THEN
        RETURN false;
    END IF;

    v_paper := apply_document(v_job.subject_id, p_document, p_statements);

    INSERT INTO paper_documents (paper_id, workspace_id, document, structure,
                                 text_sha256, extractor_version, tokens)
    VALUES (v_paper.id, v_paper.workspace_id, p_document,
            structure_json(p_document),
            coalesce(p_document->>'text_sha256', ''),
            coalesce(p_document->>'extractor_version', ''), p_tokens)
    ON CONFLICT ON CONSTRAINT paper_documents_pkey DO UPDATE SET
        document = excluded.document, structure = excluded.structure,
        text_sha256 = excluded.text_sha256,
        extractor_version = excluded.extractor_version,
        tokens = excluded.tokens, created_at = clock_timestamp();

    PERFORM index_paper(v_paper, coalesce(p_body, ''));
    PERFORM end_job(v_job, 'succeeded', NULL);

    UPDATE jobs j SET state = 'queued', run_at = clock_timestamp()
      FROM analyses a
     WHERE a.paper_id = v_paper.id AND j.subject_id = a.id
       AND j.kind = 'analysis' AND j.state = 'waiting';

    PERFORM emit_paper_event(v_paper.id, 'paper.extracted');
    PERFORM refresh_paper_status(v_paper.id);
    RETURN true;
END $$;


-- A paper that cannot be read, and every analysis that waits for it.

CREATE OR REPLACE FUNCTION fail_paper(p_paper uuid, p_code text,
    p_message text) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_error     json := json_build_object('code', p_code,
                                          'message', p_message);
    v_analyses  uuid[];
BEGIN
    UPDATE papers SET status = 'failed', error = v_error,
                      updated_at = clock_timestamp()
     WHERE id = p_paper;

    WITH ended AS (
        UPDATE jobs j SET state = 'failed', finished_at = clock_timestamp(),
                          last_error = v_error
          FROM analyses a
         WHERE a.paper_id = p_paper AND j.subject_id = a.id
           AND j.kind = 'analysis' AND j.state = 'waiting'
        RETURNING a.id)
    SELECT array_agg(e.id) INTO v_analyses FROM ended e;

    PERFORM emit_paper_event(p_paper, 'paper.failed');
    PERFORM end_analysis(a, 'failed', v_error) FROM unnest(v_analyses) a;
END $$;


CREATE OR REPLACE FUNCTION reject_extraction(p_id bigint, p_epoch bigint,
    p_code text, p_message text) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.kind IS DISTINCT FROM 'extract' THEN
        RETURN false;
    END IF;

    PERFORM end_job(v_job, 'succeeded',
        json_build_object('code', p_code, 'message', p_message));
    PERFORM fail_paper(v_job.subject_id, p_code, p_message);
    RETURN true;
END $$;
