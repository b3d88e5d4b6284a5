"""A folder of recordings: one readable JSON file per article, and what all of them share stored once.

A recording is keyed by the fingerprint of the canonical request. It holds the request and the answer as they
were, and says how it was made: `api`, or `offline` where the request was answered away from any endpoint. No
header and no key is ever stored.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from summariser.errors import RecordingBroken, RecordingMissing, RecordingStale
from summariser.values import digest

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """One request and its answer. `status` is that of HTTP; None where no answer was ever given."""

    request: Body
    status: int | None
    response: Body
    made: Literal["api", "offline"]
    answered_at: datetime

    @property
    def key(self) -> str:
        return request_key(self.request)

    @property
    def final(self) -> bool:
        """False where the same request may yet be answered: it expired, or the server was at fault."""
        return self.status is not None and self.status not in (408, 409, 429) and self.status < 500


def request_key(body: Mapping[str, Any]) -> str:
    """The fingerprint of a request's body, in which each text stands for itself by its hash: the system message
    is the same in every request, and is hashed once."""
    return digest("request", {**body, "messages": hashed(body["messages"])})


def hashed(messages: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """With the hash of each text in its place."""
    return [{**message, "content": _text_hash(message["content"])} for message in messages]


@lru_cache(maxsize=64)
def _text_hash(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


class Cassette:
    """The folder; an article's file is read when it is first asked for, and written as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, dict[str, Recording]] = {}

    def find(self, article_id: str, key: str) -> Recording:
        """Raises `RecordingMissing` where the article has no recording at all, `RecordingStale` where it has
        one for other requests only."""
        recordings = self.recordings(article_id)
        if not recordings:
            raise RecordingMissing(f"no recording of article {article_id} in {self.folder}")
        if key not in recordings:
            raise RecordingStale(
                f"the recording of article {article_id} in {self.folder} is for another request"
            )
        return recordings[key]

    def recordings(self, article_id: str) -> dict[str, Recording]:
        if article_id not in self._known:
            path = self._path(article_id)
            self._known[article_id] = dict(self._read(path)) if path.exists() else {}
        return self._known[article_id]

    def add(self, article_id: str, recording: Recording) -> None:
        recordings = {**self.recordings(article_id), recording.key: recording}
        exchanges = [self._packed(each) for each in recordings.values()]
        _write(self._path(article_id), {"article": article_id, "exchanges": exchanges})
        self._known[article_id] = recordings

    def _path(self, article_id: str) -> Path:
        return self.folder / f"{article_id}.json"

    def _read(self, path: Path) -> Iterator[tuple[str, Recording]]:
        try:
            for each in json.loads(path.read_text("utf-8"))["exchanges"]:
                recording = Recording(
                    self._unpacked(each["request"]),
                    each["status"],
                    _joined(each["response"]),
                    each["made"],
                    datetime.fromisoformat(each["answered_at"]),
                )
                if recording.key != each["key"]:
                    raise ValueError("the request does not have the key it is kept under")
                yield recording.key, recording
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordingBroken(f"{path}: not a file of recordings ({error!r})") from None

    def _packed(self, recording: Recording) -> Body:
        """What every article's request repeats, the system message and the schema, goes beside it."""
        request: Body = {
            name: self._share(value) if name in ("response_format", "tools") else value
            for name, value in recording.request.items()
        }
        request["messages"] = [
            {**message, "content": self._share(message["content"])}
            if message["role"] == "system"
            else message
            for message in request["messages"]
        ]
        return {
            "key": recording.key,
            "made": recording.made,
            "answered_at": recording.answered_at.isoformat(),
            "request": _split(request),
            "status": recording.status,
            "response": _split(recording.response),
        }

    def _unpacked(self, packed: Body) -> Body:
        request: Body = {name: self._shared(value) for name, value in _joined(packed).items()}
        request["messages"] = [
            {name: self._shared(value) for name, value in message.items()} for message in request["messages"]
        ]
        return request

    def _share(self, value: Any) -> Body:
        name = digest("shared", value)[:12]
        path = self.folder / "shared" / f"{name}.json"
        if not path.exists():
            _write(path, _split({"value": value}))
        return {"shared": name}

    def _shared(self, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == ["shared"]:
            path = self.folder / "shared" / f"{Path(value['shared']).name}.json"
            return _joined(json.loads(path.read_text("utf-8")))["value"]
        return value


def _split(value: Any) -> Any:
    """Texts of several lines as lists of lines, so that people can read and compare them."""
    if isinstance(value, dict):
        return {key: _split(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_split(each) for each in value]
    return {"lines": value.split("\n")} if isinstance(value, str) and "\n" in value else value


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        if list(value) == ["lines"] and isinstance(value["lines"], list):
            return "\n".join(value["lines"])
        return {key: _joined(each) for key, each in value.items()}
    return [_joined(each) for each in value] if isinstance(value, list) else value


def _write(path: Path, value: Any) -> None:
    """All or nothing: a run that is killed leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unfinished.replace(path)
