"""Answers from elsewhere: Batch output lines become recordings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from summariser.asking.cassette import Body, Cassette, Recording, request_key
from summariser.errors import InputError


class Ingested(NamedTuple):
    """What became of one line."""

    line: int
    custom_id: str
    outcome: Literal["recorded", "failed", "kept", "skipped"]
    """`failed`: recorded as an error that asking again may mend. `kept`: an answer was there and stays."""
    reason: str = ""


def read_requests(lines: Iterable[str]) -> dict[str, Body]:
    """The bodies by custom_id. Raises `InputError` for a line that is no request, or was changed."""
    requests = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            custom_id, body = request["custom_id"], request["body"]
            key = custom_id.partition("-")[2]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(f"line {number} of the requests is no line that --pending wrote") from None
        if request_key(body) != key:
            raise InputError(
                f"line {number} of the requests was changed: its body does not have the key in its custom_id",
                hint="Answer the requests as they were written; write them anew with --pending.",
            )
        requests[custom_id] = body
    return requests


def ingest(lines: Iterable[str], requests: dict[str, Body], cassette: Cassette) -> Iterator[Ingested]:
    """Record each answer under its request. A line that fits none is skipped with its reason."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _ingest_line(number, line, requests, cassette)


def _ingest_line(number: int, line: str, requests: dict[str, Body], cassette: Cassette) -> Ingested:
    try:
        answer = json.loads(line)
        custom_id = str(answer["custom_id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Ingested(number, "", "skipped", "not a JSON object with a custom_id")
    if custom_id not in requests:
        return Ingested(number, custom_id, "skipped", "no request has this custom_id")
    request = requests[custom_id]
    try:
        recording = recording_of(request, answer)
    except (KeyError, TypeError, ValueError) as error:
        return Ingested(number, custom_id, "skipped", f"not a line of Batch output ({error!r})")
    article_id, _, key = custom_id.partition("-")
    known = cassette.recordings(article_id).get(key)
    if known and known.final:
        same = known.response == recording.response
        return Ingested(number, custom_id, "kept", "" if same else "another answer is recorded and stays")
    cassette.add(article_id, recording)
    if recording.final:
        return Ingested(number, custom_id, "recorded")
    return Ingested(number, custom_id, "failed", _message(recording))


def recording_of(request: Body, answer: dict[str, Any]) -> Recording:
    """Of a line of Batch output, or of a bare answer. Raises KeyError, TypeError or ValueError for anything else."""
    if isinstance(answer.get("content"), str):
        return _answered(request, 200, _completion(request, answer["content"]))
    if answer.get("response") is None:
        error = answer["error"]
        if not isinstance(error, dict):
            raise TypeError("neither response nor error")
        return Recording(request, None, {"error": error}, "offline", datetime.now(UTC))
    return _answered(request, int(answer["response"]["status_code"]), dict(answer["response"]["body"]))


def _answered(request: Body, status: int, body: Body) -> Recording:
    """`api` only where the answer names the model that gave it."""
    model = body.get("model")
    created = body.get("created")
    answered_at = datetime.fromtimestamp(created, UTC) if isinstance(created, int) else datetime.now(UTC)
    if model and model != "offline":
        return Recording(request, status, body, "api", answered_at)
    return Recording(request, status, {**body, "model": "offline"}, "offline", answered_at)


def _completion(request: Body, content: str) -> Body:
    """The envelope for an answer that came as bare text, as from a chat window."""
    message: Body = {"role": "assistant", "content": content}
    if request.get("tools"):
        function = {"name": request["tools"][0]["function"]["name"], "arguments": content}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "offline", "type": "function", "function": function}],
        }
    return {
        "object": "chat.completion",
        "model": "offline",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }


def _message(recording: Recording) -> str:
    error = recording.response.get("error")
    detail = error.get("message") or error.get("code") if isinstance(error, dict) else None
    return str(detail or f"status {recording.status}")[:200]
