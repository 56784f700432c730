-- Questions to the inventor, their answers, and the sources that users add:
-- what a paper does not say, said by people.

-- What makes two questions the same: their words, in any case and width and
-- with any punctuation.

CREATE OR REPLACE FUNCTION question_norm(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN btrim(regexp_replace(lower(normalize(p_text, NFKC)),
        '[[:space:][:punct:]、。〈-】〔-〟・…–—‘-‟]+', ' ', 'g'));


-- The questions of a result, each once: those of the sections in their order,
-- then the open ones of the summary that no section asks.  Called by
-- complete_analysis().  Returns how many were added.

CREATE OR REPLACE FUNCTION store_questions(p_analysis uuid, p_results json)
    RETURNS int
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_count int;
BEGIN
    WITH asked AS (
        SELECT s.name AS section, s.pos AS place, q.n,
               btrim(q.question) AS question
          FROM stage_plan() s,
               json_array_elements_text(
                   CASE json_typeof(p_results->s.name->'questions')
                   WHEN 'array' THEN p_results->s.name->'questions'
                   ELSE '[]' END) WITH ORDINALITY q(question, n)
         UNION ALL
        SELECT 'executive_summary', 1000, q.n, btrim(q.question)
          FROM json_array_elements_text(CASE json_typeof(
                   p_results->'executive_summary'->'open_questions')
                   WHEN 'array'
                   THEN p_results->'executive_summary'->'open_questions'
                   ELSE '[]' END) WITH ORDINALITY q(question, n)
    ), once AS (
        SELECT DISTINCT ON (question_norm(a.question))
               a.section, a.place, a.n, left(a.question, 2000) AS question,
               question_norm(a.question) AS norm
          FROM asked a
         WHERE question_norm(a.question) <> ''
         ORDER BY question_norm(a.question), a.place, a.n
    )
    INSERT INTO questions (workspace_id, paper_id, analysis_id, position,
                           section, question, norm)
    SELECT a.workspace_id, a.paper_id, a.id,
           row_number() OVER (ORDER BY o.place, o.n), o.section, o.question,
           o.norm
      FROM once o, analyses a
     WHERE a.id = p_analysis
     ORDER BY o.place, o.n
    ON CONFLICT ON CONSTRAINT questions_norm_key DO NOTHING;

    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;


-- The sources of the next run, in an order that never changes while none is
-- added or taken away: those of users, then the answers to questions.

CREATE OR REPLACE FUNCTION analysis_sources_json(p_paper uuid) RETURNS json
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('id', s.id, 'title', s.title,
               'url', s.url, 'date', s.date, 'quote', s.quote,
               'question', s.question) ORDER BY s.kind, s.at, s.id), '[]')
      FROM (SELECT 1 AS kind, u.created_at AS at, u.id, u.title, u.url,
                   u.date, u.quote, NULL AS question
              FROM paper_sources u WHERE u.paper_id = p_paper
             UNION ALL
            SELECT 2, a.created_at, a.id,
                   coalesce(CASE WHEN a.source !~* '^https?://'
                                 THEN a.source END, a.answered_by,
                            left(a.question, 200)),
                   CASE WHEN a.source ~* '^https?://' THEN a.source END,
                   to_char(a.answered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                   a.answer, a.question
              FROM question_answers a WHERE a.paper_id = p_paper) s;
END;


CREATE OR REPLACE FUNCTION question_json(q questions, a question_answers)
    RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', q.id, 'section', q.section,
        'question', q.question,
        'answer', CASE WHEN a.id IS NOT NULL THEN json_build_object(
            'text', a.answer, 'source', a.source,
            'answered_by', a.answered_by,
            'answered_at', rfc3339(a.answered_at),
            'carried', a.answered_at < q.created_at) END,
        'created_at', rfc3339(q.created_at));


CREATE OR REPLACE FUNCTION questions_json(p_analysis uuid) RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(question_json(q, a) ORDER BY q.position,
                                 q.id), '[]')
          FROM questions q LEFT JOIN question_answers a
               ON a.paper_id = q.paper_id AND a.norm = q.norm
         WHERE q.analysis_id = p_analysis);
