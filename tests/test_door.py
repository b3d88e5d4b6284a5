from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from summariser.door import _settled


def test_what_is_being_closed_is_waited_for_and_not_closed_twice() -> None:
    """A summariser that is dropped closes its connections just when the process ends and closes all that is open."""
    closed = 0
    problems: list[dict[str, Any]] = []

    async def held() -> AsyncGenerator[None, None]:
        nonlocal closed
        try:
            yield
        finally:
            await asyncio.sleep(0.05)
            closed += 1

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: problems.append(context))
        closing, left_open = held(), held()
        await anext(closing)
        await anext(left_open)
        task = asyncio.create_task(closing.aclose())
        await asyncio.sleep(0)
        await _settled()
        assert task.done()

    asyncio.run(run())
    assert closed == 2
    assert problems == []
