-- Reviews: what people decide about the claims of a result, how they rate
-- it, and the end of an analysis that nobody wants any more.

-- The claims of a result with the place of each: those of the three claim
-- lists of every section.  "at" is the path of the claim in results.

CREATE OR REPLACE FUNCTION result_claims(p_results jsonb)
    RETURNS TABLE (section text, list text, at text[], claim jsonb)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_section   jsonb;
BEGIN
    -- Each section is taken out of the result once.
    FOR section IN SELECT s.name FROM stage_plan() s ORDER BY s.pos LOOP
        v_section := p_results->section;

        FOREACH list IN ARRAY claim_keys() LOOP
            IF jsonb_typeof(v_section->list) = 'array' THEN
                RETURN QUERY
                SELECT section, list, ARRAY[section, list, (c.n - 1)::text],
                       c.value
                  FROM jsonb_array_elements(v_section->list)
                       WITH ORDINALITY c(value, n);
            END IF;
        END LOOP;
    END LOOP;
END $$;


-- The keys of a section's claim lists, in the order of the claims' numbers.

CREATE OR REPLACE FUNCTION claim_keys() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['signals', 'protectable_elements', 'claims'];


-- Those about which people have said something.

CREATE OR REPLACE FUNCTION touched_claims(p_results jsonb)
    RETURNS TABLE (section text, list text, claim jsonb)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_section   jsonb;
BEGIN
    FOR section IN SELECT s.name FROM stage_plan() s ORDER BY s.pos LOOP
        v_section := p_results->section;

        FOREACH list IN ARRAY claim_keys() LOOP
            FOR claim IN SELECT jsonb_path_query(v_section->list,
                '$[*] ? (@.decision != null || @.original_text != null'
                ' || @.locked == true)')
            LOOP
                RETURN NEXT;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;


-- What people have said about the claims of the newest result of the paper
-- before this analysis: its claims that are decided, edited or locked, with
-- the quotes by which the next run finds them again.

CREATE OR REPLACE FUNCTION kept_claims(p_paper uuid, p_analysis uuid)
    RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    v_results   jsonb;
BEGIN
    SELECT a.results INTO v_results
      FROM analyses a
     WHERE a.paper_id = p_paper AND a.status = 'completed'
       AND a.id <> p_analysis
       AND a.created_at <= (SELECT b.created_at FROM analyses b
                             WHERE b.id = p_analysis)
     ORDER BY a.created_at DESC, a.id DESC
     LIMIT 1;

    RETURN (
        SELECT coalesce(json_agg(json_build_object(
                   'section', c.section, 'list', c.list,
                   'kind', c.claim->'kind', 'text', c.claim->'text',
                   'original_text', c.claim->'original_text',
                   'basis', c.claim->'basis',
                   'confidence', c.claim->'confidence',
                   'decision', c.claim->'decision',
                   'locked', c.claim->'locked',
                   'edited_by', c.claim->'edited_by',
                   'decided_by', c.claim->'decided_by',
                   'decided_at', c.claim->'decided_at',
                   'evidence', claim_quotes(v_results, c.claim))
                   ORDER BY c.n), '[]')
          FROM (SELECT t.*, row_number() OVER () AS n
                  FROM touched_claims(v_results) t) c);
END $$;


-- The quotes of a claim as a stage gives them: [{sid, quote}].

CREATE OR REPLACE FUNCTION claim_quotes(p_results jsonb, p_claim jsonb)
    RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('sid', e.value->'sid',
               'quote', e.value->'quote') ORDER BY i.n), '[]')
      FROM jsonb_array_elements_text(coalesce(p_claim->'evidence_ids', '[]'))
           WITH ORDINALITY i(id, n)
      JOIN jsonb_array_elements(coalesce(p_results->'evidence', '[]')) e
           ON e.value->>'id' = i.id;
END;


-- The analysis, locked behind its paper, when the caller may change it.

CREATE OR REPLACE FUNCTION lock_analysis(p_caller uuid, p_id uuid)
    RETURNS analyses
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_paper     uuid;
    v_analysis  analyses;