END $$;


CREATE OR REPLACE FUNCTION list_questions(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT questions_json(a.id) FROM analyses a WHERE a.id = p_id;
END;


CREATE OR REPLACE FUNCTION create_question(p_caller uuid, p_id uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses := lock_analysis(p_caller, p_id);
    v_text      text;
    v_question  questions;
BEGIN
    PERFORM check_json(p_body, '{
        "question": {"type": "string", "min": 1, "max": 2000},
        "section": {"type": "string", "null": true, "enum": [
            "paper_profile", "executive_summary", "technical_feasibility",
            "market_opportunities", "competition", "intellectual_property",
            "business_model", "implementation_path",
            "resource_requirements", "risks", "swot"]}}');

    v_text := btrim(p_body->>'question');

    IF coalesce(question_norm(v_text), '') = '' THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
                            '{"question": "has no words"}');
    END IF;

    IF (SELECT count(*) FROM questions WHERE analysis_id = p_id) >= 500 THEN
        PERFORM raise_error('CONFLICT', 'the analysis has 500 questions',
                            '{"limit": 500}');
    END IF;

    INSERT INTO questions (workspace_id, paper_id, analysis_id, position,
                           section, question, norm, created_by)
    SELECT v_analysis.workspace_id, v_analysis.paper_id, p_id,
           coalesce(max(q.position), 0) + 1, p_body->>'section', v_text,
           question_norm(v_text), p_caller
      FROM questions q WHERE q.analysis_id = p_id
    ON CONFLICT ON CONSTRAINT questions_norm_key DO NOTHING
    RETURNING * INTO v_question;

    IF v_question.id IS NULL THEN
        PERFORM raise_error('RESOURCE_ALREADY_EXISTS',
            'the question is asked already', '{"question": "exists"}');
    END IF;

    RETURN QUERY
    SELECT question_json(q, a)
      FROM questions q LEFT JOIN question_answers a
           ON a.paper_id = q.paper_id AND a.norm = q.norm
     WHERE q.id = v_question.id;
END $$;


-- Writes, replaces or takes away the answer of a question whose paper is
-- locked.  p_link: the link through which it comes, else NULL.

CREATE OR REPLACE FUNCTION put_answer(p_question questions, p_body jsonb,
    p_name text, p_user uuid, p_link uuid) RETURNS json
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_text      text := btrim(p_body->>'text', E' \t\r\n');
    v_source    text := nullif(btrim(p_body->>'source'), '');
    v_answer    question_answers;
BEGIN
    IF v_text IS NULL THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
                            '{"text": "is required"}');
    END IF;

    IF v_text = '' THEN
        DELETE FROM question_answers
         WHERE paper_id = p_question.paper_id AND norm = p_question.norm;
    ELSE
        INSERT INTO question_answers AS o (workspace_id, paper_id, norm,
            question, answer, source, answered_by, user_id, link_id)
        VALUES (p_question.workspace_id, p_question.paper_id,
                p_question.norm, p_question.question, v_text, v_source,
                p_name, p_user, p_link)
        ON CONFLICT ON CONSTRAINT question_answers_norm_key DO UPDATE SET
            answer = excluded.answer, source = excluded.source,
            answered_by = excluded.answered_by, user_id = excluded.user_id,
            link_id = excluded.link_id, answered_at = clock_timestamp()
        RETURNING * INTO v_answer;
    END IF;

    RETURN question_json(p_question, v_answer);
END $$;


