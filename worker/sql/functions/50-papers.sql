-- Papers: what the web may do with them.  Reads of one object go through
-- row-level security; functions that change or search are SECURITY DEFINER
-- and begin by asking for the caller's role.
--
-- Locks are taken in one order everywhere, so that nothing deadlocks: usage,
-- paper, analysis, job, events.

CREATE OR REPLACE FUNCTION current_month() RETURNS date
    LANGUAGE sql STABLE
    RETURN date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date;


-- Takes one paper of p_bytes from the owner's plan, or raises.  The row locks
-- of the two updates make it exact: parallel uploads of one owner queue here.

CREATE OR REPLACE FUNCTION charge_paper(p_owner uuid, p_bytes bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_plan  plans;
    v_month date := current_month();
BEGIN
    SELECT p.* INTO v_plan FROM users u JOIN plans p ON p.code = u.plan
     WHERE u.id = p_owner;

    INSERT INTO usage_months (user_id, month) VALUES (p_owner, v_month)
    ON CONFLICT ON CONSTRAINT usage_months_pkey DO NOTHING;

    UPDATE usage_months SET papers = papers + 1
     WHERE user_id = p_owner AND month = v_month
       AND (v_plan.monthly_papers IS NULL
            OR papers < v_plan.monthly_papers);

    IF NOT FOUND THEN
        PERFORM raise_error('QUOTA_EXCEEDED',
            'the plan''s papers of this month are used up',
            json_build_object('quota', 'papers',
                              'limit', v_plan.monthly_papers));
    END IF;

    INSERT INTO storage_usage (user_id) VALUES (p_owner)
    ON CONFLICT ON CONSTRAINT storage_usage_pkey DO NOTHING;

    UPDATE storage_usage SET bytes = bytes + p_bytes
     WHERE user_id = p_owner
       AND (v_plan.storage_bytes IS NULL
            OR bytes + p_bytes <= v_plan.storage_bytes);

    IF NOT FOUND THEN
        PERFORM raise_error('QUOTA_EXCEEDED', 'the plan''s storage is full',
            json_build_object('quota', 'storage_bytes',
                              'limit', v_plan.storage_bytes));
    END IF;
END $$;


CREATE OR REPLACE FUNCTION charge_analysis(p_owner uuid) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_limit int;
    v_month date := current_month();
BEGIN
    SELECT p.monthly_analyses INTO v_limit
      FROM users u JOIN plans p ON p.code = u.plan WHERE u.id = p_owner;

    INSERT INTO usage_months (user_id, month) VALUES (p_owner, v_month)
    ON CONFLICT ON CONSTRAINT usage_months_pkey DO NOTHING;

    UPDATE usage_months SET analyses = analyses + 1
     WHERE user_id = p_owner AND month = v_month
       AND (v_limit IS NULL OR analyses < v_limit);

    IF NOT FOUND THEN
        PERFORM raise_error('QUOTA_EXCEEDED',
            'the plan''s analyses of this month are used up',
            json_build_object('quota', 'analyses', 'limit', v_limit));
    END IF;
END $$;


-- The paper, locked, when the caller may change it.  Not a member: not found.

CREATE OR REPLACE FUNCTION lock_paper(p_caller uuid, p_id uuid)
    RETURNS papers
    LANGUAGE plpgsql
AS $$
DECLARE
    v_paper papers;
    v_role  text;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT m.role INTO v_role
      FROM papers p JOIN workspace_members m
           ON m.workspace_id = p.workspace_id AND m.user_id = p_caller
     WHERE p.id = p_id;

    IF v_role IS NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    IF v_role = 'viewer' THEN
        PERFORM raise_error('AUTH_INSUFFICIENT_PERMISSIONS', NULL,
            json_build_object('role', 'viewer'));
    END IF;

    SELECT * INTO v_paper FROM papers WHERE id = p_id FOR NO KEY UPDATE;

    IF v_paper.id IS NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    RETURN v_paper;
END $$;


-- Asked before the body of an upload is read.  The answer may be out of date
-- when the upload ends; create_paper() decides.

CREATE OR REPLACE FUNCTION prepare_upload(p_caller uuid, p_workspace uuid,
    p_bytes bigint) RETURNS TABLE (data json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_space record;
    v_plan  plans;
    v_used  record;
BEGIN
    SELECT * INTO v_space FROM resolve_workspace(p_caller, p_workspace, true);

    SELECT p.* INTO v_plan FROM users u JOIN plans p ON p.code = u.plan
     WHERE u.id = v_space.owner_id;

    SELECT (SELECT papers FROM usage_months WHERE user_id = v_space.owner_id
            AND month = current_month()) AS papers,
           (SELECT bytes FROM storage_usage
            WHERE user_id = v_space.owner_id) AS bytes INTO v_used;

    IF coalesce(v_used.papers, 0) >= v_plan.monthly_papers THEN
        PERFORM raise_error('QUOTA_EXCEEDED',
            'the plan''s papers of this month are used up',
            json_build_object('quota', 'papers',
                              'limit', v_plan.monthly_papers));
    END IF;

    IF coalesce(v_used.bytes, 0) + coalesce(p_bytes, 0)
       > v_plan.storage_bytes
    THEN
        PERFORM raise_error('QUOTA_EXCEEDED', 'the plan''s storage is full',
            json_build_object('quota', 'storage_bytes',
                              'limit', v_plan.storage_bytes));
    END IF;

    RETURN QUERY SELECT json_build_object('workspace_id',
                                          v_space.workspace_id);
END $$;


-- The same bytes again: the existing paper, out of the trash.  It may lie in
-- a workspace that the caller has left since.

CREATE OR REPLACE FUNCTION duplicate_paper(p_caller uuid, p_id uuid)
    RETURNS json
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_paper papers;
    v_role  text;
BEGIN
    SELECT * INTO v_paper FROM papers WHERE id = p_id FOR NO KEY UPDATE;

    SELECT role INTO v_role FROM workspace_members
     WHERE workspace_id = v_paper.workspace_id AND user_id = p_caller;

    IF v_role IS NULL THEN
        PERFORM raise_error('CONFLICT',
            'the file lies in a workspace that you have left');
    END IF;

    IF v_paper.deleted_at IS NOT NULL AND v_role <> 'viewer' THEN
        UPDATE papers SET deleted_at = NULL, updated_at = clock_timestamp()
         WHERE id = p_id RETURNING * INTO v_paper;
        PERFORM emit_paper_event(p_id, 'paper.restored');
    END IF;

    RETURN ('{"duplicate" : true, '
            || substr(paper_full_json(v_paper)::text, 2))::json;
END $$;


-- p_title, p_authors: what the user said, which the extraction then keeps;
-- NULL if nothing.  Without p_filename, p_title is the file's name.

CREATE OR REPLACE FUNCTION create_paper(p_caller uuid, p_workspace uuid,
    p_file_hash text, p_file_size bigint, p_title text, p_authors text[],
    p_tags text[], p_unpublished boolean, p_analyze boolean,
    p_filename text DEFAULT NULL)
    RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_space record;
    v_paper papers;
    v_old   uuid;
BEGIN
    SELECT * INTO v_space FROM resolve_workspace(p_caller, p_workspace, true);

    SELECT id INTO v_old FROM papers
     WHERE user_id = p_caller AND file_hash = p_file_hash;

    IF v_old IS NULL THEN
        PERFORM charge_paper(v_space.owner_id, p_file_size);

        INSERT INTO papers (workspace_id, user_id, title, file_name, authors,
                            tags, file_size, file_hash, unpublished, edited)
        VALUES (v_space.workspace_id, p_caller,
                coalesce(p_title, p_filename),
                coalesce(p_filename, p_title), coalesce(p_authors, '{}'),
                clean_tags(p_tags), p_file_size, p_file_hash,
                coalesce(p_unpublished, false),
                array_remove(ARRAY[
                    CASE WHEN cardinality(p_authors) > 0
                         THEN 'authors' END,
                    CASE WHEN p_title IS NOT NULL
                              AND p_filename IS NOT NULL
                         THEN 'title' END], NULL))
        ON CONFLICT ON CONSTRAINT papers_user_file_key DO NOTHING
        RETURNING * INTO v_paper;
    END IF;

    IF v_old IS NULL AND v_paper.id IS NULL THEN
        -- The same file came in beside this call and was first.
        UPDATE usage_months SET papers = papers - 1
         WHERE user_id = v_space.owner_id AND month = current_month();
        UPDATE storage_usage SET bytes = bytes - p_file_size
         WHERE user_id = v_space.owner_id;

        SELECT id INTO v_old FROM papers
         WHERE user_id = p_caller AND file_hash = p_file_hash;
    END IF;

    IF v_old IS NOT NULL THEN
        RETURN QUERY SELECT duplicate_paper(p_caller, v_old), 200;
        RETURN;
    END IF;

    PERFORM index_paper(v_paper, NULL);

    INSERT INTO jobs (queue, kind, subject_id, user_id, workspace_id,
                      payload)
    VALUES ('extract', 'extract', v_paper.id, p_caller,
            v_space.workspace_id, json_build_object(
                'file_hash', p_file_hash, 'file_size', p_file_size));

    PERFORM emit_paper_event(v_paper.id, 'paper.uploaded');

    IF p_analyze THEN
        -- A confidential paper has no allowed host yet: nothing is sent.
        PERFORM start_analysis(p_caller, v_paper.id,
            CASE WHEN v_paper.unpublished
                 THEN '{"engine": "embedded"}'::jsonb END);
    END IF;

    RETURN QUERY SELECT paper_full_json(p), 201 FROM papers p
                  WHERE p.id = v_paper.id;
END $$;


CREATE OR REPLACE FUNCTION clean_tags(p_tags text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY(SELECT t.tag
                 FROM (SELECT btrim(u.tag) AS tag, min(u.n) AS n
                       FROM unnest(p_tags) WITH ORDINALITY u(tag, n)
                       GROUP BY 1) t
                 WHERE t.tag <> '' ORDER BY t.n);


-- Fields that a correction of the user keeps from later extractions.

CREATE OR REPLACE FUNCTION edited_fields(p_edited text[], patch jsonb)
    RETURNS text[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY(
        SELECT unnest(p_edited)
        UNION
        SELECT k FROM jsonb_object_keys(patch) k
         WHERE k IN ('title', 'authors')
        UNION
        SELECT jsonb_object_keys(coalesce(patch->'metadata', '{}'))
        ORDER BY 1);


CREATE OR REPLACE FUNCTION update_paper(p_caller uuid, p_id uuid,
    patch jsonb, p_if_match text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_paper papers;
    m       jsonb := coalesce(patch->'metadata', '{}');
BEGIN
    v_paper := lock_paper(p_caller, p_id);

    PERFORM check_json(patch, '{
        "title": {"type": "string", "min": 1, "max": 500},
        "authors": {"type": "strings", "max": 500, "item_max": 200},
        "tags": {"type": "strings", "max": 50, "item_max": 64},
        "unpublished": {"type": "boolean"},
        "embargo_until": {"type": "time", "null": true},
        "retention_days": {"type": "integer", "min": 1, "max": 3650,
                           "null": true},
        "llm_hosts": {"type": "strings", "max": 20, "item_max": 253,
                      "null": true},
        "metadata": {"type": "object", "fields": {
            "doi": {"type": "string", "max": 200, "null": true},
            "publication": {"type": "string", "max": 500, "null": true},
            "publication_date": {"type": "string", "null": true, "pattern":
                "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$"},
            "abstract": {"type": "string", "max": 20000, "null": true},
            "keywords": {"type": "strings", "max": 100, "item_max": 200}
        }}}');

    PERFORM check_if_match(p_if_match, paper_full_json(v_paper));

    UPDATE papers SET
        title = coalesce(btrim(patch->>'title'), title),
        authors = CASE WHEN patch ? 'authors'
            THEN json_strings(patch->'authors') ELSE authors END,
        tags = CASE WHEN patch ? 'tags'
            THEN clean_tags(json_strings(patch->'tags')) ELSE tags END,
        unpublished = coalesce((patch->>'unpublished')::boolean,
            unpublished),
        embargo_until = CASE WHEN patch ? 'embargo_until'
            THEN (patch->>'embargo_until')::timestamptz
            ELSE embargo_until END,
        retention_days = CASE WHEN patch ? 'retention_days'
            THEN (patch->>'retention_days')::numeric::int
            ELSE retention_days END,
        llm_hosts = CASE WHEN patch->'llm_hosts' = 'null' THEN NULL
            WHEN patch ? 'llm_hosts' THEN json_strings(patch->'llm_hosts')
            ELSE llm_hosts END,
        doi = CASE WHEN m ? 'doi' THEN m->>'doi' ELSE doi END,
        publication = CASE WHEN m ? 'publication'
            THEN m->>'publication' ELSE publication END,
        publication_date = CASE WHEN m ? 'publication_date'
            THEN m->>'publication_date' ELSE publication_date END,
        abstract = CASE WHEN m ? 'abstract'
            THEN m->>'abstract' ELSE abstract END,
        keywords = CASE WHEN m ? 'keywords'
            THEN json_strings(m->'keywords') ELSE keywords END,
        edited = edited_fields(edited, patch),
        updated_at = clock_timestamp()
     WHERE id = p_id
    RETURNING * INTO v_paper;

    IF patch ?| ARRAY['title', 'authors'] OR m ? 'abstract' THEN
        PERFORM index_paper(v_paper, NULL);
    END IF;

    PERFORM emit_paper_event(p_id, 'paper.updated');

    RETURN QUERY SELECT paper_full_json(v_paper);
END $$;


-- To the trash.  Running work goes on: it is paid for, and a restored paper
-- has its result.

CREATE OR REPLACE FUNCTION delete_paper(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_paper papers;
BEGIN
    v_paper := lock_paper(p_caller, p_id);

    IF v_paper.deleted_at IS NULL THEN
        UPDATE papers SET deleted_at = clock_timestamp(),
                          updated_at = clock_timestamp()
         WHERE id = p_id;
        PERFORM emit_paper_event(p_id, 'paper.deleted');
    END IF;

    RETURN QUERY SELECT NULL::json, 204;
END $$;


CREATE OR REPLACE FUNCTION restore_paper(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_paper papers;
BEGIN
    v_paper := lock_paper(p_caller, p_id);

    IF v_paper.deleted_at IS NOT NULL THEN
        UPDATE papers SET deleted_at = NULL, updated_at = clock_timestamp()
         WHERE id = p_id RETURNING * INTO v_paper;
        PERFORM emit_paper_event(p_id, 'paper.restored');
    END IF;

    RETURN QUERY SELECT paper_full_json(v_paper);
END $$;


CREATE OR REPLACE FUNCTION paper_file(p_caller uuid, p_id uuid)
    RETURNS TABLE (file_hash text, file_size bigint, filename text,
                   title text)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT p.file_hash, p.file_size, p.file_name, p.title
      FROM papers p WHERE p.id = p_id;
END;


CREATE OR REPLACE FUNCTION get_paper_structure(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT d.structure FROM paper_documents d
                  WHERE d.paper_id = p_id;

    IF NOT FOUND THEN
        IF NOT EXISTS (SELECT 1 FROM papers p WHERE p.id = p_id) THEN
            RETURN;
        END IF;

        PERFORM raise_error('CONFLICT', 'the paper is not extracted yet',
            (SELECT json_build_object('status', p.status)
             FROM papers p WHERE p.id = p_id));
    END IF;
END $$;
