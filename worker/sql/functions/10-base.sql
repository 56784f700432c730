-- What every other function stands on: version, errors, times, tags, and the
-- checks of a JSON body.
--
-- The files of this folder are applied in the order of their names at every
-- migrate, beside running programs: functions are replaced, never dropped,
-- since a dropped one fails the statements that are just using it.  When a
-- signature or a result changes, the migration of that change drops the old
-- function.

CREATE OR REPLACE FUNCTION schema_version() RETURNS int
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(max(version), 0) FROM schema_migrations);
END $$;


-- Ends the statement with an error of the HTTP contract.  Class PA; the
-- message is the code, the detail is "details", the hint is for people.

CREATE OR REPLACE FUNCTION raise_error(code text, message text DEFAULT NULL,
    details json DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF message IS NULL AND details IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'PA001', MESSAGE = code;

    ELSIF message IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'PA001', MESSAGE = code,
            DETAIL = details::text;

    ELSIF details IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'PA001', MESSAGE = code,
            HINT = message;
    END IF;

    RAISE EXCEPTION USING ERRCODE = 'PA001', MESSAGE = code,
        DETAIL = details::text, HINT = message;
END $$;


CREATE OR REPLACE FUNCTION rfc3339(t timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');


-- The entity tag of an object: the first half of the SHA-256 of its JSON.

CREATE OR REPLACE FUNCTION etag(data json) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(encode(sha256(convert_to(data::text, 'UTF8')), 'hex'), 32);


CREATE OR REPLACE FUNCTION check_if_match(if_match text, data json)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF if_match IS NOT NULL AND if_match <> '*' AND if_match <> etag(data)
    THEN
        PERFORM raise_error('PRECONDITION_FAILED',
            'the object has changed since it was read');
    END IF;
END $$;


-- The identity of the request and the argument of the function must agree:
-- a statement that passes another user's id is a defect, not a permission.

CREATE OR REPLACE FUNCTION check_caller(p_caller uuid) RETURNS void
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_caller IS NULL THEN
        PERFORM raise_error('AUTH_REQUIRED');
    END IF;

    IF p_caller <> current_user_id() THEN
        RAISE EXCEPTION 'caller "%" is not the identity of the request',
            p_caller;
    END IF;
END $$;


-- Why a JSON value breaks a rule, or NULL.  A rule is an object:
--   type      string | boolean | integer | time | strings | object
--   null      true when null is allowed
--   min, max  characters, value or items; item_max characters of an item
--   enum      allowed strings
--   pattern   regular expression of a string
--   fields    rules of an object, by field

CREATE OR REPLACE FUNCTION json_fault(v jsonb, rule jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_kind  text := jsonb_typeof(v);
    v_type  text := rule->>'type';
    v_text  text := v #>> '{}';
    v_min   numeric := (rule->>'min')::numeric;
    v_max   numeric := (rule->>'max')::numeric;
BEGIN
    IF v_kind = 'null' THEN
        RETURN CASE WHEN (rule->>'null')::boolean THEN NULL
                    ELSE 'must not be null' END;
    END IF;

    CASE v_type
    WHEN 'string' THEN
        IF v_kind <> 'string' THEN
            RETURN 'must be a string';
        ELSIF v_min = 1 AND v_text ~ '^\s*$' THEN
            RETURN 'must not be empty';
        ELSIF length(v_text) > v_max THEN
            RETURN format('must have at most %s characters', v_max);
        ELSIF rule ? 'enum' AND NOT rule->'enum' ? v_text THEN
            RETURN 'must be one of ' || (SELECT string_agg(e, ', ')
                FROM jsonb_array_elements_text(rule->'enum') e);
        ELSIF rule ? 'pattern' AND v_text !~ (rule->>'pattern') THEN
            RETURN 'has the wrong form';
        END IF;

    WHEN 'boolean' THEN
        IF v_kind <> 'boolean' THEN
            RETURN 'must be true or false';
        END IF;

    WHEN 'integer' THEN
        IF v_kind <> 'number' OR v_text::numeric <> trunc(v_text::numeric)
        THEN
            RETURN 'must be an integer';
        ELSIF v_text::numeric NOT BETWEEN v_min AND v_max THEN
            RETURN format('must be between %s and %s', v_min, v_max);
        END IF;

    WHEN 'time' THEN
        IF v_kind <> 'string' OR v_text !~ ('^\d{4}-(0[1-9]|1[0-2])-'
            '(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?'
            '(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$')
        THEN
            RETURN 'must be a time such as 2026-01-31T12:00:00Z';
        END IF;

        BEGIN
            PERFORM v_text::timestamptz;
        EXCEPTION WHEN datetime_field_overflow THEN
            RETURN 'is no day of the calendar';
        END;

    WHEN 'strings' THEN
        IF v_kind <> 'array' OR EXISTS (
            SELECT 1 FROM jsonb_array_elements(v) e
            WHERE jsonb_typeof(e) <> 'string')
        THEN
            RETURN 'must be an array of strings';
        ELSIF jsonb_array_length(v) > v_max THEN
            RETURN format('must have at most %s items', v_max);
        ELSIF EXISTS (SELECT 1 FROM jsonb_array_elements_text(v) e
                      WHERE e ~ '^\s*$'
                         OR length(e) > (rule->>'item_max')::int)
        THEN
            RETURN format('items must have 1 to %s characters',
                          rule->>'item_max');
        END IF;

    WHEN 'object' THEN
        IF v_kind <> 'object' THEN
            RETURN 'must be an object';
        END IF;
    END CASE;

    RETURN NULL;
END $$;


-- All faults of an object as {"field": "reason"}, with dotted paths; {} if
-- there is none.

CREATE OR REPLACE FUNCTION json_faults(v jsonb, rules jsonb,
    prefix text DEFAULT '') RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_faults    jsonb := '{}';
    v_fault     text;
    v_rule      jsonb;
    f           record;
BEGIN
    FOR f IN SELECT key, value FROM jsonb_each(v) LOOP
        v_rule := rules->f.key;

        IF v_rule IS NULL THEN
            v_faults := v_faults
                || jsonb_build_object(prefix || f.key, 'unknown field');
            CONTINUE;
        END IF;

        v_fault := json_fault(f.value, v_rule);

        IF v_fault IS NOT NULL THEN
            v_faults := v_faults
                || jsonb_build_object(prefix || f.key, v_fault);

        ELSIF v_rule ? 'fields' AND jsonb_typeof(f.value) = 'object' THEN
            v_faults := v_faults || json_faults(f.value, v_rule->'fields',
                                                prefix || f.key || '.');
        END IF;
    END LOOP;

    RETURN v_faults;
END $$;


CREATE OR REPLACE FUNCTION check_json(v jsonb, rules jsonb) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    v_faults jsonb;
BEGIN
    IF jsonb_typeof(v) IS DISTINCT FROM 'object' THEN
        PERFORM raise_error('VALIDATION_ERROR', 'the body must be an object');
    END IF;

    v_faults := json_faults(v, rules);

    IF v_faults <> '{}' THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL, v_faults::json);
    END IF;
END $$;


CREATE OR REPLACE FUNCTION json_strings(v jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT e.value FROM jsonb_array_elements_text(v) e);


-- The workspace a call writes to or reads from: the given one or the caller's
-- personal one.  Not a member: not found, like one that does not exist.

CREATE OR REPLACE FUNCTION resolve_workspace(p_caller uuid, p_workspace uuid,
    p_write boolean, OUT workspace_id uuid, OUT owner_id uuid)
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_role text;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT w.id, w.owner_id, m.role
      INTO resolve_workspace.workspace_id, resolve_workspace.owner_id, v_role
      FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
     WHERE m.user_id = p_caller
       AND CASE WHEN p_workspace IS NULL
                THEN w.kind = 'personal' AND w.owner_id = p_caller
                ELSE w.id = p_workspace END;

    IF v_role IS NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    IF p_write AND v_role = 'viewer' THEN
        PERFORM raise_error('AUTH_INSUFFICIENT_PERMISSIONS', NULL,
            json_build_object('role', 'viewer'));
    END IF;
END $$;
