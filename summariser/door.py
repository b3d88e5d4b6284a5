"""The one synchronous door: coroutines of this package, run on an event loop in a thread of its own.

One loop for the process, whatever thread calls: connections are shared, and it works where a loop is running
already, as in a notebook.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Door:
    def __init__(self) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="summariser", daemon=True)
        self._thread.start()
        atexit.register(self._shut)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _shut(self) -> None:
        if self.pid != os.getpid():
            return
        closing = asyncio.run_coroutine_threadsafe(_settled(), self._loop)
        closing.result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()


async def _settled() -> None:
    """Everything closed: first what is being closed already, since no generator can be closed twice at once."""
    loop = asyncio.get_running_loop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=4)
    await loop.shutdown_asyncgens()


_lock = threading.Lock()
_door: _Door | None = None


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; an interrupt cancels it."""
    global _door
    with _lock:
        # Threads do not survive a fork.
        if _door is None or _door.pid != os.getpid():
            _door = _Door()
    return _door.run(coroutine)
