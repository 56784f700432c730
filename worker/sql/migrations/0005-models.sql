-- Language models: what is configured, the journal of calls with their raw
-- answers, the money, and the ledger of what left the house.

-- Signatures and results that change.
DROP FUNCTION IF EXISTS complete_extraction(bigint, bigint, json, json,
    text);
DROP FUNCTION IF EXISTS begin_analysis(bigint, bigint);


ALTER TABLE users
    ADD COLUMN llm_budget_micro_usd bigint,
    ADD COLUMN llm_daily_budget_micro_usd bigint,
    ADD CONSTRAINT users_llm_budget_check
        CHECK (llm_budget_micro_usd >= 0),
    ADD CONSTRAINT users_llm_daily_budget_check
        CHECK (llm_daily_budget_micro_usd >= 0);

COMMENT ON COLUMN users.llm_budget_micro_usd IS
    'of a month; NULL is the default of the configuration';
COMMENT ON COLUMN users.llm_daily_budget_micro_usd IS 'NULL is none';

ALTER TABLE paper_documents ADD COLUMN tokens int;

COMMENT ON COLUMN paper_documents.tokens IS
    'of the paper as it stands in a prompt; NULL when nobody counted';


-- A replay stays a replay when its original is gone: no foreign key.

ALTER TABLE analyses
    ADD COLUMN replay_of uuid,
    ADD COLUMN inputs json;

COMMENT ON COLUMN analyses.inputs IS
    'what the first run found beside the document: {sources, unpublished,'
    ' language, text_sha256}; later runs and replays use the same';

ALTER TABLE analysis_stages
    ADD COLUMN calls int NOT NULL DEFAULT 0,
    ADD COLUMN in_doubt_micro_usd bigint NOT NULL DEFAULT 0;


-- One row: what the worker was started with.

CREATE TABLE model_settings (
    id          boolean     NOT NULL DEFAULT true,
    settings    json        NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT model_settings_pkey PRIMARY KEY (id),
    CONSTRAINT model_settings_id_check CHECK (id),
    CONSTRAINT model_settings_engine_check
        CHECK (settings->>'engine' IN ('embedded', 'openai'))
);


-- The journal.  A row is written before the first byte of a call leaves, and
-- ends once:
--   settled   there is an answer; usable when it may be used again
--   failed    nothing was billed
--   lost      it left and nobody knows the outcome: counts as it was reserved
-- A row with reused_from was never sent: it holds another analysis' answer,
-- so that what an analysis rests on does not go with the other one.

CREATE TABLE model_calls (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    workspace_id        uuid        NOT NULL,
    user_id             uuid        NOT NULL,
    paper_id            uuid        NOT NULL,
    analysis_id         uuid        NOT NULL,
    job_id              bigint      NOT NULL,
    lease_epoch         bigint      NOT NULL,
    name                text        NOT NULL,
    stages              text[]      NOT NULL,
    attempt             int         NOT NULL,
    state               text        NOT NULL DEFAULT 'sent',
    usable              boolean     NOT NULL DEFAULT false,
    reused_from         bigint,
    input_hash          text        NOT NULL,
    provider            text        NOT NULL,
    host                text        NOT NULL,
    model               text        NOT NULL,
    parameters          json,
    prompt_id           text,
    prompt_version      text,
    prompt_sha256       text,
    request_sha256      text        NOT NULL,
    bytes               bigint      NOT NULL,
    input_tokens        bigint,
    max_output_tokens   bigint,
    day                 date        NOT NULL,
    reserved_micro_usd  bigint      NOT NULL,
    cost_micro_usd      bigint      NOT NULL DEFAULT 0,
    claimed_micro_usd   bigint,
    raw                 text,
    raw_sha256          text,
    finish_reason       text,
    model_reported      text,
    response_id         text,
    system_fingerprint  text,
    http_status         int,
    prompt_tokens       bigint,
    cached_tokens       bigint,
    completion_tokens   bigint,
    latency_ms          bigint,
    code                text,
    message             text,
    sent_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at            timestamptz,
    CONSTRAINT model_calls_pkey PRIMARY KEY (id),
    CONSTRAINT model_calls_state_check
        CHECK (state IN ('sent', 'settled', 'failed', 'lost')),
    CONSTRAINT model_calls_ended_check
        CHECK ((ended_at IS NOT NULL) = (state <> 'sent')),
    CONSTRAINT model_calls_usable_check
        CHECK (NOT usable OR (state = 'settled' AND raw IS NOT NULL)),
    CONSTRAINT model_calls_stages_check CHECK (cardinality(stages) > 0),
    CONSTRAINT model_calls_money_check
        CHECK (cost_micro_usd BETWEEN 0 AND reserved_micro_usd),
    CONSTRAINT model_calls_raw_check CHECK (octet_length(raw) <= 4194304),
    CONSTRAINT model_calls_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE
);