BEGIN
    SELECT a.paper_id INTO v_paper FROM analyses a WHERE a.id = p_id;
    PERFORM lock_paper(p_caller, v_paper);

    SELECT * INTO v_analysis FROM analyses WHERE id = p_id
       FOR NO KEY UPDATE;

    IF v_analysis.id IS NULL THEN
        PERFORM raise_error('RESOURCE_NOT_FOUND');
    END IF;

    RETURN v_analysis;
END $$;


-- The name that stands beside what a user has done.

CREATE OR REPLACE FUNCTION user_name(p_user uuid) RETURNS text
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT u.name FROM users u WHERE u.id = p_user);
END $$;


-- The lists of strings in a result that repeat what claims say.  "kind" is
-- the kind of the section's own claim behind an entry.

CREATE OR REPLACE FUNCTION claim_lists()
    RETURNS TABLE (section text, list text, kind text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT * FROM (VALUES
        ('swot', 'strengths', 'strength'),
        ('swot', 'weaknesses', 'weakness'),
        ('swot', 'opportunities', 'opportunity'),
        ('swot', 'threats', 'threat'),
        ('technical_feasibility', 'strengths', NULL),
        ('technical_feasibility', 'challenges', NULL)) v(section, list, kind);
END;


-- Those lists as they stand in a result: {"swot.strengths": [...], ...}.

CREATE OR REPLACE FUNCTION result_lists(p_results jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(jsonb_object_agg(l.section || '.' || l.list,
                                     p_results->l.section->l.list), '{}')
      FROM claim_lists() l
     WHERE jsonb_typeof(p_results->l.section->l.list) = 'array';
END;


-- The same lists after what people have said about the claims: an entry goes
-- when its claim is rejected and says what the claim's edited text says.  The
-- section's own claim comes before the equal claims of other sections from
-- which it was taken.  p_lists are the engine's.

CREATE OR REPLACE FUNCTION reviewed_lists(p_lists jsonb, p_results jsonb)
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET jit = off
BEGIN ATOMIC
    WITH touched AS MATERIALIZED (
        SELECT c.section, c.claim->>'kind' AS kind,
               c.claim->>'decision' AS decision,
               CASE WHEN c.claim->>'original_text' IS NOT NULL
                    THEN c.claim->>'text' END AS edited,
               coalesce(c.claim->>'original_text',
                        c.claim->>'text') AS engine_text
          FROM touched_claims(p_results) c
    ), entries AS (
        SELECT l.section, l.list, e.n, e.value,
               (SELECT min(t.decision) FROM touched t
                 WHERE t.section = l.section AND t.kind = l.kind
                   AND t.engine_text = e.value) AS own_decision,
               (SELECT min(t.edited) FROM touched t
                 WHERE t.section = l.section AND t.kind = l.kind
                   AND t.engine_text = e.value) AS own_edited,
               (SELECT max(t.decision) FROM touched t
                 WHERE t.section <> 'swot' AND t.engine_text = e.value)
                   AS decision,
               (SELECT min(t.edited) FROM touched t
                 WHERE t.section <> 'swot' AND t.engine_text = e.value)
                   AS edited
          FROM claim_lists() l,
               jsonb_array_elements_text(p_lists->(l.section || '.'
                   || l.list)) WITH ORDINALITY e(value, n)
         WHERE p_lists ? (l.section || '.' || l.list)
    )
    SELECT coalesce(jsonb_object_agg(k.key, (
               SELECT coalesce(jsonb_agg(coalesce(e.own_edited, e.edited,
                                                  e.value) ORDER BY e.n),
                               '[]')
                 FROM entries e
                WHERE e.section || '.' || e.list = k.key
                  AND coalesce(e.own_decision, e.decision, '')
                      <> 'rejected')), '{}')
      FROM jsonb_object_keys(p_lists) k(key);
END;


-- A result with its lists replaced.

CREATE OR REPLACE FUNCTION set_lists(p_results jsonb, p_lists jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    l   record;
BEGIN
    FOR l IN SELECT key, value FROM jsonb_each(p_lists)
              WHERE value <> p_results #> string_to_array(key, '.')
    LOOP
        p_results := jsonb_set(p_results, string_to_array(l.key, '.'),
                               l.value, false);
    END LOOP;

    RETURN p_results;
END $$;


-- Makes the lists of a new result agree with the decisions that it took over
-- from the last one.  Called by complete_analysis().

CREATE OR REPLACE FUNCTION settle_review(p_analysis uuid) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_results   jsonb;
    v_lists     jsonb;
    v_reviewed  jsonb;
BEGIN
    SELECT a.results INTO v_results FROM analyses a WHERE a.id = p_analysis;

    IF NOT EXISTS (SELECT FROM touched_claims(v_results)) THEN
        RETURN;
    END IF;

    v_lists := result_lists(v_results);
    v_reviewed := reviewed_lists(v_lists, v_results);

    IF v_reviewed <> v_lists THEN
        UPDATE analyses SET engine_lists = v_lists,
            results = set_lists(v_results, v_reviewed)::json,
            results_brief = set_lists(results_brief::jsonb, v_reviewed)::json
         WHERE id = p_analysis;
    END IF;
END $$;


-- A claim after a change.  The engine's text comes back with null, and when
-- it is typed in again.

CREATE OR REPLACE FUNCTION changed_claim(p_claim jsonb, p_body jsonb,
    p_name text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_engine    text := coalesce(p_claim->>'original_text', p_claim->>'text');
    v_text      text := coalesce(btrim(p_body->>'text'), v_engine);
BEGIN
    IF p_body ? 'text' AND v_text = v_engine THEN
        p_claim := p_claim - 'original_text' - 'edited_by'
            || jsonb_build_object('text', v_engine);

    ELSIF p_body ? 'text' AND v_text <> p_claim->>'text' THEN
        p_claim := p_claim || jsonb_build_object('text', v_text,
            'original_text', v_engine, 'edited_by', p_name);
    END IF;

    IF p_body->>'decision' IS DISTINCT FROM p_claim->>'decision'
       AND p_body ? 'decision'
    THEN
        p_claim := p_claim - 'decided_by' - 'decided_at'
            || jsonb_build_object('decision', p_body->'decision');

        IF p_body->>'decision' IS NOT NULL THEN
            p_claim := p_claim || jsonb_build_object('decided_by', p_name,
                'decided_at', rfc3339(clock_timestamp()));
        END IF;
    END IF;

    IF p_body ? 'locked' THEN
        p_claim := p_claim || jsonb_build_object('locked', p_body->'locked');
    END IF;

    RETURN p_claim;
END $$;


-- p_if_match: the tag of the results, whole or brief, or of the claim.

CREATE OR REPLACE FUNCTION check_claim_tag(p_if_match text, a analyses,
    p_claim jsonb) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF p_if_match IS NULL OR p_if_match IN (etag(p_claim::json),
                      etag(analysis_results_json(a, false)))
    THEN
        RETURN;
    END IF;

    PERFORM check_if_match(p_if_match, analysis_results_json(a, true));
END $$;


CREATE OR REPLACE FUNCTION update_claim(p_caller uuid, p_id uuid,
    p_claim text, p_body jsonb, p_if_match text) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses := lock_analysis(p_caller, p_id);
    v_name      text := user_name(p_caller);
    v_results   jsonb;
    v_brief     jsonb;
    v_lists     jsonb;
    v_reviewed  jsonb;
    v_at        text[];
    v_old       jsonb;
    v_new       jsonb;
BEGIN
    PERFORM check_json(p_body, '{
        "decision": {"type": "string", "enum": ["accepted", "rejected"],
                     "null": true},
        "text": {"type": "string", "min": 1, "max": 5000, "null": true},
        "locked": {"type": "boolean"}}');

    PERFORM completed_analysis(p_id);

    v_results := v_analysis.results;

    SELECT c.at, c.claim INTO v_at, v_old FROM result_claims(v_results) c
     WHERE c.claim->>'id' = p_claim;

    IF v_old IS NULL THEN
        RETURN;
    END IF;

    PERFORM check_claim_tag(p_if_match, v_analysis, v_old);

    v_new := changed_claim(v_old, p_body, v_name);

    IF v_new <> v_old THEN
        v_results := jsonb_set(v_results, v_at, v_new);
        v_brief := jsonb_set(v_analysis.results_brief::jsonb, v_at, v_new,
                             false);
        v_lists := coalesce(v_analysis.engine_lists, result_lists(v_results));
        v_reviewed := reviewed_lists(v_lists, v_results);

        UPDATE analyses SET engine_lists = v_lists,
            results = set_lists(v_results, v_reviewed)::json,
            results_brief = set_lists(v_brief, v_reviewed)::json
         WHERE id = p_id;

        INSERT INTO claim_changes (workspace_id, paper_id, analysis_id,
                                   claim_id, user_id, user_name, old, new)
        VALUES (v_analysis.workspace_id, v_analysis.paper_id, p_id, p_claim,
                p_caller, v_name, v_old, v_new);
    END IF;

    RETURN QUERY SELECT v_new::json;
END $$;


-- Every rating is kept; the analysis shows the last one.

CREATE OR REPLACE FUNCTION create_feedback(p_caller uuid, p_id uuid,
    p_body jsonb) RETURNS TABLE (data json)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses;
    v_row       analysis_feedback;
    v_data      json;
BEGIN
    PERFORM check_caller(p_caller);

    SELECT a.* INTO v_analysis
      FROM analyses a JOIN workspace_members m
           ON m.workspace_id = a.workspace_id AND m.user_id = p_caller
     WHERE a.id = p_id
       FOR NO KEY UPDATE OF a;

    IF v_analysis.id IS NULL THEN
        RETURN;
    END IF;

    PERFORM check_json(p_body, '{
        "rating": {"type": "integer", "min": 1, "max": 5},
        "section": {"type": "string", "null": true, "enum": [
            "paper_profile", "executive_summary", "technical_feasibility",
            "market_opportunities", "competition", "intellectual_property",
            "business_model", "implementation_path",
            "resource_requirements", "risks", "swot", "score", "provenance",
            "quality"]},
        "comment": {"type": "string", "max": 5000, "null": true}}');

    IF NOT p_body ? 'rating' THEN
        PERFORM raise_error('VALIDATION_ERROR', NULL,
                            '{"rating": "is required"}');
    END IF;

    IF v_analysis.status IN ('pending', 'processing') THEN
        PERFORM raise_error('CONFLICT', 'the analysis has not ended',
            json_build_object('status', v_analysis.status));
    END IF;

    INSERT INTO analysis_feedback (workspace_id, analysis_id, user_id,
                                   rating, section, comment)
    VALUES (v_analysis.workspace_id, p_id, p_caller,
            (p_body->>'rating')::numeric::int, p_body->>'section',
            nullif(btrim(p_body->>'comment'), ''))
    RETURNING * INTO v_row;

    v_data := json_build_object('id', v_row.id, 'analysis_id', p_id,
        'rating', v_row.rating, 'section', v_row.section,
        'comment', v_row.comment, 'created_by', user_name(p_caller),
        'created_at', rfc3339(v_row.created_at));

    UPDATE analyses SET feedback = v_data WHERE id = p_id;

    RETURN QUERY SELECT v_data;
END $$;


-- The result and all that people have said about it; what was sent to a
-- model and what it cost stays known.  The paper shows the analysis before.

CREATE OR REPLACE FUNCTION delete_analysis(p_caller uuid, p_id uuid)
    RETURNS TABLE (data json, status int)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_analysis  analyses := lock_analysis(p_caller, p_id);
BEGIN
    IF v_analysis.status IN ('pending', 'processing') THEN
        PERFORM raise_error('CONFLICT', 'cancel the analysis first',
            json_build_object('status', v_analysis.status));
    END IF;

    DELETE FROM jobs WHERE subject_id = p_id;
    PERFORM lock_money(true);
    DELETE FROM events WHERE subject_id = p_id;
    DELETE FROM analyses WHERE id = p_id;

    UPDATE papers SET (latest_analysis, latest_status, latest_progress) = (
        SELECT a.id, a.status, a.progress FROM analyses a
         WHERE a.paper_id = v_analysis.paper_id
         ORDER BY a.created_at DESC, a.id DESC LIMIT 1)
     WHERE id = v_analysis.paper_id AND latest_analysis = p_id;

    PERFORM refresh_paper_status(v_analysis.paper_id);
    PERFORM emit_paper_event(v_analysis.paper_id, 'paper.updated');

    RETURN QUERY SELECT NULL::json, 204;
END $$;