CREATE OR REPLACE FUNCTION answer_question(p_caller uuid, p_id uuid,
    p_question uuid, p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_question  questions;
BEGIN
    PERFORM lock_analysis(p_caller, p_id);

    PERFORM check_json(p_body, '{
        "text": {"type": "string", "max": 10000},
        "source": {"type": "string", "max": 2000, "null": true}}');

    SELECT * INTO v_question FROM questions q
     WHERE q.id = p_question AND q.analysis_id = p_id;

    IF v_question.id IS NULL THEN
        RETURN;
    END IF;

    RETURN QUERY SELECT put_answer(v_question, p_body, user_name(p_caller),
                                   p_caller, NULL);
END $$;


-- Links for someone without an account.

CREATE OR REPLACE FUNCTION question_link_json(l question_links)
    RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN json_build_object('link_id', l.id, 'analysis_id', l.analysis_id,
        'created_at', rfc3339(l.created_at),
        'expires_at', rfc3339(l.expires_at),
        'revoked_at', rfc3339(l.revoked_at));
END $$;


-- p_code: the hash of the code, in hex.  The code itself never comes here.

CREATE OR REPLACE FUNCTION create_question_link(p_caller uuid, p_id uuid,
    p_body jsonb, p_code text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses := lock_analysis(p_caller, p_id);
    v_now       timestamptz := clock_timestamp();
    v_end       timestamptz;
    v_link      question_links;
BEGIN
    PERFORM check_json(p_body, '{"expires_at": {"type": "time"}}');

    v_end := coalesce((p_body->>'expires_at')::timestamptz,
                      v_now + interval '30 days');

    IF v_end <= v_now OR v_end > v_now + interval '180 days' THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
            '{"expires_at": "must lie within the next 180 days"}');
    END IF;

    PERFORM check_shareable(v_analysis.paper_id);

    IF (SELECT count(*) FROM question_links l WHERE l.analysis_id = p_id
           AND l.revoked_at IS NULL AND l.expires_at > v_now) >= 50
    THEN
        PERFORM raise_error('CONFLICT', 'the analysis has 50 links',
                            '{"limit": 50}');
    END IF;

    INSERT INTO question_links (workspace_id, paper_id, analysis_id,
                                code_hash, created_by, expires_at)
    VALUES (v_analysis.workspace_id, v_analysis.paper_id, p_id,
            decode(p_code, 'hex'), p_caller, v_end)
    RETURNING * INTO v_link;

    RETURN QUERY SELECT question_link_json(v_link);
END $$;


-- Nothing about an unpublished paper, or one in the trash, leaves by a link.

CREATE OR REPLACE FUNCTION check_shareable(p_paper uuid) RETURNS void
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_paper papers;
BEGIN
    SELECT * INTO v_paper FROM papers p WHERE p.id = p_paper;

    IF v_paper.unpublished THEN
        PERFORM raise_error('CONFLICT', 'the paper is not published',
                            '{"reason": "unpublished"}');
    END IF;

    IF v_paper.deleted_at IS NOT NULL THEN
        PERFORM raise_error('CONFLICT', 'the paper is in the trash',
                            '{"reason": "deleted"}');
    END IF;
END $$;


CREATE OR REPLACE FUNCTION list_question_links(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM check_caller(p_caller);

    RETURN QUERY
    SELECT (SELECT coalesce(json_agg(question_link_json(l)
                            ORDER BY l.created_at DESC, l.id), '[]')
              FROM question_links l WHERE l.analysis_id = a.id)
      FROM analyses a JOIN workspace_members m
           ON m.workspace_id = a.workspace_id AND m.user_id = p_caller
     WHERE a.id = p_id;
END $$;


CREATE OR REPLACE FUNCTION delete_question_link(p_caller uuid, p_id uuid,
    p_link uuid) RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM lock_analysis(p_caller, p_id);

    UPDATE question_links
       SET revoked_at = coalesce(revoked_at, clock_timestamp())
     WHERE id = p_link AND analysis_id = p_id;

    IF FOUND THEN
        RETURN QUERY SELECT NULL::json, 204;
    END IF;
END $$;


-- The link of a code while it is good.  No row: there is none.

CREATE OR REPLACE FUNCTION open_question_link(p_code text)
    RETURNS SETOF question_links
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_link  question_links;
    v_paper papers;
BEGIN
    SELECT * INTO v_link FROM question_links l
     WHERE l.code_hash = decode(p_code, 'hex');

    IF v_link.id IS NULL THEN
        RETURN;
    END IF;

    SELECT * INTO v_paper FROM papers p WHERE p.id = v_link.paper_id;

    IF v_link.revoked_at IS NOT NULL OR v_paper.unpublished
       OR v_link.expires_at <= clock_timestamp()
       OR v_paper.deleted_at IS NOT NULL
    THEN
        PERFORM raise_error('RESOURCE_GONE', 'the link is no longer valid');
    END IF;

    RETURN NEXT v_link;
END $$;


-- What the holder of a link sees: the paper's title and the questions.

CREATE OR REPLACE FUNCTION get_shared_questions(p_code text)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT json_build_object('paper_title', p.title,
               'expires_at', rfc3339(l.expires_at),
               'questions', questions_json(l.analysis_id))
      FROM open_question_link(p_code) l JOIN papers p ON p.id = l.paper_id;
END;


CREATE OR REPLACE FUNCTION answer_shared_question(p_code text,
    p_question uuid, p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_link      question_links;
    v_question  questions;
BEGIN
    SELECT * INTO v_link FROM open_question_link(p_code);

    IF v_link.id IS NULL THEN
        RETURN;
    END IF;

    PERFORM check_json(p_body, '{
        "text": {"type": "string", "max": 10000},
        "name": {"type": "string", "max": 200, "null": true},
        "source": {"type": "string", "max": 2000, "null": true}}');

    PERFORM 1 FROM papers p WHERE p.id = v_link.paper_id
        FOR NO KEY UPDATE;

    SELECT * INTO v_question FROM questions q
     WHERE q.id = p_question AND q.analysis_id = v_link.analysis_id;

    IF v_question.id IS NULL THEN
        RETURN;
    END IF;

    RETURN QUERY SELECT put_answer(v_question, p_body,
        nullif(btrim(p_body->>'name'), ''), NULL, v_link.id);
END $$;


-- Sources of users.

CREATE OR REPLACE FUNCTION source_json(s paper_sources) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', s.id, 'title', s.title, 'url', s.url,
        'date', s.date, 'quote', s.quote,
        'created_at', rfc3339(s.created_at), 'created_by', s.created_by);


CREATE OR REPLACE FUNCTION list_sources(p_caller uuid, p_paper uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (SELECT coalesce(json_agg(source_json(s)
                            ORDER BY s.created_at, s.id), '[]')
              FROM paper_sources s WHERE s.paper_id = p.id)
      FROM papers p WHERE p.id = p_paper;
END;


CREATE OR REPLACE FUNCTION create_source(p_caller uuid, p_paper uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_paper     papers := lock_paper(p_caller, p_paper);
    v_missing   jsonb;
    v_source    paper_sources;
BEGIN
    PERFORM check_json(p_body, '{
        "title": {"type": "string", "min": 1, "max": 500},
        "url": {"type": "string", "max": 2000, "null": true,
                "pattern": "^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+([/?#]\\S*)?$"},
        "date": {"type": "string", "null": true, "pattern":
            "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$"},
        "quote": {"type": "string", "min": 1, "max": 5000}}');

    SELECT jsonb_object_agg(k, 'is required') INTO v_missing
      FROM unnest(ARRAY['title', 'quote']) k WHERE NOT p_body ? k;

    IF v_missing IS NOT NULL THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL, v_missing::json);
    END IF;

    IF (SELECT count(*) FROM paper_sources WHERE paper_id = p_paper) >= 200
    THEN
        PERFORM raise_error('CONFLICT', 'the paper has 200 sources',
                            '{"limit": 200}');
    END IF;

    INSERT INTO paper_sources (workspace_id, paper_id, title, url, date,
                               quote, created_by, user_id)
    VALUES (v_paper.workspace_id, p_paper, btrim(p_body->>'title'),
            p_body->>'url', p_body->>'date', btrim(p_body->>'quote'),
            user_name(p_caller), p_caller)
    RETURNING * INTO v_source;

    RETURN QUERY SELECT source_json(v_source);
END $$;


CREATE OR REPLACE FUNCTION delete_source(p_caller uuid, p_paper uuid,
    p_source uuid) RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM lock_paper(p_caller, p_paper);

    DELETE FROM paper_sources WHERE id = p_source AND paper_id = p_paper;

    IF FOUND THEN
        RETURN QUERY SELECT NULL::json, 204;
    END IF;
END $$;
