-- Papers, what was extracted from them, and the full-text search.

CREATE TABLE papers (
    id                  uuid        NOT NULL DEFAULT gen_random_uuid(),
    workspace_id        uuid        NOT NULL,
    user_id             uuid        NOT NULL,
    title               text        NOT NULL,
    authors             text[]      NOT NULL DEFAULT '{}',
    tags                text[]      NOT NULL DEFAULT '{}',
    status              text        NOT NULL DEFAULT 'uploaded',
    error               json,
    upload_date         timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at          timestamptz,
    file_name           text        NOT NULL,
    file_size           bigint      NOT NULL,
    file_hash           text        NOT NULL,
    page_count          int,
    unpublished         boolean     NOT NULL DEFAULT false,
    embargo_until       timestamptz,
    retention_days      int,
    llm_hosts           text[],
    doi                 text,
    arxiv_id            text,
    publication         text,
    publication_date    text,
    abstract            text,
    keywords            text[]      NOT NULL DEFAULT '{}',
    language            text,
    article_type        text,
    confidence          json        NOT NULL DEFAULT '{}',
    edited              text[]      NOT NULL DEFAULT '{}',
    statements          json        NOT NULL DEFAULT '{}',
    latest_analysis     uuid,
    latest_status       text,
    latest_progress     int,
    event_seq           bigint      NOT NULL DEFAULT 0,
    CONSTRAINT papers_pkey PRIMARY KEY (id),
    CONSTRAINT papers_user_file_key UNIQUE (user_id, file_hash),
    CONSTRAINT papers_status_check CHECK (status IN ('uploaded',
        'extracting', 'ready', 'analyzing', 'completed', 'failed')),
    CONSTRAINT papers_error_check
        CHECK ((status = 'failed') = (error IS NOT NULL)),
    CONSTRAINT papers_file_hash_check CHECK (file_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT papers_file_size_check CHECK (file_size > 0),
    CONSTRAINT papers_workspace_fkey FOREIGN KEY (workspace_id)
        REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT papers_user_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
) WITH (fillfactor = 80);

COMMENT ON COLUMN papers.latest_analysis IS
    'the newest analysis, with its status and progress: kept by the trigger'
    ' analyses_latest, so that paper_json() needs one row';

CREATE INDEX papers_list_idx ON papers (workspace_id, upload_date DESC, id)
    WHERE deleted_at IS NULL;
CREATE INDEX papers_trash_idx ON papers (workspace_id, deleted_at)
    WHERE deleted_at IS NOT NULL;
CREATE INDEX papers_status_idx ON papers (workspace_id, status)
    WHERE deleted_at IS NULL;
CREATE INDEX papers_tags_idx ON papers USING gin (tags);
CREATE INDEX papers_file_idx ON papers (file_hash);


-- The extractor's whole object for the worker, and the part of it that
-- GET /papers/{id}/structure answers, shaped once when it is written.

CREATE TABLE paper_documents (
    paper_id            uuid        NOT NULL,
    workspace_id        uuid        NOT NULL,
    document            json        NOT NULL,
    structure           json        NOT NULL,
    text_sha256         text        NOT NULL,
    extractor_version   text        NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT paper_documents_pkey PRIMARY KEY (paper_id),
    CONSTRAINT paper_documents_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE
);


-- Search.  The stemmer has no stop words, so no query is ever empty of words
-- and names such as "Will" are found.  Text is normalised before it gets here
-- (search_words()), so the parser sees only words and spaces.

CREATE TEXT SEARCH DICTIONARY paperal_english (
    TEMPLATE = snowball,
    LANGUAGE = english
);

CREATE TEXT SEARCH CONFIGURATION paperal (COPY = simple);

ALTER TEXT SEARCH CONFIGURATION paperal
    ALTER MAPPING FOR asciiword WITH paperal_english;

CREATE TABLE paper_texts (
    paper_id        uuid        NOT NULL,
    workspace_id    uuid        NOT NULL,
    body            text        NOT NULL DEFAULT '',
    head            tsvector    NOT NULL,
    body_words      tsvector    NOT NULL DEFAULT '',
    words           tsvector    NOT NULL,
    CONSTRAINT paper_texts_pkey PRIMARY KEY (paper_id),
    CONSTRAINT paper_texts_paper_fkey FOREIGN KEY (paper_id)
        REFERENCES papers (id) ON DELETE CASCADE
);

COMMENT ON COLUMN paper_texts.head IS
    'title (A), authors (B) and abstract (C) with positions: ranks';
COMMENT ON COLUMN paper_texts.words IS
    'head, body_words and the lexeme "ws:<workspace id>": finds.  With the'
    ' workspace in the index, one user''s search never reads the rows of'
    ' others';

CREATE INDEX paper_texts_words_idx ON paper_texts USING gin (words);
