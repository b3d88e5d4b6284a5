"""How far a run is, on stderr: one line that changes on a terminal, plain lines every few seconds elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from rich.console import Console
from rich.text import Text

from summariser.batching.batch import Batch

_EVERY = 5.0
_EVERY_ON_TERMINAL = 0.25
# The rate is that of the last minute: what went before tells little of what is to come.
_WINDOW = 60.0


@asynccontextmanager
async def shown(batch: Batch) -> AsyncIterator[None]:
    showing = asyncio.create_task(_show(batch, Console(stderr=True)))
    try:
        yield
    finally:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing


async def _show(batch: Batch, console: Console) -> None:
    pace = _Rate()
    if not console.is_terminal:
        while True:
            await asyncio.sleep(_EVERY)
            console.print(Text(line(batch, pace.of(batch))), soft_wrap=True)
    with console.status("reading") as status:
        while True:
            await asyncio.sleep(_EVERY_ON_TERMINAL)
            status.update(Text(line(batch, pace.of(batch)), overflow="fold"))


class _Rate:
    def __init__(self) -> None:
        self._seen = deque([(time.monotonic(), 0)])

    def of(self, batch: Batch) -> float:
        """Articles a second."""
        now = time.monotonic()
        self._seen.append((now, batch.finished))
        while now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        return (batch.finished - before) / (now - then) if now > then else 0.0


def line(batch: Batch, rate: float) -> str:
    counts, totals = batch.counts, batch.totals
    left = counts.waiting + counts.asking
    parts = [
        f"{counts.done:,} done",
        f"{counts.failed:,} failed",
        f"{batch.in_flight:,} in flight",
        f"{counts.waiting:,} waiting",
        f"{rate:.1f}/s",
        f"{tokens(totals.prompt_tokens + totals.completion_tokens)} tokens",
    ]
    if totals.cost is not None:
        ended = counts.done + counts.failed
        to_end = f" of about {dollars(totals.cost / ended * counts.total)}" if ended and left else ""
        parts.append(dollars(totals.cost) + to_end)
    if batch.stopped:
        parts.append("finishing what is in flight")
    elif left and rate:
        parts.append(f"{span(left / rate)} left")
    return " · ".join(parts)


def tokens(count: float) -> str:
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:,.0f}"


def dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount >= 0.995 or amount == 0 else f"${amount:.2g}"


def span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
