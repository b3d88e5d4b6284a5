"""The ledger: one SQLite file that knows of every article what was asked and what came of it.

All that is written there is written here. Nothing here knows of threads: a ledger belongs to the one that opened
it, and several processes may have the same file open.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from summariser.batching.database import for_writing, told, transaction
from summariser.batching.reader import Reader
from summariser.batching.rows import Answer, Configuration, Done, Failed, Part, Sent, Task
from summariser.errors import InputError
from summariser.reading.positions import Position
from summariser.values import Article

# A worker says that it lives every few seconds; one that has been silent for so long has died or sleeps.
LEASE = 30.0


class Ledger(Reader):
    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._worker: int | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Make the file where there is none. Raises `LedgerError`."""
        return cls(for_writing(path), path)

    def close(self) -> None:
        if self._worker is not None:
            with self._writing() as db:
                self._free(db, self._worker)
        super().close()

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

    def release(self, tasks: Iterable[int]) -> None:
        """Give back what was claimed and not asked."""
        with self._writing() as db:
            self._leave(db, "waiting", tasks)

    def _leave(self, db: sqlite3.Connection, state: str, tasks: Iterable[int]) -> None:
        db.executemany(
            "UPDATE tasks SET state = ?, worker = NULL WHERE id = ? AND worker = ? AND state = 'asking'",
            [(state, task, self._worker) for task in tasks],
        )

    def settle(self, group: Sequence[Done | Failed | Sent | Part]) -> None:
        """What came of tasks that this worker has claimed. What it lost to another one is left to that one."""
        now = _now()
        with self._writing() as db:
            for each in group:
                if isinstance(each, Done):
                    self._done(db, each, now)
                elif isinstance(each, Sent):
                    self._leave(db, "sent", [each.task])
                elif isinstance(each, Part):
                    self._part(db, each)
                else:
                    self._failed(db, each, now)

    def _done(self, db: sqlite3.Connection, done: Done, now: str) -> None:
        new = "state = 'done', requests = ?, model = ?, events = ?, rejected = ?, error = NULL, message = NULL, hint = NULL"
        values = (json.dumps(done.requests), done.model, done.events, done.rejected)
        if self._settle(db, done, now, new, values):
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (done.task, done.summary))

    def _failed(self, db: sqlite3.Connection, failed: Failed, now: str) -> None:
        values = ("waiting" if failed.again else "failed", failed.error, failed.message, failed.hint)
        self._settle(db, failed, now, "state = ?, error = ?, message = ?, hint = ?", values)

    def _settle(
        self, db: sqlite3.Connection, each: Done | Failed, now: str, new: str, values: Sequence[Any]
    ) -> bool:
        """Whether the task was still this worker's. Tokens and cost are those of all attempts."""
        return bool(
            db.execute(
                f"UPDATE tasks SET {new}, worker = NULL, attempts = attempts + 1, ended_at = ?, seconds = ?, {_SPENT}"  # noqa: S608
                " WHERE id = ? AND worker = ? AND state = 'asking'",
                (*values, now, each.seconds, *_spent(each), each.task, self._worker),
            ).rowcount
        )

    def _part(self, db: sqlite3.Connection, part: Part) -> None:
        """The answers, and what they cost: both or neither."""
        for each in part.answers:
            _keep(db, each)
        db.execute(f"UPDATE tasks SET {_SPENT} WHERE id = ?", (*_spent(part), part.task))  # noqa: S608

    # ── answers from elsewhere

    def take_back(self, group: Iterable[Answer]) -> tuple[int, list[Answer]]:
        """Keep answers from elsewhere, and let their articles wait for them to be read. How many are new, and
        those that are about no article of this ledger."""
        new, strange = 0, list[Answer]()
        with self._writing() as db:
            for each in group:
                if not db.execute("SELECT 1 FROM articles WHERE id = ?", (each.article,)).fetchone():
                    strange.append(each)
                    continue
                if _keep(db, each):
                    new += 1
                    db.execute(
                        "UPDATE tasks SET state = 'waiting' WHERE configuration = ? AND article = ? AND state = 'sent'",
                        (self._configuration, each.article),
                    )
        return new, strange

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

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with told(self.path), transaction(self._db):
            yield self._db


_SPENT = (
    "prompt_tokens = prompt_tokens + ?, cached_tokens = cached_tokens + ?,"
    " completion_tokens = completion_tokens + ?, answers = answers + ?, cost = cost + ?"
)


def _spent(each: Done | Failed | Part) -> tuple[int | float | None, ...]:
    usage = each.usage
    return usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, usage.tries, each.cost


def _keep(db: sqlite3.Connection, answer: Answer) -> bool:
    """Whether it is new: one that is final stays."""
    article, request, status, body, made, answered_at, final = answer
    return bool(
        db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET status = excluded.status, body = excluded.body,"
            " answered_at = excluded.answered_at, final = excluded.final"
            " WHERE final = 0 AND body <> excluded.body",
            (article, request, status, body, made, answered_at.isoformat(), final),
        ).rowcount
    )


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
