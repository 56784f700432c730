-- Where a result comes from, what was sent away for it, and how two results
-- of a paper differ.

-- The ledger of a paper.  What a call costs is not known before it ends, nor
-- when it was deleted with its analysis.

CREATE OR REPLACE FUNCTION ledger_rows(p_paper uuid)
    RETURNS TABLE (id bigint, at text, host text, provider text, model text,
                   bytes bigint, payload_sha256 text, stage text, call text,
                   analysis_id uuid, state text, cost_micro_usd bigint)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT o.id, rfc3339(o.at), o.host, o.provider, o.model, o.bytes,
           o.payload_sha256, o.stage, o.call, o.analysis_id,
           coalesce(c.state, o.fate),
           CASE WHEN c.state <> 'sent' THEN c.cost_micro_usd END
      FROM outbound o LEFT JOIN model_calls c ON c.id = o.call_id
     WHERE o.paper_id = p_paper;
END;


CREATE OR REPLACE FUNCTION list_outbound(p_caller uuid, p_paper uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (SELECT coalesce(json_agg(json_build_object('at', o.at,
                   'host', o.host, 'provider', o.provider,
                   'model', o.model, 'bytes', o.bytes,
                   'payload_sha256', o.payload_sha256, 'stage', o.stage,
                   'call', o.call, 'analysis_id', o.analysis_id,
                   'state', o.state, 'cost_micro_usd', o.cost_micro_usd)
                   ORDER BY o.id), '[]')
              FROM ledger_rows(p.id) o)
      FROM papers p WHERE p.id = p_paper;
END;


CREATE OR REPLACE FUNCTION list_outbound_csv(p_caller uuid, p_paper uuid)
    RETURNS TABLE (data text)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT 'at,host,provider,model,bytes,payload_sha256,stage,call,'
           'analysis_id,state,cost_micro_usd' || E'\r\n' || (
               SELECT coalesce(string_agg(concat_ws(',',
                   csv_cell(o.at), csv_cell(o.host), csv_cell(o.provider),
                   csv_cell(o.model), csv_cell(o.bytes::text),
                   csv_cell(o.payload_sha256), csv_cell(o.stage),
                   csv_cell(o.call), csv_cell(o.analysis_id::text),
                   csv_cell(o.state), csv_cell(o.cost_micro_usd::text))
                   || E'\r\n', '' ORDER BY o.id), '')
                 FROM ledger_rows(p.id) o)
      FROM papers p WHERE p.id = p_paper;
END;


-- The sources of a run by their hashes: SHA-256 of title, address, date,
-- question and quote, each ended by a line feed.

CREATE OR REPLACE FUNCTION source_hashes(p_sources json) RETURNS json
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('id', s.value->'id',
               'sha256', encode(sha256(convert_to(concat(
                   s.value->>'title', E'\n', s.value->>'url', E'\n',
                   s.value->>'date', E'\n', s.value->>'question', E'\n',
                   s.value->>'quote', E'\n'), 'UTF8')), 'hex'))
               ORDER BY s.n), '[]')
      FROM json_array_elements(CASE json_typeof(p_sources)
               WHEN 'array' THEN p_sources ELSE '[]' END)
           WITH ORDINALITY s(value, n);
END;


-- The stages of a result's provenance with the stored answers they rest on.

CREATE OR REPLACE FUNCTION recipe_stages(a analyses) RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg((s.value::jsonb || jsonb_build_object(
                   'answer_sha256', c.raw_sha256, 'provider', c.provider,
                   'host', c.host))::json ORDER BY s.n), '[]')
          FROM json_array_elements(a.results->'provenance'->'stages')
               WITH ORDINALITY s(value, n)
          LEFT JOIN LATERAL (
               SELECT m.raw_sha256, m.provider, m.host FROM model_calls m
                WHERE m.analysis_id = a.id AND m.usable
                  AND s.value->>'name' = ANY (m.stages)
                ORDER BY m.id DESC LIMIT 1) c ON true);
END $$;


-- Why a result cannot be computed again for nothing, or NULL: see
-- replay_analysis().

