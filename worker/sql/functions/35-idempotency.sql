-- Idempotency keys: a claim before the work, the answer together with it.

CREATE OR REPLACE FUNCTION idempotency_begin(p_user uuid, p_key text,
    p_route text, p_body_sha256 text)
    RETURNS TABLE (outcome text, status int, body text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_now   timestamptz := clock_timestamp();
    v_row   idempotency_keys;
BEGIN
    PERFORM check_caller(p_user);

    -- Twice at most: the row can be abandoned between the two statements.
    FOR i IN 1..2 LOOP
        INSERT INTO idempotency_keys AS k (user_id, key, route, body_sha256,
                                           created_at)
        VALUES (p_user, p_key, p_route, p_body_sha256, v_now)
        ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET
            route = excluded.route, body_sha256 = excluded.body_sha256,
            status = NULL, body = NULL, created_at = v_now
         WHERE k.created_at < v_now - interval '24 hours'
            OR (k.status IS NULL
                AND k.created_at < v_now - interval '60 seconds'
                AND k.route = excluded.route
                AND k.body_sha256 = excluded.body_sha256)
        RETURNING * INTO v_row;

        IF FOUND THEN
            RETURN QUERY SELECT 'run', NULL::int, NULL::text;
            RETURN;
        END IF;

        SELECT * INTO v_row FROM idempotency_keys k
         WHERE k.user_id = p_user AND k.key = p_key;

        EXIT WHEN FOUND;
    END LOOP;

    IF v_row.key IS NULL THEN
        RETURN QUERY SELECT 'busy', NULL::int, NULL::text;

    ELSIF v_row.route <> p_route OR v_row.body_sha256 <> p_body_sha256 THEN
        RETURN QUERY SELECT 'reused', NULL::int, NULL::text;

    ELSIF v_row.status IS NULL THEN
        RETURN QUERY SELECT 'busy', NULL::int, NULL::text;

    ELSE
        RETURN QUERY SELECT 'replay', v_row.status, v_row.body;
    END IF;
END $$;


CREATE OR REPLACE FUNCTION idempotency_save(p_user uuid, p_key text,
    p_status int, p_data text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    UPDATE idempotency_keys SET status = p_status, body = p_data
     WHERE user_id = p_user AND key = p_key AND status IS NULL;

    RETURN FOUND;
END $$;


CREATE OR REPLACE FUNCTION idempotency_abandon(p_user uuid, p_key text)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM idempotency_keys
     WHERE user_id = p_user AND key = p_key AND status IS NULL;

    RETURN FOUND;
END $$;


-- Whether there is an answer for a key, whatever the request: then nothing is
-- to be done that a quota could forbid.

CREATE OR REPLACE FUNCTION idempotency_answered(p_user uuid, p_key text)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    RETURN EXISTS (SELECT FROM idempotency_keys
                    WHERE user_id = p_user AND key = p_key
                      AND status IS NOT NULL
                      AND created_at >= clock_timestamp()
                                        - interval '24 hours');


CREATE OR REPLACE FUNCTION prune_idempotency() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
DECLARE
    v_count bigint;
BEGIN
    DELETE FROM idempotency_keys
     WHERE created_at < clock_timestamp() - interval '24 hours';
    GET DIAGNOSTICS v_count = ROW_COUNT;

    RETURN v_count;
END $$;
