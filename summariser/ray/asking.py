"""Batches of a dataset asked about in an actor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from summariser.errors import ConfigurationError, InputError, SummariserError
from summariser.garbage import collect_rarely
from summariser.pipeline import Summariser
from summariser.ray.rows import Row, failure_row, outcomes_table, summary_rows
from summariser.reading.feeds import article_of
from summariser.schemas import Event
from summariser.settings import Settings
from summariser.values import Article, digest
from summariser.writing.arrow import table_of

_FIELDS = ("text", "title", "published", "url", "outlet", "language", "source")


class Way:
    """How articles are asked about, in each of the actors.

    No dataclass: Ray exports the arguments of its operators field by field, and one of these fields is the key.
    """

    def __init__(self, settings: Settings, schema: type[Event], in_flight: int, actors: int) -> None:
        if in_flight < 1:
            raise ConfigurationError("in_flight must be at least 1")
        summariser: Summariser[Any] = Summariser(schema=schema, settings=settings)
        endpoint = summariser.endpoint
        self.configuration = summariser.configuration()
        self.schema = schema
        # Pickled with it: a class that was made in a notebook does not take its subclasses along.
        self.types = tuple(summariser.ontology.types.values())
        self.in_flight = in_flight
        self.actors = actors
        # What stands in the environment here need not stand in that of an actor; and the pace is that of all.
        self.settings = replace(
            settings,
            provider=endpoint.name,
            base_url=endpoint.url,
            api_key=settings.api_key or (endpoint.key if endpoint.row.key_variable else None),
            rpm=settings.rpm and settings.rpm / actors,
            tpm=settings.tpm and settings.tpm / actors,
        )

    def summariser(self) -> Summariser[Any]:
        made: Summariser[Any] = Summariser(schema=self.schema, settings=self.settings)
        if made.configuration() != self.configuration:
            raise ConfigurationError(
                "this node would ask in another way than the caller",
                hint="Give all nodes the same version of the package, the event types and the prompts.",
            )
        return made


class Read(NamedTuple):
    """A row of the input: an article, or why it is none."""

    source: str | None
    identity: str
    """The article's id; of a row that is no article, a hash of the same form of what it holds."""
    article: Article | InputError


def read(batch: pa.Table) -> Iterator[Read]:
    for row in batch.select([name for name in _FIELDS if name in batch.column_names]).to_pylist():
        if isinstance(row.get("published"), date):  # Arrow's readers make dates of what looks like one
            row["published"] = row["published"].isoformat()
        yield _read(row)


def _read(row: Mapping[str, Any]) -> Read:
    source = str(row["source"]) if row.get("source") is not None else None
    try:
        article = article_of(row)
    except InputError as error:
        return Read(source, digest("row", {name: str(row[name]) for name in row})[:16], error)
    return Read(source, article.id, article)


class Asker:
    """One client, asked by several batches at a time.

    In all, `in_flight` articles at most are under way, and as many requests, of which a long article takes several.
    """

    def __init__(self, way: Way) -> None:
        collect_rarely()
        self._summariser = way.summariser()
        self._table = outcomes_table(self._summariser.ontology.summary_schema())
        self._articles = asyncio.Semaphore(way.in_flight)
        self._requests = asyncio.Semaphore(way.in_flight)
        self._ended: SummariserError | None = None

    async def __call__(self, batch: pa.Table) -> pa.Table:
        return await self.asked(read(batch))

    async def asked(self, articles: Iterable[Read]) -> pa.Table:
        """Raises an error that `ends_run`; what the batch has in flight then is cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._rows(each)) for each in articles]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return table_of(self._table, [row for task in tasks for row in task.result()])

    async def _rows(self, given: Read) -> list[Row]:
        source, identity, article = given
        if isinstance(article, InputError):
            return [failure_row(source, identity, None, article)]
        try:
            async with self._articles:
                if self._ended:  # by another batch: until Ray has ended the job, nobody else is asked
                    raise self._ended
                summary = await self._summariser.asummarise(article, at_once=self._requests)
            return summary_rows(source, summary)
        except SummariserError as error:
            if error.ends_run:
                self._ended = error
                raise
            return [failure_row(source, identity, article, error)]
