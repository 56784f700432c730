-- The queue.  Executed by the worker.  Every write for a job names the job
-- and the epoch of its lease; false or no row means that the lease is lost.

CREATE OR REPLACE FUNCTION notify_queued_job() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_notify('paperal_jobs', NEW.queue);
    RETURN NULL;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger t
                   WHERE t.tgrelid = 'jobs'::regclass
                     AND t.tgname = 'jobs_wake')
    THEN
        CREATE TRIGGER jobs_wake
            AFTER INSERT OR UPDATE OF state ON jobs
            FOR EACH ROW WHEN (NEW.state = 'queued')
            EXECUTE FUNCTION notify_queued_job();
    END IF;
END $$;


-- Claims one job.  Fair between users: the user with the fewest running jobs
-- for the plan's weight is next.  The claims of a queue are serialised, so the
-- limits of a user and of the queue are exact.  Extraction goes first: it is
-- short and analyses wait for it.  p_global NULL: no limit.

CREATE OR REPLACE FUNCTION claim_job(p_queues text[], p_owner text,
    p_lease interval, p_global int)
    RETURNS TABLE (id bigint, lease_epoch bigint, kind text, subject_id uuid,
                   user_id uuid, workspace_id uuid, payload json, lost int,
                   attempt int)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_queue text;
    v_id    bigint;
BEGIN
    FOR v_queue IN SELECT q FROM unnest(p_queues) q ORDER BY q DESC LOOP
        CONTINUE WHEN NOT EXISTS (SELECT 1 FROM jobs j
            WHERE j.queue = v_queue AND j.state = 'queued');

        PERFORM pg_advisory_xact_lock(7301, hashtext(v_queue));

        v_id := next_job(v_queue, p_global);

        IF v_id IS NOT NULL THEN
            RETURN QUERY
            UPDATE jobs j SET state = 'running', attempt = j.attempt + 1,
                lease_epoch = j.lease_epoch + 1, lease_owner = p_owner,
                lease_until = clock_timestamp() + p_lease,
                started_at = coalesce(j.started_at, clock_timestamp())
             WHERE j.id = v_id AND j.state = 'queued'
            RETURNING j.id, j.lease_epoch, j.kind, j.subject_id, j.user_id,
                      j.workspace_id, j.payload, j.lost, j.attempt;

            -- A cancel took it between the look and the update: the next
            -- poll sees what is left.
            RETURN;
        END IF;
    END LOOP;
END $$;


-- One index probe a user (a loose index scan), however many jobs wait.

CREATE OR REPLACE FUNCTION next_job(p_queue text, p_global int)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_id    bigint;
BEGIN
    IF (SELECT count(*) FROM jobs j
        WHERE j.queue = p_queue AND j.state = 'running') >= p_global
    THEN
        RETURN NULL;
    END IF;

    WITH RECURSIVE waiting(user_id) AS (
        (SELECT j.user_id FROM jobs j
          WHERE j.queue = p_queue AND j.state = 'queued'
          ORDER BY j.user_id LIMIT 1)
        UNION ALL
        SELECT (SELECT j.user_id FROM jobs j
                 WHERE j.queue = p_queue AND j.state = 'queued'
                   AND j.user_id > w.user_id ORDER BY j.user_id LIMIT 1)
          FROM waiting w WHERE w.user_id IS NOT NULL),
    heads AS (
        SELECT n.id, n.priority, n.run_at, p.weight, p.max_running,
               (SELECT count(*) FROM jobs r
                 WHERE r.queue = p_queue AND r.state = 'running'
                   AND r.user_id = w.user_id) AS running
          FROM waiting w
          JOIN users u ON u.id = w.user_id
          JOIN plans p ON p.code = u.plan
          CROSS JOIN LATERAL (
              SELECT j.id, j.priority, j.run_at FROM jobs j
               WHERE j.queue = p_queue AND j.state = 'queued'
                 AND j.user_id = w.user_id AND j.run_at <= clock_timestamp()
               ORDER BY j.priority, j.run_at, j.id LIMIT 1) n)
    SELECT h.id INTO v_id FROM heads h WHERE h.running < h.max_running
     ORDER BY h.running / h.weight, h.priority, h.run_at, h.id LIMIT 1;

    RETURN v_id;
END $$;


