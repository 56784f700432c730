-- Events of papers and analyses.
--
-- seq counts a subject's events without a gap: it is bumped under the lock of
-- the subject's row.  id counts all events in the order of their commits, so
-- that "everything behind id" misses nothing: an advisory lock is held from
-- the insert to the commit.  NOTIFY serialises commits anyway; events are
-- emitted last in their transactions, after every row lock.

CREATE OR REPLACE FUNCTION emit_event(p_workspace uuid, p_kind text,
    p_subject uuid, p_type text, p_data json) RETURNS bigint
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_seq   bigint;
    v_id    bigint;
    v_data  json := CASE WHEN octet_length(p_data::text) <= 7000
                         THEN p_data END;
BEGIN
    IF p_kind = 'paper' THEN
        UPDATE papers SET event_seq = event_seq + 1 WHERE id = p_subject
        RETURNING event_seq INTO STRICT v_seq;
    ELSE
        UPDATE analyses SET event_seq = event_seq + 1 WHERE id = p_subject
        RETURNING event_seq INTO STRICT v_seq;
    END IF;

    PERFORM pg_advisory_xact_lock(7302, 0);

    INSERT INTO events (workspace_id, subject_kind, subject_id, seq, type,
                        data)
    VALUES (p_workspace, p_kind, p_subject, v_seq, p_type, p_data)
    RETURNING id INTO v_id;

    PERFORM pg_notify('paperal_events', CASE WHEN v_data IS NULL
        THEN json_build_object('workspace_id', p_workspace, 'kind', p_kind,
            'id', p_subject, 'seq', v_seq, 'event_id', v_id, 'type', p_type)
        ELSE json_build_object('workspace_id', p_workspace, 'kind', p_kind,
            'id', p_subject, 'seq', v_seq, 'event_id', v_id, 'type', p_type,
            'data', v_data) END::text);

    RETURN v_seq;
END $$;


CREATE OR REPLACE FUNCTION emit_paper_event(p_id uuid, p_type text)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM emit_event(p.workspace_id, 'paper', p.id, p_type,
                       paper_state_json(p))
       FROM papers p WHERE p.id = p_id;
END $$;


CREATE OR REPLACE FUNCTION emit_analysis_event(p_id uuid, p_type text)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM emit_event(a.workspace_id, 'analysis', a.id, p_type,
                       analysis_state_json(a))
       FROM analyses a WHERE a.id = p_id;
END $$;


-- Reads of the event streams, behind row-level security.

CREATE OR REPLACE FUNCTION analysis_state(p_caller uuid, p_id uuid)
    RETURNS TABLE (seq bigint, status text, data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT a.event_seq, a.status, analysis_state_json(a)
      FROM analyses a WHERE a.id = p_id;
END;


CREATE OR REPLACE FUNCTION analysis_events_since(p_caller uuid, p_id uuid,
    p_seq bigint, p_limit int)
    RETURNS TABLE (seq bigint, type text, data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.seq, e.type, e.data FROM events e
     WHERE e.subject_id = p_id AND e.subject_kind = 'analysis'
       AND e.seq > p_seq
     ORDER BY e.seq LIMIT p_limit;
END;


CREATE OR REPLACE FUNCTION workspace_events_since(p_caller uuid,
    p_event_id bigint, p_limit int)
    RETURNS TABLE (event_id bigint, kind text, id uuid, type text,
                   data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.id, e.subject_kind, e.subject_id, e.type, e.data FROM events e
     WHERE e.workspace_id = ANY ((SELECT current_workspaces())::uuid[])
       AND e.id > p_event_id
     ORDER BY e.id LIMIT p_limit;
END;


CREATE OR REPLACE FUNCTION latest_event_id() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(max(e.id), 0) FROM events e);
END $$;


-- Old events, and jobs that ended long ago.

CREATE OR REPLACE FUNCTION prune_events() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
DECLARE
    v_count bigint;
BEGIN
    DELETE FROM events WHERE at < clock_timestamp() - interval '7 days';
    GET DIAGNOSTICS v_count = ROW_COUNT;

    DELETE FROM jobs
     WHERE finished_at < clock_timestamp() - interval '30 days';

    RETURN v_count;
END $$;