CREATE OR REPLACE FUNCTION replay_obstacle(a analyses) RETURNS text
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN CASE
        WHEN EXISTS (SELECT 1 FROM papers p WHERE p.id = a.paper_id
                        AND p.deleted_at IS NOT NULL)
        THEN 'deleted'
        WHEN (SELECT d.text_sha256 FROM paper_documents d
               WHERE d.paper_id = a.paper_id)
             IS DISTINCT FROM coalesce(a.inputs->>'text_sha256',
                 a.results->'provenance'->>'text_sha256')
        THEN 'text_changed'
        WHEN a.engine <> 'embedded' AND NOT EXISTS (
             SELECT 1 FROM model_calls m
              WHERE m.analysis_id = a.id AND m.usable)
        THEN 'answers_missing'
        END;
END $$;


CREATE OR REPLACE FUNCTION get_recipe(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT json_build_object('analysis_id', a.id, 'paper_id', a.paper_id,
               'engine', a.engine,
               'engine_version', a.results->'provenance'->'engine_version',
               'model', a.model, 'analysis_type', a.analysis_type,
               'parameters', a.parameters, 'replay_of', a.replay_of,
               'paper_sha256', a.results->'provenance'->'paper_sha256',
               'text_sha256', a.results->'provenance'->'text_sha256',
               'extractor_version', (
                   SELECT d.extractor_version FROM paper_documents d
                    WHERE d.paper_id = a.paper_id),
               'lexicon_version',
               a.results->'provenance'->'lexicon_version',
               'schema_version', a.results->'provenance'->'schema_version',
               'pipeline_sha256',
               a.results->'provenance'->'pipeline_sha256',
               'result_sha256', a.result_sha256,
               'sources', source_hashes(a.inputs->'sources'),
               'stages', recipe_stages(a),
               'replayable', replay_obstacle(a) IS NULL,
               'reason', replay_obstacle(a))
      FROM completed_analysis(p_id) a;
END;


-- The differences of two results.
--
-- Claims of a section belong together by kind and first quoted sentence, then
-- by equal text, then by nearly equal text: two pairs of neighbouring words
-- in three are the same.  Everything below treats left and right alike, so
-- that the difference the other way round is the mirror image.

-- The claims of a result with what they are compared by.  "n" counts within
-- the section.

CREATE OR REPLACE FUNCTION diff_claims(p_results jsonb)
    RETURNS TABLE (id int, section text, n int, kind text, sid text,
                   words text, claim jsonb)
    LANGUAGE plpgsql IMMUTABLE
    SET enable_nestloop = off
    SET jit = off
    SET work_mem = '32MB'
AS $$
BEGIN
    RETURN QUERY
    SELECT c.id::int, c.section,
           (row_number() OVER (PARTITION BY c.section ORDER BY c.id))::int,
           c.claim->>'kind', e.value->>'sid',
           coalesce(c.claim->>'original_text', c.claim->>'text'), c.claim
      FROM (SELECT r.section, r.claim, r.claim->'evidence_ids'->>0 AS quote,
                   row_number() OVER () AS id
              FROM result_claims(p_results) r) c
      LEFT JOIN jsonb_array_elements(coalesce(p_results->'evidence', '[]'))
           e(value) ON e.value->>'id' = c.quote;
END $$;


-- Words that are compared: of Chinese, characters.

CREATE OR REPLACE FUNCTION compared_words(p_text text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_text  text := question_norm(p_text);
BEGIN
    IF octet_length(v_text) > length(v_text) THEN
        v_text := btrim(regexp_replace(regexp_replace(v_text,
            '([\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF])', ' \1 ', 'g'),
            ' +', ' ', 'g'));
    END IF;

    -- The empty word at either end makes pairs of the first and last ones.
    RETURN string_to_array(' ' || v_text || ' ', ' ');
END $$;


-- Takes pairs in their order, each side at most once.

CREATE OR REPLACE FUNCTION take_pairs(p_left int[], p_right int[])
    RETURNS TABLE (l int, r int)
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_left  boolean[];
    v_right boolean[];
BEGIN
    FOR i IN 1 .. coalesce(cardinality(p_left), 0) LOOP
        CONTINUE WHEN v_left[p_left[i]] OR v_right[p_right[i]];

        v_left[p_left[i]] := true;
        v_right[p_right[i]] := true;
        l := p_left[i];
        r := p_right[i];
        RETURN NEXT;
    END LOOP;
END $$;


-- Both sides' claims side by side: l or r is NULL where the other side has
-- none.  "pair" numbers the pairs.

CREATE OR REPLACE FUNCTION paired_claims(p_left jsonb, p_right jsonb)
    RETURNS TABLE (section text, ln int, rn int, l jsonb, r jsonb)
    LANGUAGE plpgsql IMMUTABLE
    SET enable_nestloop = off
    SET jit = off
    SET work_mem = '32MB'
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH l AS MATERIALIZED (SELECT * FROM diff_claims(p_left)),
         r AS MATERIALIZED (SELECT * FROM diff_claims(p_right)),

    -- section, kind, sentence and text; then without the text
    l1 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, kind, sid, words
                                     ORDER BY id) AS k
          FROM l WHERE sid IS NOT NULL),
    r1 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, kind, sid, words
                                     ORDER BY id) AS k
          FROM r WHERE sid IS NOT NULL),
    p1 AS MATERIALIZED (
        SELECT l1.id AS l, r1.id AS r
          FROM l1 JOIN r1 USING (section, kind, sid, words, k)),
    l2 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, kind, sid
                                     ORDER BY id) AS k
          FROM l WHERE sid IS NOT NULL
           AND NOT EXISTS (SELECT FROM p1 WHERE p1.l = l.id)),
    r2 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, kind, sid
                                     ORDER BY id) AS k
          FROM r WHERE sid IS NOT NULL
           AND NOT EXISTS (SELECT FROM p1 WHERE p1.r = r.id)),
    p2 AS MATERIALIZED (
        SELECT l, r FROM p1
         UNION ALL
        SELECT l2.id, r2.id FROM l2 JOIN r2 USING (section, kind, sid, k)),

    -- equal text, as it stands and then without case and punctuation
    l3 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, words
                                     ORDER BY id) AS k
          FROM l WHERE NOT EXISTS (SELECT FROM p2 WHERE p2.l = l.id)),
    r3 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, words
                                     ORDER BY id) AS k
          FROM r WHERE NOT EXISTS (SELECT FROM p2 WHERE p2.r = r.id)),
    p3 AS MATERIALIZED (
        SELECT l3.id AS l, r3.id AS r
          FROM l3 JOIN r3 USING (section, words, k)),
    l4 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, list
                                     ORDER BY id) AS k
          FROM (SELECT id, section, n, compared_words(words) AS list
                  FROM l3
                 WHERE NOT EXISTS (SELECT FROM p3 WHERE p3.l = l3.id)) o),
    r4 AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY section, list
                                     ORDER BY id) AS k
          FROM (SELECT id, section, n, compared_words(words) AS list
                  FROM r3
                 WHERE NOT EXISTS (SELECT FROM p3 WHERE p3.r = r3.id)) o),
    p4 AS MATERIALIZED (
        SELECT l, r FROM p3
         UNION ALL
        SELECT l4.id, r4.id FROM l4 JOIN r4 USING (section, list, k)),

    -- nearly equal text; pairs of words that many claims have tell nothing
    lw AS MATERIALIZED (
        SELECT DISTINCT l4.id, l4.section, l4.n,
               w.word || ' ' || lead(w.word, 1, '')
                   OVER (PARTITION BY l4.id ORDER BY w.o) AS pair
          FROM l4, unnest(l4.list) WITH ORDINALITY w(word, o)
         WHERE NOT EXISTS (SELECT FROM p4 WHERE p4.l = l4.id)),
    rw AS MATERIALIZED (
        SELECT DISTINCT r4.id, r4.section, r4.n,
               w.word || ' ' || lead(w.word, 1, '')
                   OVER (PARTITION BY r4.id ORDER BY w.o) AS pair
          FROM r4, unnest(r4.list) WITH ORDINALITY w(word, o)
         WHERE NOT EXISTS (SELECT FROM p4 WHERE p4.r = r4.id)),
    common AS MATERIALIZED (
        SELECT section, pair
          FROM (SELECT section, pair, count(*) AS n FROM lw GROUP BY 1, 2) a
          FULL JOIN (SELECT section, pair, count(*) AS m FROM rw
                      GROUP BY 1, 2) b USING (section, pair)
         WHERE coalesce(n, 0) * coalesce(m, 0) <= 256),
    lc AS MATERIALIZED (
        SELECT lw.*, count(*) OVER (PARTITION BY id) AS size
          FROM lw JOIN common USING (section, pair)),
    rc AS MATERIALIZED (
        SELECT rw.*, count(*) OVER (PARTITION BY id) AS size
          FROM rw JOIN common USING (section, pair)),
    near AS MATERIALIZED (
        SELECT lc.id AS l, rc.id AS r, lc.n AS ln, rc.n AS rn,
               2.0 * count(*) / (lc.size + rc.size) AS likeness
          FROM lc JOIN rc USING (section, pair)
         GROUP BY lc.id, rc.id, lc.n, rc.n, lc.size, rc.size
        HAVING 3 * count(*) >= lc.size + rc.size),
    p5 AS MATERIALIZED (
        SELECT t.l, t.r
          FROM (SELECT array_agg(l ORDER BY likeness DESC, abs(ln - rn),
                                 least(ln, rn), l, r) AS l,
                       array_agg(r ORDER BY likeness DESC, abs(ln - rn),
                                 least(ln, rn), l, r) AS r
                  FROM near) a, take_pairs(a.l, a.r) t),
    pairs AS MATERIALIZED (
        SELECT * FROM p2 UNION ALL SELECT * FROM p4
         UNION ALL SELECT * FROM p5)

    SELECT l.section, l.n, r.n, l.claim, r.claim
      FROM pairs JOIN l ON l.id = pairs.l JOIN r ON r.id = pairs.r
     UNION ALL
    SELECT l.section, l.n, NULL, l.claim, NULL
      FROM l WHERE NOT EXISTS (SELECT FROM pairs WHERE pairs.l = l.id)
     UNION ALL
    SELECT r.section, NULL, r.n, NULL, r.claim
      FROM r WHERE NOT EXISTS (SELECT FROM pairs WHERE pairs.r = r.id);
