-- One file is one job: the articles, what was asked about each, what came of it. Times are ISO 8601 in UTC.
-- The views `events` and `evidence` are for reading with any SQLite client of 3.38 or newer.

CREATE TABLE configurations (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,  -- of all that a request is made from beside the article
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    settings TEXT NOT NULL,            -- JSON: mode, parameters, prompt and wire schema by their fingerprints …
    summary_schema TEXT NOT NULL,      -- JSON schema of `results.summary`
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE articles (
    id TEXT NOT NULL UNIQUE,           -- of its text, so that the same text is asked about once
    source TEXT NOT NULL,              -- where it was first met
    text TEXT NOT NULL,
    title TEXT NOT NULL,
    published TEXT,
    outlet TEXT,
    url TEXT,
    language TEXT
) STRICT;

-- One article under one configuration, with all its tries and re-asks, and all its chunks and passes.
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    configuration INTEGER NOT NULL REFERENCES configurations (id),
    article TEXT NOT NULL REFERENCES articles (id),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'asking', 'sent', 'done', 'failed')),
    worker INTEGER,                    -- who is asking
    attempts INTEGER NOT NULL DEFAULT 0,
    requests TEXT,                     -- JSON: fingerprints of the requests whose answers were taken
    model TEXT,                        -- who answered
    prompt_tokens INTEGER NOT NULL DEFAULT 0,  -- these four, and the cost, over all attempts and re-asks
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    completion_tokens INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0,
    cost REAL DEFAULT 0.0,             -- USD; NULL where no price is known
    seconds REAL,                      -- of the last attempt, its waits included
    events INTEGER,
    rejected INTEGER,
    error TEXT,                        -- the kind of the last failure
    message TEXT,
    hint TEXT,
    ended_at TEXT,
    UNIQUE (configuration, article)
) STRICT;

CREATE INDEX tasks_by_state ON tasks (configuration, state, attempts, id);
CREATE INDEX tasks_asking ON tasks (worker) WHERE state = 'asking';

CREATE TABLE results (
    task INTEGER PRIMARY KEY REFERENCES tasks (id),
    summary TEXT NOT NULL              -- JSON, as `Summary` writes it
) STRICT;

-- A worker that dies leaves its row; what it was asking is free again once the lease has expired.
CREATE TABLE workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    expires REAL NOT NULL              -- seconds since 1970
) STRICT;

-- How far each source has been read, so that the next run goes on from there.
CREATE TABLE sources (
    configuration INTEGER NOT NULL,
    name TEXT NOT NULL,
    stamp TEXT NOT NULL,               -- size and time of change
    line INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    tail TEXT NOT NULL,                -- hash of the bytes before `offset`
    whole INTEGER NOT NULL,
    PRIMARY KEY (configuration, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicates (
    source TEXT PRIMARY KEY,
    article TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unread (
    source TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    hint TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers that were given elsewhere, and those about articles that take several, by the fingerprint of their request.
CREATE TABLE answers (
    article TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER,                    -- of HTTP; NULL where no answer was ever given
    body TEXT NOT NULL,
    made TEXT NOT NULL CHECK (made IN ('api', 'offline')),
    answered_at TEXT NOT NULL,
    final INTEGER NOT NULL,            -- 0 where the same request may yet be answered
    PRIMARY KEY (article, request)
) STRICT, WITHOUT ROWID;

-- Files of requests that were uploaded to a batch service.
CREATE TABLE batches (
    file TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    status TEXT NOT NULL               -- open, or as it ended
) STRICT, WITHOUT ROWID;

-- One record a row. Columns of several values are JSON, as in the schema of a summary.
CREATE VIEW events AS
SELECT
    tasks.configuration,
    articles.id AS article_id,
    articles.source,
    articles.title AS article_title,
    articles.published,
    articles.outlet,
    articles.url,
    articles.language,
    record.key + 1 AS number,
    record.value ->> 'type' AS type,
    record.value ->> 'mode' AS mode,
    record.value -> 'actors' AS actors,
    record.value -> 'targets' AS targets,
    record.value -> 'items' AS items,
    record.value -> 'places' AS places,
    record.value ->> '$.time.text' AS time_text,
    record.value ->> '$.time.start' AS time_start,
    record.value ->> '$.time.end' AS time_end,
    record.value ->> 'topic' AS topic,
    record.value ->> 'status' AS status,
    record.value ->> 'certainty' AS certainty,
    record.value -> 'attribution' AS attribution,
    record.value ->> 'summary' AS summary,
    record.value -> 'evidence' AS evidence,
    record.value -> 'checks' AS checks,
    tasks.model,
    tasks.requests,
    record.value AS record             -- the whole, with the fields of event types of your own
FROM tasks
JOIN results ON results.task = tasks.id
JOIN articles ON articles.id = tasks.article
JOIN json_each(results.summary, '$.events') AS record;

-- One quote a row; start and end are half-open offsets into the article's text, in code points.
CREATE VIEW evidence AS
SELECT
    events.configuration,
    events.article_id,
    events.number,
    quote.key + 1 AS quote_number,
    quote.value ->> 'quote' AS quote,
    quote.value ->> 'status' AS status,
    quote.value ->> 'start' AS start,
    quote.value ->> 'end' AS "end"
FROM events
JOIN json_each(events.evidence) AS quote;
