-- The library: lists, the trash and the search, over the workspaces of which
-- the caller is a member now.
--
-- list_papers() is SECURITY DEFINER: behind a policy the planner would not use
-- the GIN index, as "@@" is not leakproof.  It finds the ids of one page first
-- and makes JSON of those papers only.

CREATE OR REPLACE FUNCTION list_papers(p_caller uuid, p_workspace uuid,
    p_status text, p_tags text[], p_search text, p_deleted boolean,
    p_sort text, p_page int, p_limit int)
    RETURNS TABLE (data json, total bigint, meta json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_spaces    uuid[];
    v_ids       uuid[];
    v_total     bigint;
    v_limit     int := coalesce(p_limit, 20);
    v_offset    bigint := (coalesce(p_page, 1) - 1)::bigint
                          * coalesce(p_limit, 20);
    v_terms     text[] := search_terms(p_search);
    v_meta      json;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT array_agg(m.workspace_id) INTO v_spaces
      FROM workspace_members m
     WHERE m.user_id = p_caller
       AND (p_workspace IS NULL OR m.workspace_id = p_workspace);

    IF v_spaces IS NULL AND p_workspace IS NOT NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    IF p_search IS NOT NULL THEN
        SELECT f.ids, f.total INTO v_ids, v_total
          FROM find_papers(v_spaces, p_status, p_tags, v_terms,
               coalesce(p_deleted, false), p_sort, v_limit, v_offset) f;

    ELSIF p_deleted THEN
        SELECT f.ids, f.total INTO v_ids, v_total
          FROM list_trash(v_spaces, p_status, p_tags, p_sort, v_limit,
                          v_offset) f;

    ELSE
        SELECT f.ids, f.total INTO v_ids, v_total
          FROM list_library(v_spaces, p_status, p_tags, p_sort, v_limit,
                            v_offset) f;
    END IF;

    IF p_search IS NOT NULL THEN
        SELECT json_build_object('search', json_build_object('highlights',
                   coalesce(json_object_agg(h.id, h.piece ORDER BY h.n), '{}')
               )) INTO v_meta
          FROM (SELECT i.id, i.n, search_highlight(p, v_terms) AS piece
                  FROM unnest(v_ids) WITH ORDINALITY i(id, n)
                  JOIN papers p ON p.id = i.id) h
         WHERE h.piece IS NOT NULL;
    END IF;

    RETURN QUERY
    SELECT coalesce(json_agg(paper_json(p) ORDER BY i.n), '[]'), v_total,
           v_meta
      FROM unnest(v_ids) WITH ORDINALITY i(id, n)
      JOIN papers p ON p.id = i.id;
END $$;


-- The next three answer one page of ids and how many there are in all.  The
-- order of each is total, so that pages neither repeat nor miss a paper.

CREATE OR REPLACE FUNCTION list_library(p_spaces uuid[], p_status text,
    p_tags text[], p_sort text, p_limit int, p_offset bigint,
    OUT ids uuid[], OUT total bigint)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    SELECT count(*) INTO list_library.total FROM papers p
     WHERE p.workspace_id = ANY (p_spaces) AND p.deleted_at IS NULL
       AND (p_status IS NULL OR p.status = p_status)
       AND (p_tags IS NULL OR p.tags @> p_tags);

    IF coalesce(p_sort, '-upload_date') = '-upload_date'
       AND cardinality(p_spaces) = 1
    THEN
        -- The page straight from the index.
        list_library.ids := ARRAY(
            SELECT p.id FROM papers p
             WHERE p.workspace_id = p_spaces[1] AND p.deleted_at IS NULL
               AND (p_status IS NULL OR p.status = p_status)
               AND (p_tags IS NULL OR p.tags @> p_tags)
             ORDER BY p.upload_date DESC, p.id
             LIMIT p_limit OFFSET p_offset);
        RETURN;
    END IF;

    list_library.ids := ARRAY(
        SELECT p.id FROM papers p
         WHERE p.workspace_id = ANY (p_spaces) AND p.deleted_at IS NULL
           AND (p_status IS NULL OR p.status = p_status)
           AND (p_tags IS NULL OR p.tags @> p_tags)
         ORDER BY CASE p_sort WHEN 'upload_date' THEN p.upload_date END,
                  CASE p_sort WHEN 'title' THEN lower(p.title)
                              WHEN 'status' THEN p.status END,
                  CASE p_sort WHEN '-title' THEN lower(p.title)
                              WHEN '-status' THEN p.status END DESC,
                  CASE WHEN p_sort IS DISTINCT FROM 'upload_date'
                       THEN p.upload_date END DESC, p.id
         LIMIT p_limit OFFSET p_offset);
END $$;


CREATE OR REPLACE FUNCTION list_trash(p_spaces uuid[], p_status text,
    p_tags text[], p_sort text, p_limit int, p_offset bigint,
    OUT ids uuid[], OUT total bigint)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    SELECT count(*) INTO list_trash.total FROM papers p
     WHERE p.workspace_id = ANY (p_spaces) AND p.deleted_at IS NOT NULL
       AND (p_status IS NULL OR p.status = p_status)
       AND (p_tags IS NULL OR p.tags @> p_tags);

    list_trash.ids := ARRAY(
        SELECT p.id FROM papers p
         WHERE p.workspace_id = ANY (p_spaces) AND p.deleted_at IS NOT NULL
           AND (p_status IS NULL OR p.status = p_status)
           AND (p_tags IS NULL OR p.tags @> p_tags)
         ORDER BY CASE p_sort WHEN 'upload_date' THEN p.upload_date END,
                  CASE p_sort WHEN 'title' THEN lower(p.title)
                              WHEN 'status' THEN p.status END,
                  CASE p_sort WHEN '-title' THEN lower(p.title)
                              WHEN '-status' THEN p.status END DESC,
                  CASE WHEN p_sort IS NULL THEN p.deleted_at END DESC,
                  CASE WHEN p_sort IS DISTINCT FROM 'upload_date'
                       THEN p.upload_date END DESC, p.id
         LIMIT p_limit OFFSET p_offset);
END $$;


-- Without a sort the best match comes first, by any of the terms in title,
-- authors and abstract; then the newest.

CREATE OR REPLACE FUNCTION find_papers(p_spaces uuid[], p_status text,
    p_tags text[], p_terms text[], p_deleted boolean, p_sort text,
    p_limit int, p_offset bigint, OUT ids uuid[], OUT total bigint)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    v_query tsquery := search_query(p_terms, p_spaces);
    v_any   tsquery;
BEGIN
    SELECT string_agg(quote_literal(t), ' | ')::tsquery INTO v_any
      FROM unnest(p_terms) t;

    WITH hits AS MATERIALIZED (
        SELECT p.id, p.upload_date, p.status,
               CASE WHEN p_sort IN ('title', '-title')
                    THEN lower(p.title) END AS title,
               CASE WHEN p_sort IS NULL
                    THEN ts_rank('{0, 0.2, 0.5, 1}', t.head, v_any)
               END AS rank
          FROM paper_texts t JOIN papers p ON p.id = t.paper_id
         WHERE t.words @@ v_query AND p.workspace_id = ANY (p_spaces)
           AND (p.deleted_at IS NOT NULL) = p_deleted
           AND (p_status IS NULL OR p.status = p_status)
           AND (p_tags IS NULL OR p.tags @> p_tags))
    SELECT ARRAY(
               SELECT h.id FROM hits h
                ORDER BY h.rank DESC,
                         CASE p_sort WHEN 'upload_date' THEN h.upload_date
                              END,
                         CASE p_sort WHEN 'title' THEN h.title
                              WHEN 'status' THEN h.status END,
                         CASE p_sort WHEN '-title' THEN h.title
                              WHEN '-status' THEN h.status END DESC,
                         CASE WHEN p_sort IS DISTINCT FROM 'upload_date'
                              THEN h.upload_date END DESC, h.id
                LIMIT p_limit OFFSET p_offset),
           (SELECT count(*) FROM hits)
      INTO find_papers.ids, find_papers.total;
END $$;
