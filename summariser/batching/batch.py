"""One run over a ledger: what waits there is asked, many at a time, and what comes of it is written down.

The event loop asks. The ledger has a thread of its own, and so has the reading of the sources; the loop meets
both a few times a second, when everything that has come in since is committed as one group.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from summariser.asking.cassette import Recording
from summariser.batching.batch_files import Answers, Outbox
from summariser.batching.estimating import Estimate
from summariser.batching.intake import Intake
from summariser.batching.ledger import LEASE, Ledger
from summariser.batching.prices import Price
from summariser.batching.rows import Answer, Counts, Done, Failed, Part, Sent, Task, Totals
from summariser.errors import Pending, SummariserError
from summariser.pipeline import Summariser
from summariser.reading import Step
from summariser.reading.positions import Position
from summariser.values import Article, Usage

T = TypeVar("T")

# Between two commits, in seconds: a kill loses what was answered since the last one. With the commits themselves,
# on a slow disk too, that stays below 0.2 s.
GROUP = 0.05
# An article whose failure may pass is asked again, after all others, until it has been asked so often.
ATTEMPTS = 3
# So many articles in a row that fail in the same way, with no other outcome between them, are no accident.
IN_A_ROW = 25


Outcome = Done | Failed | Sent | Part


class Batch:
    """What is to be known of a run while it goes on is in its attributes; `run` makes it go."""

    def __init__(
        self,
        summariser: Summariser[Any],
        ledger: Ledger,
        *,
        in_flight: int,
        price: Price | None,
        estimate: Estimate,
        max_cost: float | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        self._summariser = summariser
        self._ledger = ledger
        self._in_flight = in_flight
        self._price = price
        self._estimate = estimate
        self._max_cost = max_cost
        self._outbox = outbox
        self._at_once = asyncio.Semaphore(in_flight)
        self._answers = Answers(ledger.path)
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._intake: Intake | None = None
        self._all_read = False
        self._claimed: deque[Task] = deque()
        self._asking: dict[int, float] = {}
        self._finished: list[Outcome] = []
        self._changed = asyncio.Event()
        self._taking = asyncio.Lock()
        self._committing = asyncio.Lock()
        self._row: deque[str] = deque(maxlen=IN_A_ROW)
        self.stopped = ""
        """Why no further article is taken; empty while they are."""
        self.counts = Counts()
        self.totals = Totals()
        self.unread = 0
        self.in_flight = 0
        self.finished = 0
        """Articles that this run has finished, one way or the other."""

    async def run(self, steps: Iterator[Step]) -> None:
        """Until everything is done, or the run was stopped. Raises an error that `ends_run`; what was done by
        then is in the ledger, and what was begun and not done waits there again."""
        self._intake = Intake(steps)
        try:
            await self._refresh()
            self.totals = await self._in_ledger(self._ledger.totals)
            self._intake.start()
            async with asyncio.TaskGroup() as group:
                keeping = group.create_task(self._keep())
                working = [group.create_task(self._work()) for _ in range(self._in_flight)]
                await asyncio.wait(working)
                keeping.cancel()
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            self._intake.stop()
            # Also when the run is cancelled: what was answered has been paid for.
            await asyncio.shield(asyncio.ensure_future(self._close()))

    def stop(self, why: str) -> None:
        """Take no further article; what is in flight is finished."""
        self.stopped = self.stopped or why
        self._changed.set()

    def position(self, name: str) -> Position | None:
        """How far a source was read, for the thread that reads; in the ledger's thread, as all that it does."""
        return self._thread.submit(self._ledger.position, name).result()

    # ── the workers

    async def _work(self) -> None:
        while task := await self._next():
            self.in_flight += 1
            try:
                outcome = await self._ask(task)
            finally:
                self.in_flight -= 1
            self._finished.append(outcome)  # looked up after the wait: each commit begins a new list

    async def _next(self) -> Task | None:
        """The next article there is money for; None when there will be none."""
        async with self._taking:
            while not self.stopped:
                # Asked before the ledger is: what is added or given back while it looks must not be missed.
                over = self._all_read and not self._asking
                if not self._claimed:
                    await self._claim()
                if self.stopped:
                    break
                if self._claimed:
                    if self._affordable(self._claimed[0].article):
                        return self._take(self._claimed.popleft())
                    if not self._asking:
                        self.stop(f"the next article may take the cost above {self._max_cost:g} USD")
                elif over:
                    break
                await self._change()
            return None

    async def _claim(self) -> None:
        """More than there is room for, so that nobody has to wait for the ledger's thread with the next."""
        self._claimed.extend(await self._in_ledger(self._ledger.claim, 2 * self._in_flight))

    def _take(self, task: Task) -> Task:
        self._asking[task.id] = self._most(task.article)
        return task

    def _most(self, article: Article) -> float:
        return self._price.cost(self._estimate.at_most(article)) if self._price else 0.0

    def _affordable(self, article: Article) -> bool:
        if self._max_cost is None:
            return True
        spent = (self.totals.cost or 0.0) + sum(self._asking.values())
        return spent + self._most(article) <= self._max_cost

    async def _ask(self, task: Task) -> Done | Failed | Sent:
        begun = time.perf_counter()
        desk = _Desk(task.id, self._answers, self._keep_part)
        try:
            summary = await self._summariser.asummarise(task.article, at_once=self._at_once, kept=desk)
        except Pending as pending:
            return Sent(task.id, pending.requests)
        except SummariserError as error:
            if error.ends_run:
                raise
            self._note(error)
            return self._failed(task, error, time.perf_counter() - begun)
        used = summary.provenance.usage
        usage = Usage(used.prompt_tokens, used.cached_tokens, used.completion_tokens, used.tries)
        self._row.clear()
        self._estimate.learn(task.article, usage)
        unpaid = Usage() if desk.used else usage
        return Done(
            task.id,
            summary.model_dump_json(),
            summary.provenance.requests,
            summary.provenance.model,
            unpaid,
            self._cost(unpaid),
            time.perf_counter() - begun,
            len(summary.events),
            len(summary.rejected),
        )

    def _failed(self, task: Task, error: SummariserError, seconds: float) -> Failed:
        usage = error.usage or Usage()
        return Failed(
            task.id,
            type(error).__name__,
            str(error),
            error.hint,
            usage,
            self._cost(usage),
            seconds,
            again=error.retryable and task.attempts + 1 < ATTEMPTS,
        )

    def _keep_part(self, task: int, answers: tuple[Answer, ...], spent: Usage) -> None:
        self._finished.append(Part(task, answers, spent, self._cost(spent)))

    def _cost(self, usage: Usage) -> float | None:
        return self._price.cost(usage) if self._price else None

    def _note(self, error: SummariserError) -> None:
        self._row.append(type(error).__name__)
        if len(self._row) == IN_A_ROW and len(set(self._row)) == 1:
            self.stop(f"{IN_A_ROW} articles in a row failed alike, the last with: {error}")

    # ── meeting the ledger

    async def _keep(self) -> None:
        lived = counted = time.monotonic()
        counting = 0.0
        while True:
            await asyncio.sleep(GROUP)
            # A commit that has begun is finished also when the run ends meanwhile: it may still wait for its thread.
            await asyncio.shield(self._commit())
            now = time.monotonic()
            if now - lived > LEASE / 6:
                await self._in_ledger(self._ledger.live)
                lived = now
            # Counting a large ledger takes time: never more than a twentieth of it.
            if now - counted > max(1.0, 20 * counting):
                counting = await self._refresh()
                counted = time.monotonic()

    async def _commit(self) -> None:
        """Everything that has come in since the last time, as one group."""
        async with self._committing:
            await self._commit_group()

    async def _commit_group(self) -> None:
        group, self._finished = self._finished, []
        if group:
            await self._in_ledger(self._settle, group)
            over = [each.task for each in group if not isinstance(each, Part)]
            for task in over:
                self._asking.pop(task, None)
            self.finished += len(over)
            self._spend(group)
            self._count(group)
            self._changed.set()
            if len(self._claimed) < self._in_flight and not self.stopped:
                await self._claim()
        if self._intake and not self.stopped and not self._all_read:
            ended = self._intake.ended
            read, positions = self._intake.take()
            if read or positions:
                self.unread += await self._in_ledger(self._ledger.add, read, positions)
                self._changed.set()
            elif ended:
                self._all_read = True
                self._changed.set()

    def _settle(self, group: list[Outcome]) -> None:
        if self._outbox:  # in its file first: a request that is in none must not be called sent
            sent = (each for each in group if isinstance(each, Sent))
            self._outbox.add(request for each in sent for request in each.requests)
        self._ledger.settle(group)

    def _spend(self, settled: list[Outcome]) -> None:
        group = [each for each in settled if not isinstance(each, Sent)]
        used = sum((each.usage for each in group), Usage())
        costs = [each.cost for each in group]
        known = (
            None if None in costs or self.totals.cost is None else self.totals.cost + sum(filter(None, costs))
        )
        self.totals = replace(
            self.totals,
            prompt_tokens=self.totals.prompt_tokens + used.prompt_tokens,
            cached_tokens=self.totals.cached_tokens + used.cached_tokens,
            completion_tokens=self.totals.completion_tokens + used.completion_tokens,
            cost=known,
            events=self.totals.events + sum(each.events for each in group if isinstance(each, Done)),
            rejected=self.totals.rejected + sum(each.rejected for each in group if isinstance(each, Done)),
        )

    async def _refresh(self) -> float:
        """The counts as they are in the ledger, other processes included. Seconds that it took."""

        def counted() -> tuple[Counts, float]:
            begun = time.perf_counter()
            return self._ledger.counts(), time.perf_counter() - begun

        self.counts, seconds = await self._in_ledger(counted)
        return seconds

    def _count(self, ended: list[Outcome]) -> None:
        """What this run has finished since the ledger was counted."""
        done = sum(isinstance(each, Done) for each in ended)
        failed = sum(isinstance(each, Failed) and not each.again for each in ended)
        sent = sum(isinstance(each, Sent) for each in ended)
        asking = max(0, self.counts.asking - done - failed - sent)
        self.counts = Counts(
            waiting=max(0, self.counts.waiting + self.counts.asking - asking - done - failed - sent),
            asking=asking,
            sent=self.counts.sent + sent,
            done=self.counts.done + done,
            failed=self.counts.failed + failed,
        )

    async def _close(self) -> None:
        await self._commit()
        begun = [*self._asking, *(task.id for task in self._claimed)]
        await self._in_ledger(self._ledger.release, begun)
        self._asking.clear()
        await self._refresh()
        self.totals = await self._in_ledger(self._ledger.totals)
        self._thread.shutdown()

    async def _change(self) -> None:
        """Something was finished or read; or, since another process may have given something back, a moment."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(4 * GROUP):
                await self._changed.wait()

    async def _in_ledger(self, do: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do, *given)


class _Desk:
    """Where the answers about one article lie while it takes several of them: in the ledger, so that neither a kill
    nor a failure of the last has the others asked again."""

    def __init__(
        self, task: int, answers: Answers, keep: Callable[[int, tuple[Answer, ...], Usage], None]
    ) -> None:
        self._task = task
        self._answers = answers
        self._keep = keep
        self.used = False
        """What was spent has been told with each answer."""

    def find(self, article_id: str, key: str) -> Recording | None:
        return self._answers.held(article_id, key)

    def keep(self, article_id: str, answers: Mapping[str, Recording], spent: Usage) -> None:
        self.used = True
        if answers:
            given = (Answer.of(article_id, key, each) for key, each in answers.items())
            self._keep(self._task, tuple(given), spent)