END $$;


-- What makes two claims that belong together differ.  Their numbers and the
-- numbers of their quotes do not.

CREATE OR REPLACE FUNCTION claim_content(c jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_array(c->>'kind', c->>'text', c->>'basis',
        c->>'confidence', c->>'verdict', c->>'decision',
        coalesce((c->>'locked')::boolean, false));


CREATE OR REPLACE FUNCTION diff_sections(p_left jsonb, p_right jsonb)
    RETURNS json
    LANGUAGE plpgsql STABLE
    SET jit = off
    SET work_mem = '32MB'
AS $$
BEGIN
    RETURN (
        WITH c AS (
            SELECT p.*, CASE WHEN p.l IS NULL THEN 'added'
                             WHEN p.r IS NULL THEN 'removed'
                             WHEN p.l - 'id' - 'evidence_ids'
                                = p.r - 'id' - 'evidence_ids'
                               OR claim_content(p.l) = claim_content(p.r)
                             THEN 'same' ELSE 'changed' END AS kind
              FROM paired_claims(p_left, p_right) p
        ), d AS (
            SELECT c.section,
                   json_agg(c.r ORDER BY c.rn)
                       FILTER (WHERE c.kind = 'added') AS added,
                   json_agg(c.l ORDER BY c.ln)
                       FILTER (WHERE c.kind = 'removed') AS removed,
                   json_agg(json_build_object('left', c.l, 'right', c.r)
                       ORDER BY least(c.ln, c.rn), greatest(c.ln, c.rn),
                       least(c.l->>'text', c.r->>'text'))
                       FILTER (WHERE c.kind = 'changed') AS changed,
                   count(*) FILTER (WHERE c.kind = 'same') AS same
              FROM c GROUP BY c.section
        )
        SELECT json_agg(json_build_object('section', s.name,
                   'added', coalesce(d.added, '[]'),
                   'removed', coalesce(d.removed, '[]'),
                   'changed', coalesce(d.changed, '[]'),
                   'same', coalesce(d.same, 0)) ORDER BY s.pos)
          FROM stage_plan() s LEFT JOIN d ON d.section = s.name);
END $$;


-- Two arrays of objects side by side by a key, of each the value of a member.

CREATE OR REPLACE FUNCTION diff_items(p_left jsonb, p_right jsonb,
    p_key text, p_member text) RETURNS json
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(p_key, k.key,
               'left', l.value->p_member, 'right', r.value->p_member)
               ORDER BY k.n, k.key COLLATE "C"), '[]')
      FROM (SELECT i.value->>p_key AS key, min(i.n) AS n
              FROM (SELECT * FROM jsonb_array_elements(coalesce(p_left, '[]'))
                                  WITH ORDINALITY a(value, n)
                     UNION ALL
                    SELECT * FROM jsonb_array_elements(coalesce(p_right,
                                  '[]')) WITH ORDINALITY b(value, n)) i
             GROUP BY 1) k
      LEFT JOIN jsonb_array_elements(coalesce(p_left, '[]')) l(value)
           ON l.value->>p_key = k.key
      LEFT JOIN jsonb_array_elements(coalesce(p_right, '[]')) r(value)
           ON r.value->>p_key = k.key;
