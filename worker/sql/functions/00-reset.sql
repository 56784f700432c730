-- Drops the functions, so that a changed signature needs no migration of its
-- own and a removed function does not stay behind.  All in the transaction
-- that creates them again: nobody sees the database without them.
--
-- Kept are those that the schema itself stands on: the identity, which the
-- policies call, and trigger functions, which never change their signature.

DO $$
DECLARE
    f   record;
BEGIN
    PERFORM set_config('client_min_messages', 'warning', true);

    FOR f IN SELECT p.oid, p.oid::regprocedure::text AS name
               FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
              WHERE p.pronamespace = 'public'::regnamespace
                AND r.rolname = current_user
                AND p.prokind = 'f'
                AND p.prorettype <> 'trigger'::regtype
                AND p.proname NOT IN ('current_user_id',
                                      'current_workspaces')
    LOOP
        IF EXISTS (SELECT 1 FROM pg_proc p WHERE p.oid = f.oid) THEN
            EXECUTE 'DROP FUNCTION ' || f.name || ' CASCADE';
        END IF;
    END LOOP;
END $$;
