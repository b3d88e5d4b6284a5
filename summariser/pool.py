"""Many at once: a fixed number in flight, results as they come, and memory that does not grow with the input."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from summariser.errors import Pending, SummariserError
from summariser.values import Usage

T = TypeVar("T")
R = TypeVar("R")


async def as_completed(
    do: Callable[[T], Awaitable[R]], items: Iterable[T] | AsyncIterable[T], in_flight: int
) -> AsyncGenerator[tuple[T, R], None]:
    """Each item with what `do` gave for it, in the order in which they are done.

    An item is taken from the source only when there is room for it, and a consumer that is slow makes the
    workers wait. What `do` or the source raises ends the whole; what is in flight then is cancelled.
    """
    source = _source(items)
    done: asyncio.Queue[tuple[T, R]] = asyncio.Queue(maxsize=in_flight)
    taking = asyncio.Lock()

    async def work() -> None:
        while True:
            async with taking:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    return
            await done.put((item, await do(item)))

    workers = {asyncio.create_task(work()) for _ in range(in_flight)}
    finished = asyncio.gather(*workers)
    try:
        while not (finished.done() and done.empty()):
            result = asyncio.ensure_future(done.get())
            both: set[asyncio.Future[Any]] = {result, finished}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if result.done():
                yield result.result()
            else:
                result.cancel()
                finished.result()
    finally:
        for worker in workers:
            worker.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await finished


async def all_of(doing: Iterable[Awaitable[R]]) -> list[R]:
    """The results in their order, once all are done. Raises the first error that is no `Pending`, else one `Pending`
    with all requests; its `usage` is that of all."""
    results = await asyncio.gather(*doing, return_exceptions=True)
    errors = [each for each in results if isinstance(each, BaseException)]
    if not errors:
        return [each for each in results if not isinstance(each, BaseException)]
    error = next((each for each in errors if not isinstance(each, Pending)), None)
    if error is None:
        raise Pending(*(request for each in errors if isinstance(each, Pending) for request in each.requests))
    if isinstance(error, SummariserError):
        used = [each.usage for each in errors if isinstance(each, SummariserError) and each.usage]
        error.usage = sum(used, Usage())
    raise error


async def _source(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