END;


-- The fields of the recipes that are not the same.

CREATE OR REPLACE FUNCTION recipe_fields(a analyses, p_provenance jsonb)
    RETURNS TABLE (n int, field text, value jsonb)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT * FROM (VALUES
        (1, 'engine', to_jsonb(a.engine)),
        (2, 'engine_version', p_provenance->'engine_version'),
        (3, 'model', to_jsonb(a.model)),
        (4, 'analysis_type', to_jsonb(a.analysis_type)),
        (5, 'parameters', a.parameters),
        (6, 'text_sha256', p_provenance->'text_sha256'),
        (7, 'lexicon_version', p_provenance->'lexicon_version'),
        (8, 'schema_version', p_provenance->'schema_version'),
        (9, 'pipeline_sha256', p_provenance->'pipeline_sha256'),
        (10, 'sources', source_hashes(a.inputs->'sources')::jsonb)
        ) v(n, field, value);
END;


CREATE OR REPLACE FUNCTION diff_recipes(a analyses, p_left jsonb, b analyses,
    p_right jsonb) RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('field', l.field,
                   'left', l.value, 'right', r.value) ORDER BY l.n), '[]')
          FROM recipe_fields(a, p_left) l
          JOIN recipe_fields(b, p_right) r USING (n)
         WHERE coalesce(l.value, 'null') IS DISTINCT FROM
               coalesce(r.value, 'null'));
