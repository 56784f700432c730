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
                                 THEN a.source END, a.answered_by),
                   CASE WHEN a.source ~* '^https?://' THEN a.source END,
                   to_char(a.answered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                   a.answer, a.question
              FROM question_answers a WHERE a.paper_id = p_paper) s;
END;
