-- What people do with a result: decide on its claims, ask and answer
-- questions, add sources, rate it; and what is left of a paper once it has
-- been erased.

-- The string lists of results that repeat claims, as the engine wrote them:
-- kept at the first change of a claim, so that a list can always be made
-- again from them and the claims as they are now.

ALTER TABLE analyses ADD COLUMN engine_lists jsonb;


-- Who changed a claim, when, from what to what.  Only ever added to.

CREATE TABLE claim_changes (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    analysis_id     uuid        NOT NULL,
    claim_id        text        NOT NULL,
    user_id         uuid,
    user_name       text        NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    old             jsonb       NOT NULL,
    new             jsonb       NOT NULL,
    CONSTRAINT claim_changes_pkey PRIMARY KEY (id),
    CONSTRAINT claim_changes_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE,
    CONSTRAINT claim_changes_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX claim_changes_analysis_idx ON claim_changes (analysis_id, id);
CREATE INDEX claim_changes_user_idx ON claim_changes (user_id);


-- Questions to the inventor.  A question belongs to an analysis; its answer
-- belongs to the paper and to what was asked ("norm", see question_norm()), so
-- that it stands again under the same question of the next analysis.

CREATE TABLE questions (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    analysis_id     uuid        NOT NULL,
    position        int         NOT NULL,
    section         text,
    question        text        NOT NULL,
    norm            text        NOT NULL,
    created_by      uuid,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT questions_pkey PRIMARY KEY (id),
    CONSTRAINT questions_norm_key UNIQUE (analysis_id, norm),
    CONSTRAINT questions_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT questions_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE,
    CONSTRAINT questions_user_fkey FOREIGN KEY (created_by)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX questions_paper_idx ON questions (paper_id);
CREATE INDEX questions_user_idx ON questions (created_by);


CREATE TABLE question_answers (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    norm            text        NOT NULL,
    question        text        NOT NULL,
    answer          text        NOT NULL,
    source          text,
    answered_by     text,
    user_id         uuid,
    link_id         uuid,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT question_answers_pkey PRIMARY KEY (id),
    CONSTRAINT question_answers_norm_key UNIQUE (paper_id, norm),
    CONSTRAINT question_answers_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT question_answers_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE SET NULL
);

COMMENT ON COLUMN question_answers.answered_by IS
    'NULL: somebody with a link who gave no name';

CREATE INDEX question_answers_user_idx ON question_answers (user_id);


-- A link to the questions of an analysis for someone without an account.
-- Only the hash of its code is kept.

CREATE TABLE question_links (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    analysis_id     uuid        NOT NULL,
    code_hash       bytea       NOT NULL,
    created_by      uuid,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    CONSTRAINT question_links_pkey PRIMARY KEY (id),
    CONSTRAINT question_links_code_key UNIQUE (code_hash),
    CONSTRAINT question_links_code_check CHECK (octet_length(code_hash) = 32),
    CONSTRAINT question_links_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE,
    CONSTRAINT question_links_user_fkey FOREIGN KEY (created_by)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX question_links_analysis_idx ON question_links (analysis_id);
CREATE INDEX question_links_user_idx ON question_links (created_by);


-- What a user knows about a paper from elsewhere.

CREATE TABLE paper_sources (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    title           text        NOT NULL,
    url             text,
    date            text,
    quote           text        NOT NULL,
    created_by      text        NOT NULL,
    user_id         uuid,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT paper_sources_pkey PRIMARY KEY (id),
    CONSTRAINT paper_sources_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT paper_sources_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX paper_sources_paper_idx
    ON paper_sources (paper_id, created_at, id);
CREATE INDEX paper_sources_user_idx ON paper_sources (user_id);


CREATE TABLE analysis_feedback (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id    uuid        NOT NULL,
    analysis_id     uuid        NOT NULL,
    user_id         uuid,
    rating          int         NOT NULL,
    section         text,
    comment         text,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT analysis_feedback_pkey PRIMARY KEY (id),
    CONSTRAINT analysis_feedback_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT analysis_feedback_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE,
    CONSTRAINT analysis_feedback_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX analysis_feedback_analysis_idx
    ON analysis_feedback (analysis_id, created_at);
CREATE INDEX analysis_feedback_user_idx ON analysis_feedback (user_id);


-- What is left of an erased paper: that it was, and that it is gone.

CREATE TABLE erasures (
    paper_id        uuid        NOT NULL,
    workspace_id    uuid        NOT NULL,
    user_id         uuid,
    file_sha256     text        NOT NULL,
    erased_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason          text        NOT NULL,
    rows            bigint      NOT NULL,
    bytes           bigint      NOT NULL,
    CONSTRAINT erasures_pkey PRIMARY KEY (paper_id),
    CONSTRAINT erasures_reason_check
        CHECK (reason IN ('user', 'trash', 'retention')),
    CONSTRAINT erasures_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT erasures_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX erasures_workspace_idx ON erasures (workspace_id, erased_at);
CREATE INDEX erasures_user_idx ON erasures (user_id);


CREATE INDEX papers_retention_idx ON papers (upload_date)
    WHERE retention_days IS NOT NULL;


-- Stored files that no paper had at "since", for the worker to delete.

CREATE TABLE object_deletions (
    file_hash       text        NOT NULL,
    since           timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT object_deletions_pkey PRIMARY KEY (file_hash),
    CONSTRAINT object_deletions_hash_check
        CHECK (file_hash ~ '^[0-9a-f]{64}$')
);

CREATE INDEX object_deletions_since_idx ON object_deletions (since);


DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['claim_changes', 'questions',
        'question_answers', 'question_links', 'paper_sources',
        'analysis_feedback', 'erasures']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_web'
            ' USING (workspace_id = ANY ((SELECT current_workspaces())'
            '::uuid[]))', v_table || '_web', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_worker'
            ' USING (true) WITH CHECK (true)', v_table || '_worker', v_table);
    END LOOP;
END $$;

-- No policy: only the owner's functions reach it.
ALTER TABLE object_deletions ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON questions, question_answers, paper_sources TO paperal_web;

GRANT SELECT ON question_answers, paper_sources TO paperal_worker;
GRANT SELECT, INSERT ON questions TO paperal_worker;
