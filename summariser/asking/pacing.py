"""When the next request may go out: the limits that were set, and those that the server tells.

Every try of every request of one event loop goes through one `Pace`. While nothing holds it, a turn costs next
to nothing. After a 429 all wait as long as the server asks, half as many go on at once as before, one after the
other and not as a herd, and each answer makes room for a little more, as TCP does after a lost packet.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import openai

from summariser.asking.retrying import Send, retry_after

# The first wait after a 429 that names none, in seconds; it doubles until something is answered.
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
# Of room that the server says is left: below so many turns of it, turns are taken as slowly as it is refilled.
_SCARCE = 2.0


class Turn(NamedTuple):
    tokens: int
    taken_at: float


class _Waiting(NamedTuple):
    size: int
    turn: asyncio.Future[Turn]


class Pace:
    """`rpm`, `tpm`: requests and tokens a minute, evenly spread; None for no limit of one's own."""

    def __init__(self, rpm: float | None = None, tpm: float | None = None) -> None:
        self._spacing = 60 / rpm if rpm else 0.0
        self._per_token = 60 / tpm if tpm else 0.0
        self._waiting: deque[_Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._active = 0
        self._window: float | None = None
        self._free_at = 0.0
        self._learned = 0.0
        self._cut_at = 0.0
        self._backoff = _FIRST_WAIT
        self._latency = 0.0
        self._answer_tokens = 0.0
        self._ramp = 0
        self.answered = False
        """Whether the endpoint has ever answered."""

    async def turn(self, size: int) -> Turn:
        """Wait for one's turn, and take it; `size` is that of the request in tokens."""
        if not self._waiting and self._room():
            return self._take(size)
        waiting = _Waiting(size, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wake()
        try:
            return await waiting.turn
        except asyncio.CancelledError:
            if waiting.turn.done() and not waiting.turn.cancelled():  # it was let go in this very moment
                self.done()
            raise

    def heed(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of an answer, by their lower-case names, how much the server has room for."""
        self._learned = max(
            _spacing(headers, "requests", 1, self._active),
            _spacing(headers, "tokens", self._turn_tokens(), self._active),
        )

    def answer(self, turn: Turn, tokens: int) -> None:
        """The turn brought an answer; `tokens` is what it cost, with the request's."""
        now = asyncio.get_running_loop().time()
        self.answered = True
        self._backoff = _FIRST_WAIT
        self._latency += (now - turn.taken_at - self._latency) * (0.1 if self._latency else 1)
        if tokens:
            written = max(0, tokens - (turn.tokens - round(self._answer_tokens)))
            self._answer_tokens += (written - self._answer_tokens) * (0.1 if self._answer_tokens else 1)
            self._free_at += (tokens - turn.tokens) * self._per_token
        if self._window is not None:
            self._window += 1 / self._window

    def struck(self, turn: Turn, wait: float | None) -> None:
        """The turn brought a 429 that asks to wait so many seconds."""
        now = asyncio.get_running_loop().time()
        self.answered = True
        if turn.taken_at >= self._cut_at:  # else it was on its way when the last one came
            self._window = max(
                1.0, (self._active if self._window is None else min(self._window, self._active)) / 2
            )
            self._cut_at = now
            if wait is None:
                wait, self._backoff = self._backoff, min(_LONGEST_WAIT, self._backoff * 2)
        if wait:
            self._ramp = max(1, round(self._window or 1))
            # Clients that were told the same must not come back in the same moment.
            self._free_at = max(self._free_at, now + wait + random.uniform(0, min(0.5, wait / 4)))  # noqa: S311

    def done(self) -> None:
        """The turn is over, however it ended."""
        self._active -= 1
        if self._waiting:
            self._wake()

    def _room(self) -> bool:
        if self._window is not None and self._active >= max(1, int(self._window)):
            return False
        return self._free_at <= asyncio.get_running_loop().time()

    def _take(self, size: int) -> Turn:
        now = asyncio.get_running_loop().time()
        tokens = size + round(self._answer_tokens)
        gap = max(self._spacing, tokens * self._per_token, self._learned)
        if self._ramp:
            self._ramp -= 1
            gap = max(gap, self._latency / (self._window or 1))
        if gap:
            self._free_at = max(self._free_at, now) + gap
        self._active += 1
        return Turn(tokens, now)

    def _wake(self) -> None:
        """Let those go who wait first, while there is room; come again when there may be more."""
        while self._waiting and (self._waiting[0].turn.done() or self._room()):
            first = self._waiting.popleft()
            if not first.turn.done():
                first.turn.set_result(self._take(first.size))
        loop = asyncio.get_running_loop()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._waiting and self._free_at > loop.time():
            self._timer = loop.call_at(self._free_at, self._wake)

    def _turn_tokens(self) -> float:
        return self._answer_tokens or 1.0


def _spacing(headers: Mapping[str, str], what: str, need: float, active: int) -> float:
    """Seconds between turns at which the server refills its room, if that is scarce; else 0."""
    limit, left = (
        _number(headers, f"x-ratelimit-limit-{what}"),
        _number(headers, f"x-ratelimit-remaining-{what}"),
    )
    reset = duration(headers.get(f"x-ratelimit-reset-{what}", ""))
    if limit is None or left is None or reset is None or left > _SCARCE * need * max(1, active):
        return 0.0
    return need * reset / max(1.0, limit - left)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers[name])
    except (KeyError, ValueError):
        return None


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|)", re.ASCII)


def duration(text: str) -> float | None:
    """Seconds of ``6m0s``, ``12ms``, ``1.5``; None where it is neither."""
    if not text or _DURATION.sub("", text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))


def paced(send: Send, pace: Pace) -> Send:
    """`send`, each time when its turn has come."""

    async def in_turn(content: bytes) -> Any:
        turn = await pace.turn(len(content) // 4)
        try:
            completion = await send(content)
        except openai.RateLimitError as error:
            pace.struck(turn, retry_after(error.response.headers))
            raise
        except openai.APIStatusError:
            pace.answered = True
            raise
        finally:
            pace.done()
        pace.answer(turn, getattr(getattr(completion, "usage", None), "total_tokens", None) or 0)
        return completion

    return in_turn
