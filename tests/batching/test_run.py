"""Moments of a run that no clock meets every time: each is brought about here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from summariser import Article, Settings, Summariser
from summariser.batching.batch import Batch
from summariser.batching.ledger import Ledger
from summariser.batching.rows import Counts, Task
from summariser.batching.running import Job
from summariser.reading import Step
from summariser.reading.positions import Position
from tests.batching.making import told
from tests.conftest import TEXT
from tests.endpoint import Endpoint, Reply, serving


class Slow(Ledger):
    """Takes its time over one kind of work, and so keeps all other work waiting."""

    over = ""

    def position(self, name: str) -> Position | None:
        if self.over == "position":
            time.sleep(1.0)
        return super().position(name)

    def claim(self, count: int) -> list[Task]:
        found = super().claim(count)
        if self.over == "claim":
            time.sleep(0.3)
        return found


def opened(kind: str, path: Path, endpoint: Endpoint) -> tuple[Slow, Summariser[Any]]:
    ledger = Slow.open(path)
    ledger.over = kind
    summariser = Summariser(settings=Settings(model="m", base_url=endpoint.url))
    ledger.configure(Job(summariser, ()).configuration())
    return ledger, summariser


def articles(count: int) -> list[Article]:
    return [Article(f"{TEXT}\nStory {n}.") for n in range(count)]


def test_what_waits_to_be_committed_when_the_run_ends_is_committed(tmp_path: Path) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        return told(body, 0.4 if "Story 0." in body["messages"][1]["content"] else 0.7)

    async def run(ledger: Slow, summariser: Summariser[Any]) -> Counts:
        batch = Batch(summariser, ledger, in_flight=2, price=None, estimate=Job(summariser, ()).estimate())

        def steps() -> Iterator[Step]:
            for article in articles(2):
                yield "feed", article, Position("feed")
            time.sleep(0.3)
            batch.position("the next source")  # the ledger's thread is taken until both have answered

        async with summariser:
            running = asyncio.create_task(batch.run(steps()))
            await asyncio.sleep(0.45)
            batch.stop("enough")
            await running
        return batch.counts

    with serving(reply) as endpoint:
        ledger, summariser = opened("position", tmp_path / "run.sqlite", endpoint)
        assert asyncio.run(run(ledger, summariser)) == Counts(done=2)
        ledger.close()


def test_what_is_read_while_the_ledger_looks_for_work_is_asked_too(tmp_path: Path) -> None:
    async def run(ledger: Slow, summariser: Summariser[Any]) -> Counts:
        batch = Batch(summariser, ledger, in_flight=1, price=None, estimate=Job(summariser, ()).estimate())
        async with summariser:
            await batch.run(("feed", article, Position("feed")) for article in articles(3))
        assert batch.totals.prompt_tokens == 3 * 100
        return batch.counts

    with serving(told) as endpoint:
        ledger, summariser = opened("claim", tmp_path / "run.sqlite", endpoint)
        assert asyncio.run(run(ledger, summariser)) == Counts(done=3)
        ledger.close()