COMMENT ON COLUMN model_calls.day IS
    'the UTC day, and so the month, whose budgets the call counts in';
COMMENT ON COLUMN model_calls.claimed_micro_usd IS
    'what the provider''s own count comes to when that is more than was'
    ' reserved';

CREATE INDEX model_calls_analysis_idx ON model_calls (analysis_id, id);
CREATE INDEX model_calls_answer_idx ON model_calls (input_hash, paper_id)
    WHERE usable;


-- What calls have cost and what those under way may cost, in each budget that
-- they count in.  The limits are elsewhere: see budget_scopes().

CREATE TABLE llm_spending (
    scope       text    NOT NULL,
    key         uuid    NOT NULL,
    period      date    NOT NULL,
    spent       bigint  NOT NULL DEFAULT 0,
    reserved    bigint  NOT NULL DEFAULT 0,
    user_id     uuid    GENERATED ALWAYS AS (CASE WHEN scope IN ('user_day',
                            'user_month') THEN key END) STORED,
    analysis_id uuid    GENERATED ALWAYS AS (CASE scope WHEN 'analysis'
                            THEN key END) STORED,
    CONSTRAINT llm_spending_pkey PRIMARY KEY (scope, key, period),
    CONSTRAINT llm_spending_scope_check
        CHECK (scope IN ('day', 'user_day', 'user_month', 'analysis')),
    CONSTRAINT llm_spending_amounts_check
        CHECK (spent >= 0 AND reserved >= 0),
    CONSTRAINT llm_spending_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT llm_spending_analysis_fkey FOREIGN KEY (analysis_id)
        REFERENCES analyses (id) ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE INDEX llm_spending_user_idx ON llm_spending (user_id)
    WHERE user_id IS NOT NULL;
CREATE INDEX llm_spending_analysis_idx ON llm_spending (analysis_id)
    WHERE analysis_id IS NOT NULL;


-- The ledger: both programs can only add to it.  It goes with its paper.
-- How a row ended stands in the call, and here when the call is deleted.

CREATE TABLE outbound (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    workspace_id    uuid        NOT NULL,
    paper_id        uuid        NOT NULL,
    analysis_id     uuid        NOT NULL,
    call_id         bigint      NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    host            text        NOT NULL,
    provider        text        NOT NULL,
    model           text        NOT NULL,
    call            text        NOT NULL,
    stage           text        NOT NULL,
    bytes           bigint      NOT NULL,
    payload_sha256  text        NOT NULL,
    fate            text,
    CONSTRAINT outbound_pkey PRIMARY KEY (id),
    CONSTRAINT outbound_call_key UNIQUE (call_id),
    CONSTRAINT outbound_bytes_check CHECK (bytes >= 0),
    CONSTRAINT outbound_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE
);

CREATE INDEX outbound_paper_idx ON outbound (paper_id, id);


DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['model_calls', 'outbound'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_web'
            ' USING (workspace_id = ANY ((SELECT current_workspaces())'
            '::uuid[]))', v_table || '_web', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_worker'
            ' USING (true) WITH CHECK (true)', v_table || '_worker', v_table);
    END LOOP;

    -- The web reaches these through the owner's functions alone.
    FOREACH v_table IN ARRAY ARRAY['model_settings', 'llm_spending'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY %I ON %I FOR ALL TO paperal_worker'
            ' USING (true) WITH CHECK (true)', v_table || '_worker', v_table);
    END LOOP;
END $$;

-- The web reads the journal, but no raw answer.
GRANT SELECT (id, workspace_id, user_id, paper_id, analysis_id, name, stages,
    attempt, state, usable, reused_from, input_hash, provider, host, model,
    parameters, prompt_id, prompt_version, prompt_sha256, request_sha256,
    bytes, input_tokens, max_output_tokens, reserved_micro_usd,
    cost_micro_usd, claimed_micro_usd, raw_sha256, finish_reason,
    model_reported, response_id, system_fingerprint, http_status,
    prompt_tokens, cached_tokens, completion_tokens, latency_ms, code,
    sent_at, ended_at) ON model_calls TO paperal_web;
GRANT SELECT ON outbound TO paperal_web;

GRANT SELECT (llm_budget_micro_usd, llm_daily_budget_micro_usd) ON users
    TO paperal_worker;
GRANT SELECT, INSERT, UPDATE ON model_settings, model_calls, llm_spending
    TO paperal_worker;
GRANT SELECT, INSERT ON outbound TO paperal_worker;
