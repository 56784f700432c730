-- Reviews: what people decide about the claims of a result, how they rate
-- it, and the end of an analysis that nobody wants any more.

-- The claims of a result with the place of each: those of the three claim
-- lists of every section.  "at" is the path of the claim in results.

CREATE OR REPLACE FUNCTION result_claims(p_results jsonb)
    RETURNS TABLE (section text, list text, at text[], claim jsonb)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT s.name, l.list, ARRAY[s.name, l.list, (c.n - 1)::text], c.value
      FROM stage_plan() s
     CROSS JOIN (VALUES (1, 'signals'), (2, 'protectable_elements'),
                        (3, 'claims')) l(n, list),
           jsonb_array_elements(
               CASE jsonb_typeof(p_results->s.name->l.list)
               WHEN 'array' THEN p_results->s.name->l.list
               ELSE '[]' END) WITH ORDINALITY c(value, n)
     ORDER BY s.pos, l.n, c.n;
END;


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
          FROM (SELECT r.*, row_number() OVER () AS n
                  FROM result_claims(v_results) r) c
         WHERE c.claim->>'decision' IS NOT NULL
            OR c.claim->>'original_text' IS NOT NULL
            OR (c.claim->>'locked')::boolean);
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
