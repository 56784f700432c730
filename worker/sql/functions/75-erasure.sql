-- Erasure: a paper goes with everything that was made of it, and what stays
-- says only that it was there.

-- Deletes the rows of every table that names a paper or its analyses in a
-- column "paper_id" or "analysis_id", whatever tables there are.  Analyses
-- come after what belongs to them.  Returns how many rows.

CREATE OR REPLACE FUNCTION delete_rows_of(p_paper uuid, p_analyses uuid[])
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_total bigint := 0;
    v_count bigint;
    t       record;
BEGIN
    FOR t IN SELECT c.oid::regclass AS name, a.attname AS column
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
              WHERE c.relnamespace = 'public'::regnamespace
                AND c.relkind = 'r' AND NOT a.attisdropped
                AND a.attname IN ('paper_id', 'analysis_id')
                AND c.relname <> 'erasures'
              ORDER BY (c.relname = 'analyses'), a.attname, c.relname
    LOOP
        IF t.column = 'paper_id' THEN
            EXECUTE format('DELETE FROM %s WHERE paper_id = $1', t.name)
                USING p_paper;
        ELSE
            EXECUTE format('DELETE FROM %s WHERE analysis_id = ANY ($1)',
                           t.name) USING p_analyses;
        END IF;

        GET DIAGNOSTICS v_count = ROW_COUNT;
        v_total := v_total + v_count;
    END LOOP;

    RETURN v_total;
END $$;


-- The kept answers of requests that were about the paper or its analyses: by
-- the path of the request or the ids in the answer.

CREATE OR REPLACE FUNCTION delete_answers_of(p_subjects uuid[])
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_count bigint;
BEGIN
    DELETE FROM idempotency_keys k
     WHERE EXISTS (SELECT 1 FROM unnest(p_subjects) s(id)
                    WHERE strpos(k.route, s.id::text) > 0
                       OR strpos(k.body, s.id::text) > 0);
    GET DIAGNOSTICS v_count = ROW_COUNT;

    RETURN v_count;
END $$;


-- Tells the browsers that the paper is gone; the event carries no text.

CREATE OR REPLACE FUNCTION emit_erased(p papers) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    v_data  json := json_build_object('status', p.status, 'progress', NULL,
                                      'error', NULL);
    v_id    bigint;
BEGIN
    INSERT INTO events (workspace_id, subject_kind, subject_id, seq, type,
                        data)
    VALUES (p.workspace_id, 'paper', p.id, p.event_seq + 1, 'paper.deleted',
            v_data)
    RETURNING id INTO v_id;

    PERFORM pg_notify('paperal_events', json_build_object(
        'workspace_id', p.workspace_id, 'kind', 'paper', 'id', p.id,
        'seq', p.event_seq + 1, 'event_id', v_id, 'type', 'paper.deleted',
        'data', v_data)::text);
END $$;


-- When a paper's time is over, for a reason; NULL: never.

CREATE OR REPLACE FUNCTION erasure_time(p papers, p_reason text)
    RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN CASE p_reason
        WHEN 'trash' THEN p.deleted_at + interval '30 days'
        WHEN 'retention'
        THEN p.upload_date + make_interval(days => p.retention_days) END;


-- Erases a paper: its rows, the rows of its analyses, jobs, events and kept
-- answers.  Work that runs loses its lease.  What a month has used stays used.
-- The file is queued for deletion.  False: there is no such paper.

CREATE OR REPLACE FUNCTION erase_paper(p_paper uuid, p_reason text)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_owner     uuid;
    v_size      bigint;
    v_paper     papers;
    v_analyses  uuid[];
    v_rows      bigint := 1;
    v_count     bigint;
