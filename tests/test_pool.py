from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from summariser.pool import as_completed


def test_results_come_as_they_are_done() -> None:
    async def nap(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def run() -> list[float]:
        return [item async for item, _ in as_completed(nap, [0.06, 0.03, 0.0], 3)]

    assert asyncio.run(run()) == [0.0, 0.03, 0.06]


def test_no_more_is_taken_than_there_is_room_for() -> None:
    taken = 0
    most = 0

    def source() -> Iterator[int]:
        nonlocal taken
        for n in range(1000):
            taken += 1
            yield n

    async def do(item: int) -> int:
        await asyncio.sleep(0)
        return item

    async def run() -> int:
        nonlocal most
        seen = 0
        async for item, result in as_completed(do, source(), 4):
            assert item == result
            seen += 1
            await asyncio.sleep(0)
            most = max(most, taken - seen)
        return seen

    assert asyncio.run(run()) == 1000
    assert most <= 2 * 4 + 1  # in flight, and done but not yet fetched


def test_an_asynchronous_source() -> None:
    async def source() -> AsyncIterator[int]:
        for n in range(5):
            await asyncio.sleep(0)
            yield n

    async def double(item: int) -> int:
        return 2 * item

    async def run() -> dict[int, int]:
        return {item: result async for item, result in as_completed(double, source(), 2)}

    assert asyncio.run(run()) == {n: 2 * n for n in range(5)}


@pytest.mark.parametrize("broken", ["source", "work"])
def test_what_breaks_ends_the_whole_and_cancels_what_is_in_flight(broken: str) -> None:
    cancelled = 0

    def source() -> Iterator[int]:
        yield from range(3)
        if broken == "source":
            raise ValueError("broken")
        yield 3

    async def do(item: int) -> int:
        nonlocal cancelled
        if item == 3:
            raise ValueError("broken")
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            cancelled += 1
            raise
        return item

    async def run() -> None:
        async for _ in as_completed(do, source(), 4):
            pass

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(run())
    assert cancelled == 3


def test_a_consumer_that_leaves_cancels_what_is_in_flight() -> None:
    cancelled = 0

    async def do(item: int) -> int:
        nonlocal cancelled
        try:
            await asyncio.sleep(item)
        except asyncio.CancelledError:
            cancelled += 1
            raise
        return item

    async def run() -> None:
        results = as_completed(do, [0, 10, 10], 3)
        assert await anext(results) == (0, 0)
        await results.aclose()

    asyncio.run(run())
    assert cancelled == 2


def test_an_empty_source() -> None:
    async def do(item: int) -> int:
        return item

    async def run() -> list[tuple[int, int]]:
        none: list[int] = []
        return [each async for each in as_completed(do, none, 8)]

    assert asyncio.run(run()) == []