CREATE OR REPLACE FUNCTION heartbeat_job(p_id bigint, p_epoch bigint,
    p_lease interval) RETURNS TABLE (cancel boolean)
    LANGUAGE sql
BEGIN ATOMIC
    UPDATE jobs SET lease_until = clock_timestamp() + p_lease
     WHERE id = p_id AND lease_epoch = p_epoch AND state = 'running'
    RETURNING cancel_requested_at IS NOT NULL;
END;


-- The paper that a job is about.

CREATE OR REPLACE FUNCTION job_paper(p_kind text, p_subject uuid)
    RETURNS uuid
    LANGUAGE sql STABLE
    RETURN CASE p_kind WHEN 'extract' THEN p_subject
        ELSE (SELECT a.paper_id FROM analyses a WHERE a.id = p_subject) END;


-- The job if the lease still holds, with everything it is about locked in
-- the order paper, analysis, job.  A row of NULLs: the lease is lost.

CREATE OR REPLACE FUNCTION lock_job(p_id bigint, p_epoch bigint)
    RETURNS jobs
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_job   jobs;
BEGIN
    SELECT * INTO v_job FROM jobs
     WHERE id = p_id AND lease_epoch = p_epoch AND state = 'running';

    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    PERFORM 1 FROM papers WHERE id = job_paper(v_job.kind, v_job.subject_id)
        FOR NO KEY UPDATE;
    PERFORM 1 FROM analyses WHERE id = v_job.subject_id FOR NO KEY UPDATE;

    SELECT * INTO v_job FROM jobs
     WHERE id = p_id AND lease_epoch = p_epoch AND state = 'running'
       FOR UPDATE;

    RETURN v_job;
END $$;


-- Ends a job and what it is about.  The caller holds the locks.  p_state
-- succeeded leaves the subject to the caller.

CREATE OR REPLACE FUNCTION end_job(p_job jobs, p_state text, p_error json)
    RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    UPDATE jobs SET state = p_state, finished_at = clock_timestamp(),
        lease_until = NULL, lease_owner = NULL,
        last_error = coalesce(p_error, last_error)
     WHERE id = p_job.id;

    IF p_state = 'succeeded' THEN
        RETURN;
    END IF;

    IF p_job.kind = 'analysis' THEN
        PERFORM end_analysis(p_job.subject_id,
            CASE p_state WHEN 'cancelled' THEN 'cancelled'
                         ELSE 'failed' END,
            CASE p_state WHEN 'cancelled' THEN NULL
                 WHEN 'dead' THEN json_build_object(
                     'code', 'ANALYSIS_CRASHED', 'message',
                     'the analysis ended without an answer several times')
                 ELSE coalesce(p_error, json_build_object(
                     'code', 'SERVER_ERROR', 'message',
                     'the analysis could not be finished')) END);

    ELSIF p_job.kind = 'extract' THEN
        PERFORM fail_paper(p_job.subject_id, 'EXTRACTION_CRASHED',
            'the file could not be read');
    END IF;
END $$;


-- Puts a running job back into the queue.

CREATE OR REPLACE FUNCTION requeue_job(p_job jobs, p_delay interval,
    p_attempt int, p_lost int, p_throttled int, p_error json) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    IF p_job.cancel_requested_at IS NOT NULL THEN
        PERFORM end_job(p_job, 'cancelled', p_error);
        RETURN;
    END IF;

    UPDATE jobs SET state = 'queued', lease_until = NULL, lease_owner = NULL,
        run_at = clock_timestamp() + p_delay, attempt = p_attempt,
        lost = p_lost, throttled = p_throttled,
        last_error = coalesce(p_error, last_error)
     WHERE id = p_job.id;
END $$;


-- A lease ended without a word.  The third time since the last checkpoint
-- the job is poison: dead.

CREATE OR REPLACE FUNCTION lose_job(p_job jobs) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    v_error json := json_build_object('code', 'LEASE_LOST',
        'owner', p_job.lease_owner, 'epoch', p_job.lease_epoch);
    v_lost  int := p_job.lost + 1;
BEGIN
    UPDATE jobs SET lost = v_lost WHERE id = p_job.id;

    IF v_lost >= p_job.max_lost AND p_job.cancel_requested_at IS NULL THEN
        PERFORM end_job(p_job, 'dead', v_error);
    ELSE
        PERFORM requeue_job(p_job, (v_lost - 1) * interval '5 s',
            p_job.attempt - 1, v_lost, p_job.throttled, v_error);
    END IF;

    RETURN (SELECT j.state FROM jobs j WHERE j.id = p_job.id);
