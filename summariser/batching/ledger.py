"""The ledger: one SQLite file that knows of every article what was asked and what came of it.

All SQL of a batch is here and in ledger.sql. Nothing here knows of threads: a ledger belongs to the one that
opened it, and several processes may have the same file open.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic_core import from_json

from summariser.errors import InputError, LedgerError
from summariser.reading.positions import Position
from summariser.values import Article, PendingRequest, Usage

_APPLICATION = 0x53554D4D
_VERSION = 1
# Seconds for which another process may hold the file: its groups are small.
_PATIENCE = 60
# A worker says that it lives every few seconds; one that has been silent for so long has died or sleeps.
LEASE = 30.0


class Task(NamedTuple):
    id: int
    article: Article
    attempts: int


@dataclass(frozen=True, slots=True)
class Done:
    task: int
    summary: str
    request: str
    model: str
    usage: Usage
    cost: float | None
    seconds: float
    events: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Failed:
    task: int
    error: str
    message: str
    hint: str
    usage: Usage
    """Of answers that could not be used."""
    cost: float | None
    seconds: float
    again: bool = False
    """It may be asked again in this run."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Its request was written out and waits for an answer from elsewhere."""

    task: int
    request: PendingRequest


class Answer(NamedTuple):
    article: str
    request: str
    status: int | None
    body: str
    made: Literal["api", "offline"]
    answered_at: datetime
    final: bool


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int = 0
    asking: int = 0
    sent: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.asking + self.sent + self.done + self.failed


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all answers, also those that could not be used."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    """USD; None where a price is not known."""
    events: int = 0
    rejected: int = 0


class Failures(NamedTuple):
    error: str
    articles: int
    source: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Configuration:
    fingerprint: str
    provider: str
    model: str
    settings: dict[str, Any]
    summary_schema: dict[str, Any]


class Ledger:
    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path
        self._configuration = 0
        self._worker: int | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Make the file where there is none. Raises `LedgerError`."""
        with _told(path):
            db = _connected(f"{path.absolute().as_uri()}?mode=rwc")
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _check(db, path)  # before anything is written to a file that may be somebody else's
            # Committed groups outlast a loss of power; readers never wait for the writer.
            _write_ahead(db)
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA cache_size = -32768")
            with _transaction(db):
                if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                    _make(db)
        return cls(db, path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """For reading only; the file must be there. Raises `LedgerError`."""
        if not path.is_file():
            raise LedgerError(f"{path}: no such ledger", hint="summariser batch … --into FILE makes one.")
        with _told(path):
            db = _connected(f"{path.absolute().as_uri()}?mode=rw")
            db.execute("PRAGMA query_only = ON")
            _check(db, path)
        ledger = cls(db, path)
        ledger._configuration = db.execute("SELECT coalesce(max(id), 0) FROM configurations").fetchone()[0]
        return ledger

    def close(self) -> None:
        if self._worker is not None:
            with self._writing() as db:
                self._free(db, self._worker)
        self._db.close()

    # ── what is asked, and by whom

    def configure(self, configuration: Configuration) -> None:
        """From here on, tasks are those of this configuration. Takes what dead workers have left."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO configurations (fingerprint, provider, model, settings, summary_schema, made_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    configuration.fingerprint,
                    configuration.provider,
                    configuration.model,
                    json.dumps(configuration.settings, ensure_ascii=False),
                    json.dumps(configuration.summary_schema, ensure_ascii=False),
                    _now(),
                ),
            )
            row = db.execute(
                "SELECT id FROM configurations WHERE fingerprint = ?", (configuration.fingerprint,)
            )
            self._configuration = row.fetchone()[0]
            self._worker = db.execute(
                "INSERT INTO workers (host, pid, expires) VALUES (?, ?, ?)",
                (_host(), os.getpid(), time.time() + LEASE),
            ).lastrowid
        self.live()

    def choose(self, configuration: Configuration) -> None:
        """As `configure`, for reading only: one that is not in the file has no tasks."""
        row = self._db.execute(
            "SELECT id FROM configurations WHERE fingerprint = ?", (configuration.fingerprint,)
        ).fetchone()
        self._configuration = row[0] if row else 0

    def live(self) -> None:
        """Renew the lease, and free what those whose leases ran out were asking."""
        with self._writing() as db:
            now = time.time()
            # Anew where another one thought this one dead: its process had been asleep.
            db.execute(
                "INSERT INTO workers VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET expires = excluded.expires",
                (self._worker, _host(), os.getpid(), now + LEASE),
            )
            for worker, host, pid, expires in db.execute(
                "SELECT id, host, pid, expires FROM workers"
            ).fetchall():
                gone = host == _host() and worker != self._worker and not _running(pid)
                if gone or expires < now:
                    self._free(db, worker)

    def _free(self, db: sqlite3.Connection, worker: int) -> None:
        db.execute(
            "UPDATE tasks SET state = 'waiting', worker = NULL WHERE state = 'asking' AND worker = ?",
            (worker,),
        )
        db.execute("DELETE FROM workers WHERE id = ?", (worker,))

    # ── sources

    def position(self, name: str) -> Position | None:
        row = self._db.execute(
            "SELECT name, stamp, line, offset, tail, whole FROM sources WHERE configuration = ? AND name = ?",
            (self._configuration, name),
        ).fetchone()
        if row is None:
            return None
        name, stamp, line, offset, tail, whole = row
        return Position(name, stamp, line, offset, tail, bool(whole))

    def add(self, group: Iterable[tuple[str, Article | InputError]], positions: Iterable[Position]) -> int:
        """Take in what was read, and how far: both or neither. How many sources could not be read."""
        unread = 0
        with self._writing() as db:
            for where, outcome in group:
                if isinstance(outcome, Article):
                    db.execute("DELETE FROM unread WHERE source = ?", (where,))
                    self._add(db, where, outcome)
                else:
                    unread += outcome.exit_code != 0
                    db.execute(
                        "INSERT OR REPLACE INTO unread VALUES (?, ?, ?)", (where, str(outcome), outcome.hint)
                    )
            db.executemany(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(self._configuration, *each) for each in positions if each.stamp],
            )
        return unread

    def _add(self, db: sqlite3.Connection, where: str, article: Article) -> None:
        met = db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                article.id,
                where,
                article.text,
                article.title,
                article.published.isoformat() if article.published else None,
                article.outlet,
                article.url,
                article.language,
            ),
        ).rowcount
        if not met:
            db.execute(
                "INSERT INTO duplicates SELECT ?1, ?2 WHERE NOT EXISTS"
                " (SELECT 1 FROM articles WHERE id = ?2 AND source = ?1) ON CONFLICT DO NOTHING",
                (where, article.id),
            )
        db.execute(
            "INSERT INTO tasks (configuration, article) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (self._configuration, article.id),
        )

    def knows(self, article_id: str) -> bool:
        """Whether the article is done, or was sent away, under this configuration."""
        row = self._db.execute(
            "SELECT state IN ('done', 'sent') FROM tasks WHERE configuration = ? AND article = ?",
            (self._configuration, article_id),
        ).fetchone()
        return bool(row and row[0])

    # ── asking

    def claim(self, count: int) -> list[Task]:
        """The next tasks, which no other worker gets while this one lives."""
        with self._writing() as db:
            claimed = db.execute(
                "UPDATE tasks SET state = 'asking', worker = ? WHERE id IN (SELECT id FROM tasks"
                " WHERE configuration = ? AND state = 'waiting' ORDER BY attempts, id LIMIT ?)"
                " RETURNING id, article, attempts",
                (self._worker, self._configuration, count),
            ).fetchall()
            return [
                Task(task, self.article(article), attempts) for task, article, attempts in sorted(claimed)
            ]

    def article(self, article_id: str) -> Article:
        text, title, published, *rest = self._db.execute(
            "SELECT text, title, published, outlet, url, language FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        return Article(text, title, date.fromisoformat(published) if published else None, *rest)

    def waiting(self) -> Iterator[Article]:
        for (article,) in self._db.execute(
            "SELECT article FROM tasks WHERE configuration = ? AND state IN ('waiting', 'asking') ORDER BY id",
            (self._configuration,),
        ):
            yield self.article(article)

    def release(self, tasks: Iterable[int]) -> None:
        """Give back what was claimed and not asked."""
        with self._writing() as db:
            self._leave(db, "waiting", tasks)

    def _leave(self, db: sqlite3.Connection, state: str, tasks: Iterable[int]) -> None:
        db.executemany(
            "UPDATE tasks SET state = ?, worker = NULL WHERE id = ? AND worker = ? AND state = 'asking'",
            [(state, task, self._worker) for task in tasks],
        )

    def settle(self, group: Sequence[Done | Failed | Sent]) -> None:
        """What came of tasks that this worker has claimed. What it lost to another one is left to that one."""
        now = _now()
        with self._writing() as db:
            for each in group:
                if isinstance(each, Done):
                    self._done(db, each, now)
                elif isinstance(each, Sent):
                    self._leave(db, "sent", [each.task])
                else:
                    self._failed(db, each, now)

    def _done(self, db: sqlite3.Connection, done: Done, now: str) -> None:
        new = "state = 'done', request = ?, model = ?, events = ?, rejected = ?, error = NULL, message = NULL, hint = NULL"
        values = (done.request, done.model, done.events, done.rejected)
        if self._settle(db, done, now, new, values):
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (done.task, done.summary))

    def _failed(self, db: sqlite3.Connection, failed: Failed, now: str) -> None:
        values = ("waiting" if failed.again else "failed", failed.error, failed.message, failed.hint)
        self._settle(db, failed, now, "state = ?, error = ?, message = ?, hint = ?", values)

    def _settle(
        self, db: sqlite3.Connection, each: Done | Failed, now: str, new: str, values: Sequence[Any]
    ) -> bool:
        """Whether the task was still this worker's. Tokens and cost are those of all attempts."""
        usage = each.usage
        return bool(
            db.execute(
                f"UPDATE tasks SET {new}, worker = NULL, attempts = attempts + 1, ended_at = ?, seconds = ?,"  # noqa: S608
                " prompt_tokens = prompt_tokens + ?, cached_tokens = cached_tokens + ?,"
                " completion_tokens = completion_tokens + ?, answers = answers + ?, cost = cost + ?"
                " WHERE id = ? AND worker = ? AND state = 'asking'",
                (
                    *values,
                    now,
                    each.seconds,
                    usage.prompt_tokens,
                    usage.cached_tokens,
                    usage.completion_tokens,
                    usage.tries,
                    each.cost,
                    each.task,
                    self._worker,
                ),
            ).rowcount
        )

    def take_back(self, group: Iterable[Answer]) -> tuple[int, list[Answer]]:
        """Keep answers from elsewhere, and let their articles wait for them to be read. How many are new, and
        those that are about no article of this ledger."""
        new, strange = 0, list[Answer]()
        with self._writing() as db:
            for each in group:
                if not db.execute("SELECT 1 FROM articles WHERE id = ?", (each.article,)).fetchone():
                    strange.append(each)
                    continue
                changed = db.execute(
                    "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET status = excluded.status, body = excluded.body,"
                    " answered_at = excluded.answered_at, final = excluded.final"
                    " WHERE final = 0 AND body <> excluded.body",
                    (
                        each.article,
                        each.request,
                        each.status,
                        each.body,
                        each.made,
                        each.answered_at.isoformat(),
                        each.final,
                    ),
                ).rowcount
                if changed:
                    new += 1
                    db.execute(
                        "UPDATE tasks SET state = 'waiting' WHERE configuration = ? AND article = ? AND state = 'sent'",
                        (self._configuration, each.article),
                    )
        return new, strange

    def answer(self, article_id: str, request: str) -> Answer | None:
        row = self._db.execute(
            "SELECT article, request, status, body, made, answered_at, final FROM answers"
            " WHERE article = ? AND request = ?",
            (article_id, request),
        ).fetchone()
        if row is None:
            return None
        article, request, status, body, made, answered_at, final = row
        return Answer(article, request, status, body, made, datetime.fromisoformat(answered_at), bool(final))

    def batches(self) -> dict[str, tuple[str, str]]:
        """Batch and status by the name of the file that was uploaded for it."""
        rows = self._db.execute("SELECT file, batch, status FROM batches")
        return {file: (batch, status) for file, batch, status in rows}

    def note_batch(self, file: str, batch: str, status: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO batches VALUES (?, ?, ?)", (file, batch, status))

    def unsend(self, articles: Iterable[str]) -> None:
        """What was sent away will not be answered, and waits again."""
        with self._writing() as db:
            db.executemany(
                "UPDATE tasks SET state = 'waiting' WHERE configuration = ? AND article = ? AND state = 'sent'",
                [(self._configuration, article) for article in articles],
            )

    def retry_failed(self) -> int:
        """Failed tasks wait again. How many they are."""
        with self._writing() as db:
            return db.execute(
                "UPDATE tasks SET state = 'waiting', attempts = 0 WHERE configuration = ? AND state = 'failed'",
                (self._configuration,),
            ).rowcount

    def results(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Source and summary of each article that is done, in the order in which they were met."""
        for source, summary in self._db.execute(
            "SELECT source, summary FROM tasks JOIN results ON results.task = tasks.id"
            " JOIN articles ON articles.id = tasks.article"
            " WHERE configuration = ? AND state = 'done' ORDER BY tasks.id",
            (self._configuration,),
        ):
            yield source, from_json(summary)

    def summary_schema(self) -> dict[str, Any]:
        """JSON schema of the summaries. Raises `LedgerError` where nothing was ever asked."""
        row = self._db.execute(
            "SELECT summary_schema FROM configurations WHERE id = ?", (self._configuration,)
        ).fetchone()
        if row is None:
            raise LedgerError(
                f"{self.path}: nothing was asked yet", hint="summariser batch … --into it first."
            )
        schema: dict[str, Any] = json.loads(row[0])
        return schema

    # ── how it stands

    def counts(self) -> Counts:
        rows = self._db.execute(
            "SELECT state, count(*) FROM tasks WHERE configuration = ? GROUP BY state", (self._configuration,)
        )
        return Counts(**dict(rows.fetchall()))

    def totals(self) -> Totals:
        *sums, unpriced, events, rejected = self._db.execute(
            "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0),"
            " coalesce(sum(completion_tokens), 0), coalesce(sum(cost), 0.0), coalesce(sum(cost IS NULL), 0),"
            " coalesce(sum(events), 0), coalesce(sum(rejected), 0)"
            " FROM tasks WHERE configuration = ?",
            (self._configuration,),
        ).fetchone()
        prompt, cached, completion, cost = sums
        return Totals(prompt, cached, completion, None if unpriced else cost, events, rejected)

    def failures(self) -> list[Failures]:
        """By kind and hint, the most frequent first, each with the last of them."""
        rows = self._db.execute(
            "SELECT error, count(*), articles.source, message, hint, max(tasks.ended_at) FROM tasks"
            " JOIN articles ON articles.id = tasks.article WHERE configuration = ? AND state = 'failed'"
            " GROUP BY error, hint ORDER BY count(*) DESC, error",
            (self._configuration,),
        )
        return [Failures(*row[:5]) for row in rows]

    def slowest(self, count: int) -> list[tuple[str, float]]:
        """Source and seconds of the last attempt, longest first."""
        return self._db.execute(
            "SELECT source, seconds FROM tasks JOIN articles ON articles.id = tasks.article"
            " WHERE configuration = ? AND state = 'done' ORDER BY seconds DESC LIMIT ?",
            (self._configuration, count),
        ).fetchall()

    def unread(self) -> list[tuple[str, str, str]]:
        """Source, message and hint of what could not be read."""
        return self._db.execute("SELECT source, message, hint FROM unread ORDER BY source").fetchall()

    def duplicates(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM duplicates").fetchone()[0])

    def configurations(self) -> list[tuple[int, str, str, str, int]]:
        """Number, model, settings as JSON, when it was made, and articles; the last is the one in use."""
        return self._db.execute(
            "SELECT id, model, settings, made_at, (SELECT count(*) FROM tasks WHERE configuration = configurations.id)"
            " FROM configurations ORDER BY id"
        ).fetchall()

    # ── for the doors in this module alone

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with _told(self.path), _transaction(self._db):
            yield self._db


def _connected(uri: str) -> sqlite3.Connection:
    # One connection is handed from thread to thread, but is never used by two at once.
    return sqlite3.connect(
        uri, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64
    )


def _write_ahead(db: sqlite3.Connection) -> None:
    """Where two open a new file at once, one has to wait, and here SQLite does not do that by itself."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _make(db: sqlite3.Connection) -> None:
    script = files("summariser.batching").joinpath("ledger.sql").read_text("utf-8")
    for statement in _statements(script):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {_APPLICATION}")
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise LedgerError(
            f"{path}: an SQLite file, but no ledger", hint="Name another file; this one is left as it is."
        )
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != _VERSION:
        raise LedgerError(
            f"{path}: a ledger of form {version}; this version of summariser knows form {_VERSION}",
            hint="Go on with the version of summariser that made it.",
        )


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {error}", hint=_hint(error)) from error


def _hint(error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text:
        return "Name another file; this one is left as it is."
    if "unable to open" in text:
        return "Its folder must be there, and may be written to."
    if "locked" in text:
        return "Another program keeps the file; close it and run the same command again."
    return "What was committed before is kept: make room, or mend the folder, and run the same command again."


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _host() -> str:
    """Where a process number means something: the machine, and the container on it."""
    namespace = Path("/proc/self/ns/pid")
    return f"{platform.node()} {namespace.readlink()}" if namespace.is_symlink() else platform.node()


def _running(pid: int) -> bool:
    if os.name == "nt":  # where asking by signal 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
