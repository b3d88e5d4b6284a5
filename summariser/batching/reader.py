"""What a ledger tells: how it stands, what came of every article, and why."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from pydantic_core import from_json

from summariser.batching.database import for_reading
from summariser.batching.rows import Answer, Configuration, Counts, Failures, Totals
from summariser.errors import LedgerError
from summariser.values import Article


class Reader:
    """Of the tasks of one configuration: the last one, unless another is chosen."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path
        self._configuration = 0

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises `LedgerError` where there is none."""
        reader = cls(for_reading(path), path)
        (reader._configuration,) = reader._db.execute(
            "SELECT coalesce(max(id), 0) FROM configurations"
        ).fetchone()
        return reader

    def close(self) -> None:
        self._db.close()

    def choose(self, configuration: Configuration) -> None:
        """One that is not in the file has no tasks."""
        row = self._db.execute(
            "SELECT id FROM configurations WHERE fingerprint = ?", (configuration.fingerprint,)
        ).fetchone()
        self._configuration = row[0] if row else 0

    def knows(self, article_id: str) -> bool:
        """Whether the article is done, or was sent away, under this configuration."""
        row = self._db.execute(
            "SELECT state IN ('done', 'sent') FROM tasks WHERE configuration = ? AND article = ?",
            (self._configuration, article_id),
        ).fetchone()
        return bool(row and row[0])

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
            # Of almost all rows: read in their order, and not in that of an index, it takes a tenth of the time.
            " FROM tasks NOT INDEXED WHERE configuration = ?",
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
            "SELECT source, seconds FROM (SELECT article, seconds FROM tasks NOT INDEXED"
            " WHERE configuration = ? AND state = 'done' ORDER BY seconds DESC LIMIT ?)"
            " JOIN articles ON articles.id = article ORDER BY seconds DESC",
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
