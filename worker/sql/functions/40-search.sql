-- Full-text search in English and Chinese.
--
-- Documents and queries are normalised in the same way: compatibility forms,
-- lower case, no accents, punctuation to spaces.  Latin words are stemmed; a
-- run of Han, kana or hangul becomes its bigrams, and its single characters
-- so that one character can be asked for.  Classes are code point ranges: the
-- result does not depend on the database's locale.

-- The characters that are written without spaces between words, as the
-- inside of a bracket expression.

CREATE OR REPLACE FUNCTION search_cjk() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u309f'
        '\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
        '\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff';


CREATE OR REPLACE FUNCTION search_normalize(t text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(
        normalize(regexp_replace(normalize(lower(t), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+', '', 'g'),
            NFC),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7'
        '\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020'
        '\u3030-\u3037\u303d-\u303f\u30a0\u30fb\ue000-\uf8ff]+', ' ', 'g');


-- Bigrams and characters of the CJK runs of a normalised text.  Doubling
-- every character, dropping the ends of a run and cutting in pairs gives the
-- overlapping bigrams in three passes of the regular expression engine.

CREATE OR REPLACE FUNCTION search_grams(t text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_runs  text;
    v_pairs text;
BEGIN
    IF t !~ ('[' || search_cjk() || ']') THEN
        RETURN '{}';
    END IF;

    v_runs := regexp_replace(t, '[^' || search_cjk() || ']+', ' ', 'g');
    v_pairs := regexp_replace(v_runs, '([^ ])', '\1\1', 'g');
    v_pairs := regexp_replace(v_pairs, '(^| )[^ ]|[^ ](?= |$)', '\1', 'g');
    v_pairs := regexp_replace(v_pairs, '([^ ][^ ])', '\1 ', 'g');

    RETURN ARRAY(
        SELECT DISTINCT g
          FROM (SELECT unnest(string_to_array(v_pairs, ' '))
                UNION ALL
                SELECT unnest(string_to_array(v_runs, NULL))) u(g)
         WHERE g NOT IN ('', ' '));
END $$;


-- Latin words of a normalised text, stemmed, with positions.

CREATE OR REPLACE FUNCTION search_words(t text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('public.paperal',
        regexp_replace(t, '[' || search_cjk() || ']+', ' ', 'g'));


-- One field of a paper's head: words with a weight.  A gram has no position;
-- it is given one, so that it has a weight and counts in the rank.

CREATE OR REPLACE FUNCTION search_field(t text, w "char") RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_text  text := search_normalize(t);
BEGIN
    RETURN setweight(search_words(v_text) || coalesce(
        (SELECT string_agg(quote_literal(g) || ':1', ' ')
         FROM unnest(search_grams(v_text)) g), '')::tsvector, w);
END $$;


CREATE OR REPLACE FUNCTION search_body(t text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_text  text := search_normalize(t);
BEGIN
    RETURN strip(search_words(v_text))
        || array_to_tsvector(search_grams(v_text));
END $$;


-- The lexemes that a query asks for, all of them.  A single character that
-- is part of a bigram is left out: it says nothing more.

CREATE OR REPLACE FUNCTION search_terms(t text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_text  text := search_normalize(left(t, 500));
    v_grams text[] := search_grams(v_text);
BEGIN
    RETURN tsvector_to_array(search_words(v_text)) || ARRAY(
        SELECT g FROM unnest(v_grams) g
         WHERE length(g) = 2
            OR NOT EXISTS (SELECT 1 FROM unnest(v_grams) o
                           WHERE length(o) = 2 AND strpos(o, g) > 0));
END $$;


CREATE OR REPLACE FUNCTION workspace_lexeme(p_workspace uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 'ws:' || p_workspace;


-- Papers of any of the workspaces that have all the terms; NULL without one.

CREATE OR REPLACE FUNCTION search_query(p_terms text[], p_workspaces uuid[])
    RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(quote_literal(w.term), ' & ')::tsquery
            FROM unnest(p_terms) w(term))
        && (SELECT string_agg(quote_literal(workspace_lexeme(w.id)),
                              ' | ')::tsquery
            FROM unnest(p_workspaces) w(id));


-- Makes the search row of a paper agree with the paper.  p_body NULL keeps
-- the body that is there.

CREATE OR REPLACE FUNCTION index_paper(p papers, p_body text) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_head  tsvector;
    v_body  tsvector := search_body(left(p_body, 1000000));
    v_tail  tsvector := array_to_tsvector(
                            ARRAY[workspace_lexeme(p.workspace_id)]);
BEGIN
    v_head := search_field(p.title, 'A')
        || search_field(array_to_string(p.authors, ' '), 'B')
        || search_field(coalesce(left(p.abstract, 20000), ''), 'C');

    INSERT INTO paper_texts AS t (paper_id, workspace_id, body, head,
                                  body_words, words)
    VALUES (p.id, p.workspace_id, coalesce(p_body, ''), v_head,
            coalesce(v_body, ''),
            strip(v_head) || coalesce(v_body, '') || v_tail)
    ON CONFLICT ON CONSTRAINT paper_texts_pkey DO UPDATE SET
        body = coalesce(p_body, t.body),
        head = v_head,
        body_words = coalesce(v_body, t.body_words),
        words = strip(v_head) || coalesce(v_body, t.body_words) || v_tail;
END $$;


-- Where the terms are in a short text: [[start, end], …], code points, end
-- exclusive, in order, overlapping and touching ones joined.  NULL: nowhere.

CREATE OR REPLACE FUNCTION search_ranges(p_text text, p_terms text[])
    RETURNS json
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_lower     text := lower(p_text);
    v_marks     int[] := '{}';
    v_from      int := 1;
    v_term      text;
    v_word      text;
    v_at        int;
    v_all       text := search_normalize(p_text);
BEGIN
    -- Most texts have none: one look at the whole is cheaper than the words.
    IF NOT coalesce(tsvector_to_array(search_words(v_all))
                    || search_grams(v_all) && p_terms, false)
    THEN
        RETURN NULL;
    END IF;

    -- Words, each looked for behind the one before.
    FOR v_word IN SELECT m[1] FROM regexp_matches(p_text,
        '[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u10ff\u1200-\u1fff'
        '\u2c00-\u2dff\ua640-\uabff\ufb00-\ufb06]+', 'g') m
    LOOP
        v_at := v_from - 1 + strpos(substr(p_text, v_from), v_word);
        v_from := v_at + length(v_word);

        IF tsvector_to_array(search_words(search_normalize(v_word)))
           && p_terms
        THEN
            v_marks := v_marks || ARRAY[v_at, v_from];
        END IF;
    END LOOP;

    -- Every place of every gram.
    FOREACH v_term IN ARRAY p_terms LOOP
        CONTINUE WHEN v_term !~ ('^[' || search_cjk() || ']');

        v_from := 1;

        LOOP
            v_at := strpos(substr(v_lower, v_from), v_term);
            EXIT WHEN v_at = 0;

            v_from := v_from + v_at;
            v_marks := v_marks
                || ARRAY[v_from - 1, v_from - 1 + length(v_term)];
        END LOOP;
    END LOOP;

    RETURN (
        SELECT json_agg(json_build_array(min - 1, max - 1) ORDER BY min)
          FROM (SELECT min(low), max(high)
                  FROM (SELECT low, high, count(*) FILTER (WHERE starts)
                               OVER (ORDER BY low, high) AS island
                          FROM (SELECT low, high, low > coalesce(max(high)
                                    OVER (ORDER BY low, high ROWS BETWEEN
                                    UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                                    AS starts
                                  FROM (SELECT v_marks[i], v_marks[i + 1]
                                          FROM generate_series(1,
                                               cardinality(v_marks), 2) i)
                                       m(low, high)) s) i
                 GROUP BY island) g);
END $$;


-- Position of the first place of a term in a long text, 0 if none is found.
-- A stem is not always a prefix of its words ("studi", "study"): one that
-- ends in i is looked for without it, and each place is checked by stemming
-- the word that stands there.  At most 50 places are tried.

CREATE OR REPLACE FUNCTION search_find(p_lower text, p_term text)
    RETURNS int
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_prefix    text := regexp_replace(p_term, '(..)i$', '\1');
    v_at        int;
    v_from      int := 0;
BEGIN
    IF p_term ~ ('^[' || search_cjk() || ']') THEN
        RETURN strpos(p_lower, p_term);
    END IF;

    FOR i IN 1..50 LOOP
        v_at := strpos(substr(p_lower, v_from + 1), v_prefix);
        EXIT WHEN v_at = 0;

        v_from := v_from + v_at;

        IF (v_from = 1 OR substr(p_lower, v_from - 1, 1) !~ '[a-z0-9]')
           AND p_term = ANY (tsvector_to_array(search_words(search_normalize(
               substring(substr(p_lower, v_from, 60)
                         FROM '^[^\u0001-\u002f\u003a-\u0060]+')))))
        THEN
            RETURN v_from;
        END IF;
    END LOOP;

    RETURN 0;
END $$;


-- A piece of about 200 characters around the longest term that the text has,
-- as {field, text, ranges}; NULL when it has none.

CREATE OR REPLACE FUNCTION search_snippet(p_field text, p_text text,
    p_terms text[]) RETURNS json
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_lower     text := lower(p_text);
    v_piece     text;
    v_ranges    json;
    v_term      text;
    v_first     int;
    v_at        int := 0;
BEGIN
    FOR v_term IN SELECT t FROM unnest(p_terms) t ORDER BY length(t) DESC, t
    LOOP
        v_at := search_find(v_lower, v_term);
        EXIT WHEN v_at > 0;
    END LOOP;

    IF v_at = 0 THEN
        RETURN NULL;
    END IF;

    v_first := greatest(1, v_at - 80);
    v_piece := translate(substr(p_text, v_first, 220), E'\n\r\t', '   ');

    -- Whole words at both ends, unless there is no space to cut at.
    IF v_first > 1 THEN
        v_piece := regexp_replace(v_piece, '^[^ ]{0,30} ', '');
    END IF;

    IF v_first + 220 <= length(p_text) THEN
        v_piece := regexp_replace(v_piece, ' [^ ]{0,30}$', '');
    END IF;

    v_ranges := search_ranges(v_piece, p_terms);

    IF v_ranges IS NULL THEN
        RETURN NULL;
    END IF;

    RETURN json_build_object('field', p_field, 'text', v_piece,
                             'ranges', v_ranges);
END $$;


CREATE OR REPLACE FUNCTION search_highlight(p papers, p_terms text[])
    RETURNS json
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_ranges    json := search_ranges(p.title, p_terms);
    v_piece     json;
BEGIN
    IF v_ranges IS NOT NULL THEN
        RETURN json_build_object('field', 'title', 'text', p.title,
                                 'ranges', v_ranges);
    END IF;

    v_piece := search_snippet('abstract', p.abstract, p_terms);

    IF v_piece IS NULL THEN
        v_piece := search_snippet('body', t.body, p_terms)
              FROM paper_texts t WHERE t.paper_id = p.id;
    END IF;

    RETURN v_piece;
END $$;
