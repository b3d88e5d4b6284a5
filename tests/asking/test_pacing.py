from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import pytest

from summariser.asking.pacing import Pace, Turn, duration


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 20))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("12ms", 0.012),
        ("1m2.5s", 62.5),
        ("1h2m", 3720),
        ("1.5", 1.5),
        ("", None),
        ("soon", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert duration(text) == seconds


async def taken(pace: Pace, count: int, size: int = 0) -> list[float]:
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one() -> float:
        turn = await pace.turn(size)
        await asyncio.sleep(0.01)
        pace.done()
        return turn.taken_at - start

    return sorted(await asyncio.gather(*(one() for _ in range(count))))


def test_without_limits_nobody_waits() -> None:
    assert run(taken(Pace(), 500))[-1] < 2


@pytest.mark.parametrize(("pace", "size", "gap"), [(Pace(rpm=1200), 0, 0.05), (Pace(tpm=60_000), 50, 0.05)])
def test_limits_space_turns_evenly(pace: Pace, size: int, gap: float) -> None:
    times = run(taken(pace, 9, size))
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert all(each >= gap - 0.005 for each in gaps)
    assert times[-1] >= 8 * gap - 0.01


def test_scarce_room_is_spread_over_the_time_in_which_the_server_refills_it() -> None:
    async def times() -> list[float]:
        pace = Pace()
        pace.heed(
            {
                "x-ratelimit-limit-requests": "100",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "5s",
            }
        )
        return await taken(pace, 5)

    found = run(times())
    assert found[-1] >= 4 * 0.05 - 0.01


def test_after_a_429_all_wait_half_go_on_and_the_room_grows_again() -> None:
    async def course() -> tuple[float, int, int]:
        pace = Pace()
        loop = asyncio.get_running_loop()
        turns = [await pace.turn(0) for _ in range(16)]
        struck = loop.time()
        for turn in turns[:8]:  # sent before the first cut: one cut for all of them
            pace.struck(turn, 0.2)
        for _ in turns:
            pace.done()
        most = now = 0
        first = 0.0

        async def one() -> None:
            nonlocal most, now, first
            turn = await pace.turn(0)
            first = first or turn.taken_at - struck
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            pace.done()
            pace.answer(turn, 0)

        await asyncio.gather(*(one() for _ in range(100)))
        early = most
        for _ in range(200):
            pace.answer(Turn(0, loop.time()), 0)
        most = 0
        await asyncio.gather(*(one() for _ in range(100)))
        return first, early, most

    first, early, later = run(course())
    assert first >= 0.2
    assert 4 <= early <= 16
    assert later > early


def test_one_who_gives_up_waiting_takes_no_turn() -> None:
    async def course() -> None:
        pace = Pace(rpm=60)
        await pace.turn(0)
        waiting = asyncio.create_task(pace.turn(0))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        pace.done()
        assert pace._active == 0

    run(course())


def test_requests_that_were_on_their_way_together_cut_the_room_once() -> None:
    async def course() -> int:
        pace = Pace()
        for turn in [await pace.turn(0) for _ in range(16)]:
            pace.struck(turn, 0.05)
            pace.done()
        waiting = [asyncio.create_task(pace.turn(0)) for _ in range(20)]
        await asyncio.sleep(0.5)
        taken = sum(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        return taken

    assert run(course()) == 8
