"""tenacity owns the transport: what is tried again, how often, and how long after."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import openai
import tenacity

from summariser.settings import Settings

# Sends the body of a request.
Send = Callable[[bytes], Awaitable[Any]]

# Grows from about 1 s and is drawn at random, so that clients which failed together do not return together.
_backoff = tenacity.wait_random_exponential(multiplier=1, max=60)
_jitter = tenacity.wait_random(0, 0.5)


def retrying(send: Send, settings: Settings, reached: Callable[[], bool]) -> Send:
    """`send`, tried again after what may pass: never after a 400 or a 401, nor after a connection that was
    refused before the endpoint was ever reached.

    tenacity is entered with the first failure in hand: most calls succeed, and what it builds for each call
    costs as much as checking the answer.
    """

    @tenacity.retry(
        retry=tenacity.retry_if_exception(
            lambda error: may_pass(error) and (reached() or not no_connection(error))
        ),
        wait=_wait,
        stop=tenacity.stop_after_attempt(settings.max_tries) | tenacity.stop_before_delay(settings.max_wait),
        reraise=True,
    )
    async def again(failures: list[Exception], content: bytes) -> Any:
        if failures:
            raise failures.pop()
        return await send(content)

    async def tried(content: bytes) -> Any:
        try:
            return await send(content)
        except openai.OpenAIError as error:
            failure = error
        return await again([failure], content)

    return tried


def no_connection(error: BaseException) -> bool:
    """Nobody listens there, or there is no such place; told by the first cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError)


def may_pass(error: BaseException) -> bool:
    if isinstance(error, openai.APIStatusError):
        if error.code == "insufficient_quota":  # comes as a 429, and no waiting helps
            return False
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = retry_after(error.response.headers) if isinstance(error, openai.APIStatusError) else None
    return _backoff(state) if asked is None else asked + _jitter(state)


def retry_after(headers: Any) -> float | None:
    """Seconds that the server asks to wait, from either header and either form; None if it asks for none."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            return max(0.0, float(value) * unit)
        except ValueError:
            pass
        try:
            return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
        except (ValueError, TypeError):
            continue
    return None