END $$;


CREATE OR REPLACE FUNCTION diff_side(a analyses) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', a.id, 'created_at', rfc3339(a.created_at),
        'engine', a.engine, 'model', a.model,
        'analysis_type', a.analysis_type, 'result_sha256', a.result_sha256);


CREATE OR REPLACE FUNCTION diff_analyses(p_caller uuid, p_left uuid,
    p_right uuid) RETURNS TABLE (data json)
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    a   analyses;
    b   analyses;
    l   jsonb;
    r   jsonb;
BEGIN
    SELECT * INTO a FROM analyses x WHERE x.id = p_left;
    SELECT * INTO b FROM analyses x WHERE x.id = p_right;

    IF a.id IS NULL OR b.id IS NULL THEN
        RETURN;
    END IF;

    IF a.paper_id <> b.paper_id THEN
        PERFORM raise_error('CONFLICT', 'the analyses are of two papers',
                            '{"reason": "different_papers"}');
    END IF;

    PERFORM completed_analysis(p_left);
    PERFORM completed_analysis(p_right);

    l := a.results;
    r := b.results;

    RETURN QUERY SELECT json_build_object(
        'left', diff_side(a), 'right', diff_side(b),
        'same', coalesce(a.result_sha256 = b.result_sha256, false),
        'score', json_build_object(
            'left', diff_score(l->'score'), 'right', diff_score(r->'score'),
            'parts', diff_items(l->'score'->'parts', r->'score'->'parts',
                                'id', 'value')),
        'trl', json_build_object(
            'left', diff_trl(l->'technical_feasibility'->'trl'),
            'right', diff_trl(r->'technical_feasibility'->'trl'),
            'answers', diff_items(
                l->'technical_feasibility'->'trl'->'answers',
                r->'technical_feasibility'->'trl'->'answers',
                'criterion_id', 'answer')),
        'sections', diff_sections(l, r),
        'recipe', diff_recipes(a, l->'provenance', b, r->'provenance'));
END $$;


CREATE OR REPLACE FUNCTION diff_score(p_score jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE
    RETURN json_build_object('overall', p_score->'overall',
        'low', p_score->'low', 'high', p_score->'high');


CREATE OR REPLACE FUNCTION diff_trl(p_trl jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE
    RETURN json_build_object('level', p_trl->'level',
        'range_low', p_trl->'range_low', 'range_high', p_trl->'range_high');