BEGIN
    SELECT w.owner_id, p.file_size INTO v_owner, v_size
      FROM papers p JOIN workspaces w ON w.id = p.workspace_id
     WHERE p.id = p_paper;

    -- Usage is locked before the paper.
    PERFORM 1 FROM storage_usage WHERE user_id = v_owner
        FOR NO KEY UPDATE;

    SELECT * INTO v_paper FROM papers WHERE id = p_paper FOR UPDATE;

    -- Restored or given more time while this waited: not any more.
    IF v_paper.id IS NULL
       OR (p_reason <> 'user' AND (erasure_time(v_paper, p_reason)
                                   <= clock_timestamp()) IS NOT TRUE)
    THEN
        RETURN false;
    END IF;

    UPDATE storage_usage SET bytes = greatest(0, bytes - v_size)
     WHERE user_id = v_owner;

    v_analyses := ARRAY(SELECT a.id FROM analyses a
                         WHERE a.paper_id = p_paper
                         ORDER BY a.id FOR UPDATE);

    PERFORM pg_notify('paperal_cancel', j.id::text) FROM jobs j
      WHERE j.subject_id = ANY (v_analyses || p_paper)
        AND j.state = 'running';

    DELETE FROM jobs WHERE subject_id = ANY (v_analyses || p_paper);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_rows := v_rows + v_count;

    PERFORM lock_money(true);

    v_rows := v_rows + delete_rows_of(p_paper, v_analyses)
              + delete_answers_of(v_analyses || p_paper);

    DELETE FROM events WHERE subject_id = ANY (v_analyses || p_paper);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_rows := v_rows + v_count;

    DELETE FROM papers WHERE id = p_paper;

    INSERT INTO erasures (paper_id, workspace_id, user_id, file_sha256,
                          reason, rows, bytes)
    VALUES (p_paper, v_paper.workspace_id, v_paper.user_id,
            v_paper.file_hash, p_reason, v_rows, v_paper.file_size);

    INSERT INTO object_deletions (file_hash) VALUES (v_paper.file_hash)
    ON CONFLICT ON CONSTRAINT object_deletions_pkey
    DO UPDATE SET since = clock_timestamp();

    PERFORM emit_erased(v_paper);

    RETURN true;
END $$;


-- DELETE /papers/{id}?permanent=true: at once, from the library as from the
-- trash.

CREATE OR REPLACE FUNCTION erase_own_paper(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_role  text;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT m.role INTO v_role
      FROM papers p JOIN workspace_members m
           ON m.workspace_id = p.workspace_id AND m.user_id = p_caller
     WHERE p.id = p_id;

    IF v_role = 'viewer' THEN
        PERFORM raise_error('AUTH_INSUFFICIENT_PERMISSIONS', NULL,
            json_build_object('role', 'viewer'));
    END IF;

    IF v_role IS NOT NULL AND erase_paper(p_id, 'user') THEN
        RETURN QUERY SELECT NULL::json, 204;
    END IF;
END $$;


-- Erases the paper whose time has come first: 30 days in the trash, or its
-- retention has ended.  One a call, since each erasure takes its locks in
-- their order; call again until there is no row.

CREATE OR REPLACE FUNCTION expire_papers()
    RETURNS TABLE (paper_id uuid, file_hash text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_due   record;
BEGIN
    SELECT d.id, d.file_hash, d.reason INTO v_due
      FROM (SELECT p.id, p.file_hash, 'trash' AS reason,
                   erasure_time(p, 'trash') AS due
              FROM papers p WHERE p.deleted_at IS NOT NULL
             UNION ALL
            SELECT p.id, p.file_hash, 'retention',
                   erasure_time(p, 'retention')
              FROM papers p WHERE p.retention_days IS NOT NULL) d
     WHERE d.due <= clock_timestamp()
     ORDER BY d.due, d.id LIMIT 1;

    IF v_due.id IS NOT NULL AND erase_paper(v_due.id, v_due.reason) THEN
        RETURN QUERY SELECT v_due.id, v_due.file_hash;
    END IF;
END $$;


-- Files to delete.  A file gets here when its last paper may have gone; the
-- two minutes are longer than an upload takes from the storing of its file to
-- its row, so an upload that stored before "since" has its row by now.  One
-- that stored later has made the file younger than "since" (the store links
-- or touches it): the worker looks at that before it deletes, see
-- end_object_deletion().

CREATE OR REPLACE FUNCTION take_object_deletions()
    RETURNS TABLE (file_hash text, since timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM object_deletions d
     WHERE EXISTS (SELECT 1 FROM papers p WHERE p.file_hash = d.file_hash);

    RETURN QUERY
    SELECT d.file_hash, d.since FROM object_deletions d
     WHERE d.since <= clock_timestamp() - interval '2 minutes'
     ORDER BY d.since, d.file_hash LIMIT 100;
END $$;


-- p_deleted: the file is gone.  Otherwise it was younger than its row, which
-- then waits again.

CREATE OR REPLACE FUNCTION end_object_deletion(p_file_hash text,
    p_deleted boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF p_deleted THEN
        DELETE FROM object_deletions WHERE file_hash = p_file_hash;
    ELSE
        UPDATE object_deletions SET since = clock_timestamp()
         WHERE file_hash = p_file_hash;
    END IF;
END $$;
