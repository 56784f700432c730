-- Row-level security: the second lock behind the functions' own checks.
--
-- The web role sees the rows of the workspaces that the request's identity
-- names; without an identity it sees none.  The sub-select makes the array an
-- init plan: evaluated once a statement, not once a row.  The worker role has
-- access by policy, since managed databases cannot grant BYPASSRLS.
--
-- Security is not forced upon the owner: functions that change state or
-- search are SECURITY DEFINER and check membership themselves, because a
-- policy keeps the planner from using a GIN index behind "@@" (that operator
-- is not leakproof).

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['workspace_members', 'papers',
        'paper_documents', 'paper_texts', 'analyses', 'analysis_stages',
        'events', 'jobs']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_web'
            ' USING (workspace_id = ANY ((SELECT current_workspaces())'
            '::uuid[]))', v_table || '_web', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_worker'
            ' USING (true) WITH CHECK (true)', v_table || '_worker', v_table);
    END LOOP;
END $$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspaces_web ON workspaces FOR ALL TO paperal_web
    USING (id = ANY ((SELECT current_workspaces())::uuid[]));
CREATE POLICY workspaces_worker ON workspaces FOR ALL TO paperal_worker
    USING (true) WITH CHECK (true);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY users_worker ON users FOR SELECT TO paperal_worker
    USING (true);

-- No policy: only the owner's functions reach these.
ALTER TABLE tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE login_throttles ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_months ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage_usage ENABLE ROW LEVEL SECURITY;


GRANT SELECT ON plans, workspaces, workspace_members, papers,
    paper_documents, analyses, analysis_stages, events TO paperal_web;

GRANT SELECT (id, plan, language) ON users TO paperal_worker;
GRANT SELECT ON plans, workspaces, workspace_members TO paperal_worker;
GRANT SELECT, UPDATE ON papers, analyses, analysis_stages, jobs
    TO paperal_worker;
GRANT SELECT, INSERT, UPDATE ON paper_documents, paper_texts
    TO paperal_worker;
GRANT SELECT, INSERT ON events TO paperal_worker;
