-- Accounts and credentials.  All are SECURITY DEFINER: the web role has no
-- privilege on users, tokens or throttles.

CREATE OR REPLACE FUNCTION personal_workspace(p_user uuid) RETURNS uuid
    LANGUAGE sql STABLE
    RETURN (SELECT w.id FROM workspaces w
            WHERE w.owner_id = p_user AND w.kind = 'personal');


-- Life times of the credentials, the only place that knows them.

CREATE OR REPLACE FUNCTION token_lifetime(p_kind text, p_remember boolean)
    RETURNS interval
    LANGUAGE sql IMMUTABLE
    RETURN CASE p_kind WHEN 'access' THEN interval '1 hour'
                       WHEN 'refresh' THEN interval '30 days'
                       WHEN 'session' THEN CASE WHEN p_remember
                            THEN interval '30 days'
                            ELSE interval '1 day' END END;


CREATE OR REPLACE FUNCTION issue_token(p_user uuid, p_kind text,
    p_family uuid, p_hash text, p_remember boolean, p_address text,
    p_user_agent text) RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO tokens (hash, user_id, kind, family, created_at, expires_at,
                        address, user_agent)
    VALUES (decode(p_hash, 'hex'), p_user, p_kind, p_family,
            clock_timestamp(),
            clock_timestamp() + token_lifetime(p_kind, p_remember),
            left(p_address, 64), left(p_user_agent, 256));
END;


-- {user, token_type, expires_in}; the module adds the tokens themselves.

CREATE OR REPLACE FUNCTION login_json(u users, p_kind text) RETURNS json
    LANGUAGE sql STABLE
    RETURN CASE WHEN p_kind = 'session'
        THEN json_build_object('user', user_json(u))
        ELSE json_build_object('user', user_json(u),
            'token_type', 'Bearer', 'expires_in',
            extract(epoch FROM token_lifetime('access', false))::int) END;


