-- Accounts, plans, workspaces, credentials, and what a request identity is.
--
-- The programs connect as the roles paperal_web and paperal_worker, which the
-- operator creates; a migration grants to them and creates no role, since
-- managed databases rarely let the owner do so.

DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['paperal_web', 'paperal_worker'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_role) THEN
            RAISE EXCEPTION 'role "%" does not exist', v_role
                USING HINT = format('CREATE ROLE %I LOGIN PASSWORD ''...'''
                    ' NOSUPERUSER NOCREATEDB NOCREATEROLE', v_role);
        END IF;

        IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_role
                   AND (rolsuper OR rolbypassrls))
        THEN
            RAISE EXCEPTION 'role "%" is a superuser or bypasses row-level'
                ' security', v_role;
        END IF;
    END LOOP;

    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database must be encoded in UTF8';
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO paperal_web, paperal_worker;


-- The identity of a request, set before each statement.  Policies call these,
-- so they are part of the schema and not of functions/.

CREATE FUNCTION current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('paperal.user_id', true), '')::uuid;

CREATE FUNCTION current_workspaces() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('paperal.workspaces', true), '')::uuid[];


CREATE TABLE plans (
    code                text        NOT NULL,
    weight              real        NOT NULL,
    max_running         int         NOT NULL,
    requests_per_minute int         NOT NULL,
    monthly_papers      int,
    monthly_analyses    int,
    storage_bytes       bigint,
    webhooks            boolean     NOT NULL DEFAULT false,
    api_keys            boolean     NOT NULL DEFAULT false,
    portfolios          boolean     NOT NULL DEFAULT false,
    CONSTRAINT plans_pkey PRIMARY KEY (code),
    CONSTRAINT plans_weight_check CHECK (weight > 0),
    CONSTRAINT plans_max_running_check CHECK (max_running > 0),
    CONSTRAINT plans_requests_check CHECK (requests_per_minute > 0)
);

COMMENT ON COLUMN plans.monthly_papers IS 'NULL is unlimited';

INSERT INTO plans (code, weight, max_running, requests_per_minute,
                   monthly_papers, monthly_analyses, storage_bytes,
                   webhooks, api_keys, portfolios)
VALUES ('basic', 1, 2, 60, 20, 20, 1073741824::bigint, false, false, false),
       ('professional', 4, 4, 300, 200, 200, 20 * 1073741824::bigint,
        true, true, true),
       ('enterprise', 16, 64, 1000, NULL, NULL, 500 * 1073741824::bigint,
        true, true, true);


CREATE TABLE users (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    email           text        NOT NULL,
    password_hash   text        NOT NULL,
    name            text        NOT NULL,
    organization    text,
    title           text,
    role            text        NOT NULL DEFAULT 'user',
    language        text        NOT NULL DEFAULT 'en',
    email_verified  boolean     NOT NULL DEFAULT false,
    is_active       boolean     NOT NULL DEFAULT true,
    plan            text        NOT NULL DEFAULT 'basic',
    plan_expires_at timestamptz,
    settings        jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_email_check CHECK (email = lower(email)),
    CONSTRAINT users_role_check CHECK (role IN ('user', 'admin')),
    CONSTRAINT users_language_check CHECK (language IN ('en', 'zh')),
    CONSTRAINT users_settings_check
        CHECK (jsonb_typeof(settings) = 'object'),
    CONSTRAINT users_plan_fkey FOREIGN KEY (plan) REFERENCES plans (code)
);


CREATE TABLE workspaces (
    id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    name        text        NOT NULL,
    kind        text        NOT NULL,
    owner_id    uuid        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT workspaces_pkey PRIMARY KEY (id),
    CONSTRAINT workspaces_kind_check CHECK (kind IN ('personal', 'team')),
    CONSTRAINT workspaces_owner_fkey FOREIGN KEY (owner_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX workspaces_personal_key ON workspaces (owner_id)
    WHERE kind = 'personal';

CREATE INDEX workspaces_owner_idx ON workspaces (owner_id);


CREATE TABLE workspace_members (
    workspace_id    uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    role            text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT workspace_members_pkey PRIMARY KEY (user_id, workspace_id),
    CONSTRAINT workspace_members_role_check
        CHECK (role IN ('owner', 'editor', 'viewer')),
    CONSTRAINT workspace_members_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT workspace_members_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX workspace_members_workspace_idx
    ON workspace_members (workspace_id);


-- A token is known by the SHA-256 of its random bytes only.  All tokens that
-- grew out of one login share a family: a replayed refresh token ends it.

CREATE TABLE tokens (
    hash        bytea       NOT NULL,
    id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    user_id     uuid        NOT NULL,
    kind        text        NOT NULL,
    family      uuid        NOT NULL,
    scopes      text[],
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    revoked_at  timestamptz,
    user_agent  text,
    address     text,
    CONSTRAINT tokens_pkey PRIMARY KEY (hash),
    CONSTRAINT tokens_id_key UNIQUE (id),
    CONSTRAINT tokens_hash_check CHECK (octet_length(hash) = 32),
    CONSTRAINT tokens_kind_check
        CHECK (kind IN ('access', 'refresh', 'session', 'api_key')),
    CONSTRAINT tokens_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX tokens_user_idx ON tokens (user_id);
CREATE INDEX tokens_family_idx ON tokens (family);
CREATE INDEX tokens_expires_idx ON tokens (expires_at);


-- Failed logins, of an e-mail (known or not, so that the throttle does not
-- tell which addresses have an account) and of a client address.

CREATE TABLE login_throttles (
    kind            text        NOT NULL,
    key             text        NOT NULL,
    failures        int         NOT NULL,
    since           timestamptz NOT NULL,
    last_failed_at  timestamptz NOT NULL,
    locked_until    timestamptz,
    CONSTRAINT login_throttles_pkey PRIMARY KEY (kind, key),
    CONSTRAINT login_throttles_kind_check CHECK (kind IN ('email', 'address'))
);


-- The first response of a POST with an Idempotency-Key.  A row without a
-- status is a claim: its request is still running.

CREATE TABLE idempotency_keys (
    user_id     uuid        NOT NULL,
    key         text        NOT NULL,
    route       text        NOT NULL,
    body_sha256 text        NOT NULL,
    status      int,
    body        text,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_key_check
        CHECK (length(key) BETWEEN 1 AND 255),
    CONSTRAINT idempotency_keys_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);


-- What a month has used of the owner's plan, and the bytes stored now.

CREATE TABLE usage_months (
    user_id     uuid        NOT NULL,
    month       date        NOT NULL,
    papers      int         NOT NULL DEFAULT 0,
    analyses    int         NOT NULL DEFAULT 0,
    CONSTRAINT usage_months_pkey PRIMARY KEY (user_id, month),
    CONSTRAINT usage_months_check CHECK (papers >= 0 AND analyses >= 0),
    CONSTRAINT usage_months_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE TABLE storage_usage (
    user_id     uuid        NOT NULL,
    bytes       bigint      NOT NULL DEFAULT 0,
    CONSTRAINT storage_usage_pkey PRIMARY KEY (user_id),
    CONSTRAINT storage_usage_bytes_check CHECK (bytes >= 0),
    CONSTRAINT storage_usage_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
) WITH (fillfactor = 70);
