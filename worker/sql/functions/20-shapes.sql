-- The JSON of the HTTP contract.  The expressions have no sub-select, so that
-- the planner inlines them; what needs other rows is a PL/pgSQL function,
-- whose plan is kept for the session.

CREATE OR REPLACE FUNCTION user_json(u users) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'id', u.id, 'email', u.email, 'name', u.name,
        'organization', u.organization, 'title', u.title, 'role', u.role,
        'language', u.language, 'email_verified', u.email_verified,
        'created_at', rfc3339(u.created_at), 'settings', u.settings,
        'subscription', json_build_object(
            'plan', u.plan, 'status', 'active',
            'expires_at', rfc3339(u.plan_expires_at)));


CREATE OR REPLACE FUNCTION paper_latest_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN CASE WHEN p.latest_analysis IS NOT NULL THEN json_build_object(
        'id', p.latest_analysis, 'status', p.latest_status,
        'progress', p.latest_progress) END;


CREATE OR REPLACE FUNCTION paper_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'id', p.id, 'workspace_id', p.workspace_id, 'title', p.title,
        'authors', p.authors, 'upload_date', rfc3339(p.upload_date),
        'file_size', p.file_size, 'file_hash', p.file_hash,
        'page_count', p.page_count, 'status', p.status, 'error', p.error,
        'tags', p.tags, 'unpublished', p.unpublished,
        'embargo_until', rfc3339(p.embargo_until),
        'deleted_at', rfc3339(p.deleted_at),
        'latest_analysis', paper_latest_json(p));


CREATE OR REPLACE FUNCTION paper_metadata_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'doi', p.doi, 'arxiv_id', p.arxiv_id, 'publication', p.publication,
        'publication_date', p.publication_date, 'abstract', p.abstract,
        'keywords', p.keywords, 'language', p.language,
        'article_type', p.article_type, 'confidence', p.confidence,
        'edited', p.edited);


CREATE OR REPLACE FUNCTION paper_statements_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'funding', p.statements->'funding',
        'conflict_of_interest', p.statements->'conflict_of_interest',
        'data_availability', p.statements->'data_availability',
        'code_availability', p.statements->'code_availability');


-- The single object: paper_json() and what only GET /papers/{id} shows.

CREATE OR REPLACE FUNCTION paper_full_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'id', p.id, 'workspace_id', p.workspace_id, 'title', p.title,
        'authors', p.authors, 'upload_date', rfc3339(p.upload_date),
        'file_size', p.file_size, 'file_hash', p.file_hash,
        'page_count', p.page_count, 'status', p.status, 'error', p.error,
        'tags', p.tags, 'unpublished', p.unpublished,
        'embargo_until', rfc3339(p.embargo_until),
        'deleted_at', rfc3339(p.deleted_at),
        'latest_analysis', paper_latest_json(p),
        'retention_days', p.retention_days, 'llm_hosts', p.llm_hosts,
        'metadata', paper_metadata_json(p),
        'statements', paper_statements_json(p),
        'file_url', '/api/v1/papers/' || p.id || '/file');


CREATE OR REPLACE FUNCTION paper_state_json(p papers) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('status', p.status,
        'progress', p.latest_progress, 'error', p.error);


CREATE OR REPLACE FUNCTION analysis_stages_json(p_analysis uuid) RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT json_agg(json_build_object(
                'name', s.name, 'status', s.status,
                'started_at', rfc3339(s.started_at),
                'completed_at', rfc3339(s.completed_at),
                'reused', s.reused, 'cost_micro_usd', s.cost_micro_usd,
                'in_doubt_micro_usd', s.in_doubt_micro_usd,
                'calls', s.calls) ORDER BY s.position)
            FROM analysis_stages s WHERE s.analysis_id = p_analysis);
END $$;


-- What the calls under way may cost.

CREATE OR REPLACE FUNCTION analysis_reserved(p_analysis uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(sum(c.reserved_micro_usd), 0)
              FROM model_calls c
             WHERE c.analysis_id = p_analysis AND c.state = 'sent');
END $$;


CREATE OR REPLACE FUNCTION analysis_json(a analyses) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object(
        'id', a.id, 'paper_id', a.paper_id,
        'analysis_type', a.analysis_type, 'engine', a.engine,
        'model', a.model, 'status', a.status, 'progress', a.progress,
        'current_stage', a.current_stage,
        'stages', analysis_stages_json(a.id),
        'parameters', a.parameters, 'created_at', rfc3339(a.created_at),
        'started_at', rfc3339(a.started_at),
        'completed_at', rfc3339(a.completed_at),
        'estimated_completion_time', rfc3339(a.estimated_completion_time),
        'error', a.error, 'cost_micro_usd', a.cost_micro_usd,
        'reserved_micro_usd', analysis_reserved(a.id),
        'feedback', a.feedback, 'replay_of', a.replay_of);


CREATE OR REPLACE FUNCTION analysis_state_json(a analyses) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('status', a.status, 'progress', a.progress,
        'current_stage', a.current_stage,
        'stages', analysis_stages_json(a.id), 'error', a.error,
        'reserved_micro_usd', analysis_reserved(a.id));


CREATE OR REPLACE FUNCTION analysis_results_json(a analyses, p_full boolean)
    RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', a.id, 'paper_id', a.paper_id,
        'status', a.status, 'created_at', rfc3339(a.created_at),
        'completed_at', rfc3339(a.completed_at),
        'results', CASE WHEN p_full THEN a.results
                        ELSE a.results_brief END);
