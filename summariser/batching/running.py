"""A run of a batch from end to end: the ledger opened, the sources read, the articles asked, signals heard."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from summariser.batching.batch import Batch
from summariser.batching.batch_files import Outbox, Taken, take_back
from summariser.batching.estimating import Estimate
from summariser.batching.ledger import Ledger
from summariser.batching.prices import Price
from summariser.batching.progress import shown
from summariser.batching.rows import Configuration, Counts, Totals
from summariser.batching.service import Service
from summariser.errors import ConfigurationError
from summariser.garbage import collect_rarely
from summariser.pipeline import Summariser
from summariser.reading import parse_published, read_on
from summariser.values import Article, Chunk, digest

_NAME_SOURCES = "Name files, folders, feeds or URLs to read."


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done: the sources, and how they are read and paid for."""

    summariser: Summariser[Any]
    sources: Sequence[str]
    published: str | None = None
    allow_private: bool = False
    in_flight: int = 64
    price: Price | None = None
    max_cost: float | None = None
    folder: Path | None = None
    """Where requests go as files, and from where their answers are taken back."""
    tell: Callable[[str], None] | None = None
    """Given where the files are uploaded to the Batch API and waited for; it is told how far that is."""

    def __post_init__(self) -> None:
        if self.max_cost is not None and self.folder:
            raise ConfigurationError(
                "--max-cost does not go with --via batch-files: the cost is known when the answers are back",
                hint="--dry-run tells what they will cost.",
            )
        if self.max_cost is not None and self.price is None:
            raise ConfigurationError(
                f"no price is known for {self.summariser.endpoint.model}, so no cost can be kept",
                hint="Give it with --price INPUT,OUTPUT in USD for a million tokens.",
            )

    def configuration(self) -> Configuration:
        asked = {**self.summariser.configuration(), "published": self.published}
        return Configuration(
            digest("configuration", asked),
            self.summariser.endpoint.name,
            self.summariser.endpoint.model,
            asked,
            self.summariser.ontology.summary_schema(),
        )

    def estimate(self) -> Estimate:
        messages = self.summariser.prompts.request(Chunk.whole(Article("x"))).messages
        beside = sum(len(message["content"].encode()) for message in messages) + len(
            str(self.summariser.ontology.wire)
        )
        return Estimate(
            beside / 4, lambda article: len(self.summariser.chunks(article)), self.summariser.passes
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run came to its end. `why` is empty where nothing was left to do."""

    counts: Counts
    totals: Totals
    unread: int
    why: str
    interrupted: bool
    taken: Taken | None = None
    """Answers that came back as files, where requests go as files."""
    written: int = 0
    """Requests that this run wrote out."""


def run(job: Job, into: Path, *, retry_failed: bool = False) -> Ended:
    """Raises an error that `ends_run`; everything that was done before is in the ledger."""
    parse_published(job.published)
    if not job.sources and not into.exists():
        raise ConfigurationError(f"{into} is not there, and no source is named", hint=_NAME_SOURCES)
    ledger = Ledger.open(into)
    try:
        ledger.configure(job.configuration())
        if retry_failed:
            ledger.retry_failed()
        if not job.sources and not ledger.counts().total:
            raise ConfigurationError(
                f"{into} holds no article that is asked about in this way", hint=_elsewhere(ledger)
            )
        if job.folder is None:
            with _few_collections():
                return asyncio.run(_run(job, ledger))
        ended = _by_files(job, job.folder, ledger)
        if job.tell is None:
            return ended
        service, again = (
            Service(job.summariser.endpoint, job.folder, ledger, job.tell),
            replace(job, sources=()),
        )
        while ended.counts.sent and not ended.interrupted:
            asyncio.run(service.settle())
            before, ended = ended, _by_files(again, job.folder, ledger)
            ended = replace(ended, unread=before.unread)
            if not (ended.taken and ended.taken.answers) and not ended.written:
                break  # the service has no answer for what is left
        return ended
    finally:
        ledger.close()


def _by_files(job: Job, folder: Path, ledger: Ledger) -> Ended:
    taken = take_back(folder, ledger)
    outbox = Outbox(folder)
    try:
        return replace(asyncio.run(_run(job, ledger, outbox)), taken=taken, written=outbox.written)
    finally:
        outbox.close()


async def _run(job: Job, ledger: Ledger, outbox: Outbox | None = None) -> Ended:
    batch = Batch(
        job.summariser,
        ledger,
        in_flight=job.in_flight,
        price=job.price,
        estimate=job.estimate(),
        max_cost=job.max_cost,
        outbox=outbox,
    )
    steps = read_on(job.sources, parse_published(job.published), job.allow_private, known=batch.position)
    async with job.summariser:
        running = asyncio.ensure_future(batch.run(steps))
        interrupted = False
        with _signals(batch, running) as heard:
            async with shown(batch):
                try:
                    await running
                except asyncio.CancelledError:
                    if not heard:
                        raise
            interrupted = bool(heard)
    return Ended(batch.counts, batch.totals, batch.unread, batch.stopped, interrupted)


@contextmanager
def _few_collections() -> Iterator[None]:
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _signals(batch: Batch, running: asyncio.Future[None]) -> Iterator[list[int]]:
    """The first SIGINT or SIGTERM lets what is in flight finish, the second ends it. Yields what was heard."""
    loop = asyncio.get_running_loop()
    heard: list[int] = []

    def hear(number: int) -> None:
        heard.append(number)
        if len(heard) == 1:
            batch.stop("interrupted")
        else:
            running.cancel()

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, hear, each)
    try:
        yield heard
    finally:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)


def _elsewhere(ledger: Ledger) -> str:
    others = [
        f"{model} ({articles:,} articles)" for _, model, _, _, articles in ledger.configurations() if articles
    ]
    if others:
        return f"It was asked of {', '.join(others)}: give the same model and options, or name sources."
    return _NAME_SOURCES