CREATE OR REPLACE FUNCTION register_user(p_email text, p_password_hash text,
    p_name text, p_organization text, p_language text, p_plan text,
    p_registration text, p_access_hash text, p_refresh_hash text,
    p_address text, p_user_agent text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_user      users;
    v_workspace uuid;
    v_family    uuid := gen_random_uuid();
BEGIN
    IF p_registration IS DISTINCT FROM 'open' THEN
        PERFORM raise_error('AUTH_INSUFFICIENT_PERMISSIONS',
            'registration is not open', json_build_object('registration',
            coalesce(p_registration, 'closed')));
    END IF;

    INSERT INTO users (email, password_hash, name, organization, language,
                       plan)
    VALUES (lower(p_email), p_password_hash, p_name, p_organization,
            coalesce(p_language, 'en'), coalesce(p_plan, 'basic'))
    ON CONFLICT ON CONSTRAINT users_email_key DO NOTHING
    RETURNING * INTO v_user;

    IF v_user.id IS NULL THEN
        PERFORM raise_error('RESOURCE_ALREADY_EXISTS',
            'an account with this e-mail exists',
            json_build_object('email', 'taken'));
    END IF;

    INSERT INTO workspaces (name, kind, owner_id)
    VALUES (p_name, 'personal', v_user.id) RETURNING id INTO v_workspace;

    INSERT INTO workspace_members (workspace_id, user_id, role)
    VALUES (v_workspace, v_user.id, 'owner');

    INSERT INTO storage_usage (user_id) VALUES (v_user.id);

    PERFORM issue_token(v_user.id, 'access', v_family, p_access_hash, false,
                        p_address, p_user_agent);
    PERFORM issue_token(v_user.id, 'refresh', v_family, p_refresh_hash,
                        false, p_address, p_user_agent);

    RETURN QUERY SELECT login_json(v_user, 'access');
END $$;


-- A client address as the throttle counts it: IPv6 by its /64.

CREATE OR REPLACE FUNCTION throttle_address(p_address text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p_address ~ '^::ffff:\d+\.\d+\.\d+\.\d+$' THEN
        RETURN substr(p_address, 8);
    END IF;

    IF p_address ~ '^[0-9a-fA-F:.]+$' AND p_address ~ ':' THEN
        RETURN text(network(set_masklen(p_address::inet, 64)));
    END IF;

    RETURN coalesce(left(p_address, 64), '');

EXCEPTION WHEN invalid_text_representation THEN
    RETURN left(p_address, 64);
END $$;


-- Seconds until the next attempt is allowed, 0 when it is now.  An e-mail has
-- 5 failures free, then 1, 2, 4 … 900 s, forgotten after an hour of rest; an
-- address has 20 failures a minute.

CREATE OR REPLACE FUNCTION login_retry_after(p_email text, p_address text)
    RETURNS int
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_wait  interval;
BEGIN
    SELECT max(CASE t.kind
               WHEN 'email' THEN t.locked_until - clock_timestamp()
               WHEN 'address' THEN CASE WHEN t.failures >= 20
                   THEN t.since + interval '1 minute' - clock_timestamp() END
               END)
      INTO v_wait
      FROM login_throttles t
     WHERE (t.kind, t.key) IN (('email', lower(p_email)),
                               ('address', throttle_address(p_address)));

    RETURN greatest(0, ceil(extract(epoch FROM v_wait)))::int;
END $$;


CREATE OR REPLACE FUNCTION login_lookup(p_email text, p_address text)
    RETURNS TABLE (user_id uuid, password_hash text, retry_after int,
                   is_active boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT u.id, u.password_hash, login_retry_after(p_email, p_address),
           u.is_active
      FROM (VALUES (1)) one
      LEFT JOIN users u ON u.email = lower(p_email);
END $$;


CREATE OR REPLACE FUNCTION login_failed(p_email text, p_address text)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_now       timestamptz := clock_timestamp();
    v_failures  int;
BEGIN
    INSERT INTO login_throttles AS t (kind, key, failures, since,
                                      last_failed_at)
    VALUES ('address', throttle_address(p_address), 1, v_now, v_now)
    ON CONFLICT ON CONSTRAINT login_throttles_pkey DO UPDATE SET
        failures = CASE WHEN t.since < v_now - interval '1 minute' THEN 1
                        ELSE t.failures + 1 END,
        since = CASE WHEN t.since < v_now - interval '1 minute' THEN v_now
                     ELSE t.since END,
        last_failed_at = v_now;

    INSERT INTO login_throttles AS t (kind, key, failures, since,
                                      last_failed_at)
    VALUES ('email', lower(p_email), 1, v_now, v_now)
    ON CONFLICT ON CONSTRAINT login_throttles_pkey DO UPDATE SET
        failures = CASE WHEN t.last_failed_at < v_now - interval '1 hour'
                        THEN 1 ELSE t.failures + 1 END,
        last_failed_at = v_now
    RETURNING t.failures INTO v_failures;

    IF v_failures >= 5 THEN
        UPDATE login_throttles SET locked_until = v_now + interval '1 s'
            * least(900, power(2, least(v_failures - 5, 10)))
         WHERE kind = 'email' AND key = lower(p_email);
    END IF;
END $$;


-- Called after the password was found right.  The throttle is looked at
-- again, so that parallel guesses gain nothing over one after the other.

CREATE OR REPLACE FUNCTION login_succeeded(p_user_id uuid, p_kind text,
    p_hash text, p_refresh_hash text, p_remember boolean, p_address text,
    p_user_agent text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_user      users;
    v_family    uuid := gen_random_uuid();
    v_wait      int;
BEGIN
    SELECT * INTO v_user FROM users WHERE id = p_user_id
       FOR NO KEY UPDATE;

    IF v_user.id IS NULL THEN
        PERFORM raise_error('AUTH_INVALID_CREDENTIALS');
    END IF;

    IF NOT v_user.is_active THEN
        PERFORM raise_error('ACCOUNT_DISABLED');
    END IF;

    v_wait := login_retry_after(v_user.email, p_address);

    IF v_wait > 0 THEN
        PERFORM raise_error('RATE_LIMIT_EXCEEDED', 'too many failed logins',
            json_build_object('retry_after', v_wait));
    END IF;

    DELETE FROM login_throttles WHERE kind = 'email' AND key = v_user.email;

    PERFORM issue_token(v_user.id, p_kind, v_family, p_hash,
        coalesce(p_remember, false), p_address, p_user_agent);

    IF p_kind = 'access' THEN
        PERFORM issue_token(v_user.id, 'refresh', v_family, p_refresh_hash,
            false, p_address, p_user_agent);
    END IF;

    RETURN QUERY SELECT login_json(v_user, p_kind);
END $$;


-- Ends every token of a family: the hashes whose cached credential must be
-- dropped, as a comma list of hex, or NULL.

CREATE OR REPLACE FUNCTION revoke_family(p_family uuid) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    v_cred  text;
BEGIN
    WITH gone AS (
        UPDATE tokens SET revoked_at = clock_timestamp()
         WHERE family = p_family AND revoked_at IS NULL
        RETURNING hash, kind)
    SELECT string_agg(encode(hash, 'hex'), ',') INTO v_cred
      FROM gone WHERE kind <> 'refresh';

    RETURN v_cred;
END $$;


-- Rotation.  A refresh token works once; shown again, somebody else has it,
-- and the whole family ends.  That must be committed, so it is an answer and
-- not an exception.

CREATE OR REPLACE FUNCTION refresh_tokens(p_refresh_hash text,
    p_new_access_hash text, p_new_refresh_hash text, p_address text,
    p_user_agent text)
    RETURNS TABLE (data json, cred text, status int, error text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_token tokens;
    v_user  users;
    v_cred  text;
BEGIN
    SELECT * INTO v_token FROM tokens
     WHERE hash = decode(p_refresh_hash, 'hex') AND kind = 'refresh'
       FOR UPDATE;

    IF v_token.hash IS NULL THEN
        PERFORM raise_error('AUTH_INVALID_CREDENTIALS');
    END IF;

    IF v_token.used_at IS NOT NULL OR v_token.revoked_at IS NOT NULL THEN
        v_cred := revoke_family(v_token.family);
        RETURN QUERY SELECT NULL::json, v_cred, 401,
                            'AUTH_INVALID_CREDENTIALS';
        RETURN;
    END IF;

    IF v_token.expires_at <= clock_timestamp() THEN
        PERFORM raise_error('AUTH_TOKEN_EXPIRED');
    END IF;

    SELECT * INTO v_user FROM users WHERE id = v_token.user_id;

    IF NOT v_user.is_active THEN
        PERFORM raise_error('ACCOUNT_DISABLED');
    END IF;

    UPDATE tokens SET used_at = clock_timestamp()
     WHERE hash = v_token.hash;

    PERFORM issue_token(v_user.id, 'access', v_token.family,
        p_new_access_hash, false, p_address, p_user_agent);
    PERFORM issue_token(v_user.id, 'refresh', v_token.family,
        p_new_refresh_hash, false, p_address, p_user_agent);

    RETURN QUERY SELECT login_json(v_user, 'access'), NULL::text, 200,
                        NULL::text;
END $$;


-- A token of the caller ends with its family; somebody else's or an unknown
-- one is no error (RFC 7009) and changes nothing.

CREATE OR REPLACE FUNCTION revoke_token(p_caller uuid, p_caller_hash text,
    p_token_hash text) RETURNS TABLE (data json, cred text, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_family    uuid;
    v_cred      text;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT family INTO v_family FROM tokens
     WHERE hash = decode(coalesce(p_token_hash, p_caller_hash), 'hex')
       AND user_id = p_caller;

    IF v_family IS NOT NULL THEN
        v_cred := revoke_family(v_family);
    END IF;

    RETURN QUERY SELECT NULL::json, v_cred, 204;
END $$;


-- What a request needs to know of its credential; the module caches it.
-- Refresh tokens are no credential of a request.

CREATE OR REPLACE FUNCTION lookup_credential(p_hash text)
    RETURNS TABLE (user_id uuid, kind text, role text, plan text,
                   requests_per_minute int, expires_at bigint,
                   is_active boolean, scopes text, workspaces text,
                   roles text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT u.id, t.kind, u.role, u.plan, p.requests_per_minute,
           extract(epoch FROM t.expires_at)::bigint, u.is_active,
           array_to_string(t.scopes, ','),
           '{' || coalesce(m.ids, '') || '}', coalesce(m.roles, '')
      FROM tokens t
      JOIN users u ON u.id = t.user_id
      JOIN plans p ON p.code = u.plan
      CROSS JOIN LATERAL (
          SELECT string_agg(w.workspace_id::text, ','
                            ORDER BY w.workspace_id) AS ids,
                 string_agg(w.role, ',' ORDER BY w.workspace_id) AS roles
            FROM workspace_members w WHERE w.user_id = u.id) m
     WHERE t.hash = decode(p_hash, 'hex') AND t.revoked_at IS NULL
       AND t.kind <> 'refresh';
END $$;


CREATE OR REPLACE FUNCTION get_me(p_caller uuid) RETURNS TABLE (data json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM check_caller(p_caller);

    RETURN QUERY SELECT user_json(u) FROM users u WHERE u.id = p_caller;
END $$;


CREATE OR REPLACE FUNCTION update_me(p_caller uuid, patch jsonb,
    if_match text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_user  users;
BEGIN
    PERFORM check_caller(p_caller);
    PERFORM check_json(patch, '{
        "name": {"type": "string", "min": 1, "max": 200},
        "organization": {"type": "string", "max": 200, "null": true},
        "title": {"type": "string", "max": 200, "null": true},
        "language": {"type": "string", "enum": ["en", "zh"]},
        "settings": {"type": "object"}}');

    IF octet_length((patch->'settings')::text) > 16384 THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
            '{"settings": "must have at most 16384 bytes"}');
    END IF;

    SELECT * INTO v_user FROM users WHERE id = p_caller
       FOR NO KEY UPDATE;

    IF v_user.id IS NULL THEN
        RETURN;
    END IF;

    PERFORM check_if_match(if_match, user_json(v_user));

    UPDATE users SET
        name = coalesce(patch->>'name', name),
        organization = CASE WHEN patch ? 'organization'
                            THEN nullif(patch->>'organization', '')
                            ELSE organization END,
        title = CASE WHEN patch ? 'title'
                     THEN nullif(patch->>'title', '') ELSE title END,
        language = coalesce(patch->>'language', language),
        settings = (SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}')
                    FROM jsonb_each(settings
                         || coalesce(patch->'settings', '{}')) s
                    WHERE s.value <> 'null'),
        updated_at = clock_timestamp()
     WHERE id = p_caller
    RETURNING * INTO v_user;

    RETURN QUERY SELECT user_json(v_user);
END $$;


CREATE OR REPLACE FUNCTION grant_admin(p_email text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE users SET role = 'admin', updated_at = clock_timestamp()
     WHERE email = lower(p_email);

    RETURN FOUND;
END $$;


CREATE OR REPLACE FUNCTION prune_tokens() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
DECLARE
    v_count bigint;
BEGIN
    -- A used or revoked refresh token is kept until it expires: it is what
    -- tells a replay from an unknown token.
    DELETE FROM tokens
     WHERE expires_at < clock_timestamp() - interval '1 day';
    GET DIAGNOSTICS v_count = ROW_COUNT;

    DELETE FROM login_throttles
     WHERE last_failed_at < clock_timestamp() - interval '1 day';

    RETURN v_count;
END $$;
