"""Recording and replaying under the SDK's HTTP client, so that a replay is parsed and judged as a live call is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx2
import openai

from summariser.asking.cassette import Cassette, Recording
from summariser.asking.exchange import CURRENT, Exchange, Origin
from summariser.errors import Pending, RecordingError, RecordingMissing, RecordingStale, SummariserError
from summariser.values import PendingRequest

# Errors that the same request will meet every time. Others are the weather of the day and are not recorded.
_LASTING = {400, 413, 422}


class Interrupted(openai.OpenAIError):
    """Carries one of our errors through the SDK, which passes its own kind on and wraps all others."""

    def __init__(self, reason: SummariserError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Recordings(Protocol):
    def find(self, article_id: str, key: str) -> Recording:
        """Raises a `RecordingError`."""
        ...


class Replay(httpx2.AsyncBaseTransport):
    """Answers from recordings and never opens a connection.

    Where there is no answer it raises; with `pending` the error is `Pending` and carries the request.
    """

    def __init__(self, cassette: Recordings | None, *, pending: bool) -> None:
        self._cassette = cassette
        self._pending = pending

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        exchange = CURRENT.get()
        recording = self._find(exchange, request)
        exchange.origin = Origin(recording.made, recording.answered_at, replayed=True)
        return httpx2.Response(recording.status or 504, json=recording.response, request=request)

    def _find(self, exchange: Exchange, request: httpx2.Request) -> Recording:
        try:
            recording = self._cassette.find(exchange.article_id, exchange.key) if self._cassette else None
        except (RecordingMissing, RecordingStale) as error:
            if not self._pending:
                raise Interrupted(error) from None
            recording = None
        except RecordingError as error:
            raise Interrupted(error) from None
        if recording is None or (self._pending and not recording.final):
            body = json.loads(request.content)
            waiting = PendingRequest(exchange.article_id, exchange.key, body, failed=recording is not None)
            raise Interrupted(Pending(waiting))
        return recording


class KeptAnswers:
    """What was kept of the exchange under way, as recordings to replay."""

    def find(self, article_id: str, key: str) -> Recording:
        exchange = CURRENT.get()
        if exchange.kept and (recording := exchange.kept.find(article_id, key)):
            return recording
        raise RecordingMissing(f"no answer about article {article_id} was kept for this request")


class Recorder:
    """Takes down what a live endpoint answered; its method is a response hook of the HTTP client."""

    def __init__(self, cassette: Cassette | None) -> None:
        self._cassette = cassette

    async def keep(self, response: httpx2.Response) -> None:
        exchange = CURRENT.get()
        if not (self._cassette or exchange.kept):
            return
        if not (response.is_success or response.status_code in _LASTING):
            return
        request: dict[str, Any] = json.loads(response.request.content)
        try:
            body = json.loads(await response.aread())
        except ValueError:
            return  # no answer of a model; the SDK raises its own error for it
        recording = Recording(request, response.status_code, body, "api", datetime.now(UTC))
        if exchange.kept:
            exchange.answers[exchange.key] = recording
        if self._cassette:
            self._cassette.add(exchange.article_id, recording)
