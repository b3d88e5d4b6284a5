"""The sources of a batch, read ahead in a thread of their own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from summariser.errors import InputError
from summariser.reading import Step
from summariser.reading.positions import Position
from summariser.values import Article

# So many articles wait for the ledger at most: a little more than it takes in between two groups.
_AHEAD = 500


class Intake:
    """`take` gives what was read since it was last called; a reader that is too far ahead waits."""

    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps
        self._read: queue.Queue[Step] = queue.Queue(_AHEAD)
        self._stop = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    @property
    def ended(self) -> bool:
        """Nothing more will be read; what was read may still wait to be taken."""
        return not self._thread.is_alive()

    def take(self) -> tuple[list[tuple[str, Article | InputError]], list[Position]]:
        """What was read, and how far each source of it has been read by then."""
        group: list[tuple[str, Article | InputError]] = []
        positions: dict[str, Position] = {}
        while len(group) < _AHEAD:
            try:
                where, outcome, position = self._read.get_nowait()
            except queue.Empty:
                break
            positions[position.name] = position
            if outcome is not None:
                group.append((where, outcome))
        if self._error and not group:
            raise self._error
        return group, [each.sealed() for each in positions.values()]

    def _run(self) -> None:
        try:
            for step in self._steps:
                while not self._stop.is_set():
                    try:
                        self._read.put(step, timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if self._stop.is_set():
                    return
        except Exception as error:  # noqa: BLE001  told to the run, which ends with it
            self._error = error
