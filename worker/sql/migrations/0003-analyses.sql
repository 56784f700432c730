-- Analyses, their stages, the events of papers and analyses, and the queue.

CREATE TABLE analyses (
    id                          uuid        NOT NULL
                                            DEFAULT gen_random_uuid(),
    workspace_id                uuid        NOT NULL,
    user_id                     uuid        NOT NULL,
    paper_id                    uuid        NOT NULL,
    analysis_type               text        NOT NULL,
    engine                      text        NOT NULL,
    model                       text,
    status                      text        NOT NULL DEFAULT 'pending',
    progress                    int         NOT NULL DEFAULT 0,
    current_stage               text,
    parameters                  jsonb       NOT NULL DEFAULT '{}',
    created_at                  timestamptz NOT NULL
                                            DEFAULT clock_timestamp(),
    started_at                  timestamptz,
    completed_at                timestamptz,
    estimated_completion_time   timestamptz,
    error                       json,
    cost_micro_usd              bigint      NOT NULL DEFAULT 0,
    feedback                    json,
    event_seq                   bigint      NOT NULL DEFAULT 0,
    results                     json,
    results_brief               json,
    result_sha256               text,
    CONSTRAINT analyses_pkey PRIMARY KEY (id),
    CONSTRAINT analyses_type_check
        CHECK (analysis_type IN ('quick', 'standard', 'deep')),
    CONSTRAINT analyses_engine_check
        CHECK (engine IN ('embedded', 'openai')),
    CONSTRAINT analyses_status_check CHECK (status IN ('pending',
        'processing', 'completed', 'failed', 'cancelled')),
    CONSTRAINT analyses_progress_check CHECK (progress BETWEEN 0 AND 100),
    CONSTRAINT analyses_error_check
        CHECK ((status = 'failed') = (error IS NOT NULL)),
    CONSTRAINT analyses_results_check
        CHECK ((status = 'completed') = (results IS NOT NULL)),
    CONSTRAINT analyses_finished_check CHECK ((completed_at IS NOT NULL)
        = (status IN ('completed', 'failed', 'cancelled'))),
    CONSTRAINT analyses_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT analyses_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT analyses_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
) WITH (fillfactor = 80);

CREATE INDEX analyses_list_idx
    ON analyses (workspace_id, created_at DESC, id);
CREATE INDEX analyses_paper_idx ON analyses (paper_id, created_at DESC, id);
CREATE INDEX analyses_user_idx ON analyses (user_id);


CREATE TABLE analysis_stages (
    analysis_id     uuid        NOT NULL,
    workspace_id    uuid        NOT NULL,
    position        int         NOT NULL,
    name            text        NOT NULL,
    weight          int         NOT NULL,
    status          text        NOT NULL DEFAULT 'pending',
    started_at      timestamptz,
    completed_at    timestamptz,
    reused          boolean     NOT NULL DEFAULT false,
    cost_micro_usd  bigint      NOT NULL DEFAULT 0,
    input_hash      text,
    output          json,
    job_id          bigint,
    lease_epoch     bigint,
    CONSTRAINT analysis_stages_pkey PRIMARY KEY (analysis_id, position),
    CONSTRAINT analysis_stages_name_key UNIQUE (analysis_id, name),
    CONSTRAINT analysis_stages_status_check CHECK (status IN ('pending',
        'processing', 'completed', 'skipped', 'failed')),
    CONSTRAINT analysis_stages_output_check
        CHECK (status <> 'completed' OR output IS NOT NULL),
    CONSTRAINT analysis_stages_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE
) WITH (fillfactor = 80);


CREATE TABLE events (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    workspace_id    uuid        NOT NULL,
    subject_kind    text        NOT NULL,
    subject_id      uuid        NOT NULL,
    seq             bigint      NOT NULL,
    type            text        NOT NULL,
    data            json        NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT events_pkey PRIMARY KEY (id),
    CONSTRAINT events_subject_key UNIQUE (subject_id, seq),
    CONSTRAINT events_kind_check
        CHECK (subject_kind IN ('paper', 'analysis')),
    CONSTRAINT events_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE
);

CREATE INDEX events_workspace_idx ON events (workspace_id, id);
CREATE INDEX events_at_idx ON events USING brin (at);


-- The queue.  A claim is a lease with an epoch: whatever is written for a job
-- names (id, lease_epoch), and no row affected means that the lease is lost.
--   attempt    errors that the handler reported
--   lost       leases that ended without a word since the last checkpoint
--   throttled  given back because of a provider's rate limit: not counted

CREATE TABLE jobs (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    queue               text        NOT NULL,
    kind                text        NOT NULL,
    subject_id          uuid        NOT NULL,
    user_id             uuid        NOT NULL,
    workspace_id        uuid        NOT NULL,
    priority            int         NOT NULL DEFAULT 100,
    state               text        NOT NULL DEFAULT 'queued',
    run_at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt             int         NOT NULL DEFAULT 0,
    max_attempts        int         NOT NULL DEFAULT 5,
    lost                int         NOT NULL DEFAULT 0,
    max_lost            int         NOT NULL DEFAULT 3,
    throttled           int         NOT NULL DEFAULT 0,
    lease_epoch         bigint      NOT NULL DEFAULT 0,
    lease_owner         text,
    lease_until         timestamptz,
    cancel_requested_at timestamptz,
    payload             json        NOT NULL DEFAULT '{}',
    last_error          json,
    created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at          timestamptz,
    finished_at         timestamptz,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_queue_check CHECK (queue IN ('extract', 'analysis')),
    CONSTRAINT jobs_state_check CHECK (state IN ('waiting', 'queued',
        'running', 'succeeded', 'failed', 'cancelled', 'dead')),
    CONSTRAINT jobs_lease_check CHECK ((state = 'running')
        = (lease_until IS NOT NULL AND lease_owner IS NOT NULL)),
    CONSTRAINT jobs_finished_check CHECK ((finished_at IS NOT NULL)
        = (state IN ('succeeded', 'failed', 'cancelled', 'dead'))),
    CONSTRAINT jobs_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT jobs_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_threshold = 200);

CREATE UNIQUE INDEX jobs_live_key ON jobs (subject_id, kind)
    WHERE state IN ('waiting', 'queued', 'running');
CREATE INDEX jobs_claim_idx ON jobs (queue, user_id, priority, run_at, id)
    WHERE state = 'queued';
CREATE INDEX jobs_running_idx ON jobs (queue, user_id)
    WHERE state = 'running';
CREATE INDEX jobs_lease_idx ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_subject_idx ON jobs (subject_id);
CREATE INDEX jobs_finished_idx ON jobs (finished_at)
    WHERE finished_at IS NOT NULL;