END $$;


-- Loses running jobs: those of one owner, or (NULL) those whose lease ran
-- out.  All rows are locked before the first is written, and locked ones are
-- left for the next time.

CREATE OR REPLACE FUNCTION lose_jobs(p_owner text)
    RETURNS TABLE (id bigint, state text, lost int)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_jobs  jobs[];
    v_job   jobs;
BEGIN
    SELECT array_agg(locked.j) INTO v_jobs FROM (
        SELECT j FROM jobs j
          LEFT JOIN analyses a
               ON a.id = j.subject_id AND j.kind = 'analysis'
          JOIN papers p ON p.id = coalesce(a.paper_id, j.subject_id)
         WHERE j.state = 'running'
           AND CASE WHEN p_owner IS NULL
                    THEN j.lease_until < clock_timestamp()
                    ELSE j.lease_owner = p_owner
                         OR starts_with(j.lease_owner, p_owner || '/') END
         ORDER BY j.id LIMIT 100
           FOR UPDATE OF j, p SKIP LOCKED) locked;

    FOREACH v_job IN ARRAY coalesce(v_jobs, '{}') LOOP
        RETURN QUERY SELECT v_job.id, lose_job(v_job), v_job.lost + 1;
    END LOOP;
END $$;


CREATE OR REPLACE FUNCTION reap_jobs()
    RETURNS TABLE (id bigint, state text, lost int)
    LANGUAGE sql
BEGIN ATOMIC
    SELECT * FROM lose_jobs(NULL);
END;


-- p_owner is the whole name of a holder, or the part before a "/".

CREATE OR REPLACE FUNCTION release_leases(p_owner text) RETURNS int
    LANGUAGE sql
    RETURN (SELECT count(*)::int FROM lose_jobs(p_owner));


-- The handler failed in a way that may pass: again after p_delay, or after
-- 15 s, 30 s, 1 min … 30 min with jitter; max_attempts times.

CREATE OR REPLACE FUNCTION retry_job(p_id bigint, p_epoch bigint,
    p_error json, p_delay interval) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    IF v_job.attempt >= v_job.max_attempts
       AND v_job.cancel_requested_at IS NULL
    THEN
        PERFORM end_job(v_job, 'failed', p_error);
    ELSE
        PERFORM requeue_job(v_job, coalesce(p_delay,
                least(interval '30 min', interval '15 s'
                    * power(2, least(v_job.attempt - 1, 10)))
                * (0.75 + random() / 4)),
            v_job.attempt, v_job.lost, v_job.throttled, p_error);
    END IF;

    RETURN true;
END $$;


-- A provider asked to come back later: no error of the job.

CREATE OR REPLACE FUNCTION throttle_job(p_id bigint, p_epoch bigint,
    p_delay interval) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    PERFORM requeue_job(v_job, p_delay, v_job.attempt - 1, v_job.lost,
                        v_job.throttled + 1, NULL);
    RETURN true;
END $$;


-- The worker is told to stop: back at once, nothing counted.

CREATE OR REPLACE FUNCTION interrupt_job(p_id bigint, p_epoch bigint)
    RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    PERFORM requeue_job(v_job, interval '0', v_job.attempt - 1, v_job.lost,
                        v_job.throttled, NULL);
    RETURN true;
END $$;


CREATE OR REPLACE FUNCTION fail_job(p_id bigint, p_epoch bigint,
    p_error json) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;

    PERFORM end_job(v_job, 'failed', p_error);
    RETURN true;
END $$;


-- Ends a running job whose cancellation was asked for.

CREATE OR REPLACE FUNCTION cancel_job(p_id bigint, p_epoch bigint)
    RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    v_job   jobs := lock_job(p_id, p_epoch);
BEGIN
    IF v_job.id IS NULL OR v_job.cancel_requested_at IS NULL THEN
        RETURN false;
    END IF;

    PERFORM end_job(v_job, 'cancelled', NULL);
    RETURN true;
END $$;


CREATE OR REPLACE FUNCTION queue_stats()
    RETURNS TABLE (queue text, state text, count bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT j.queue, j.state, count(*) FROM jobs j
                  GROUP BY j.queue, j.state ORDER BY 1, 2;
END $$;
