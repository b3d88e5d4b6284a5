"""Requests as files for a batch service, and its output and error files back, by way of one folder.

A request is in a file before the ledger calls it sent. Whatever a kill leaves between the two is known by its
custom_id when the next run begins, and is not written a second time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from summariser.asking.cassette import Recording
from summariser.asking.ingesting import recording_of
from summariser.batching.ledger import Ledger
from summariser.batching.reader import Reader
from summariser.batching.rows import Answer
from summariser.errors import ConfigurationError, RecordingMissing
from summariser.values import PendingRequest

# OpenAI's limits for one input file.
MAX_LINES = 50_000
MAX_BYTES = 200_000_000
_NAME = "requests-{:04}.jsonl"
_AT_ONCE = 500


class Outbox:
    """Input files of a folder. Each run begins a new one: an earlier one may be uploaded already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"{folder}: cannot be made ({error.strerror})") from None
        self._known = {hash(each) for path in folder.glob("requests-*.jsonl") for each in _custom_ids(path)}
        # A file that was refused keeps its number: the ledger knows what became of it.
        numbers = [path.stem.rpartition("-")[2] for path in folder.glob("requests-*")]
        self._number = max((int(number) for number in numbers if number.isdecimal()), default=0)
        self._stream: BinaryIO | None = None
        self._lines = 0
        self.written = 0

    def add(self, requests: Iterable[PendingRequest]) -> None:
        """On the disk when it returns. What is in an earlier file is left out, unless it failed there."""
        for request in requests:
            if request.failed or hash(request.custom_id) not in self._known:
                self._write(json.dumps(request.batch_line(), ensure_ascii=False).encode() + b"\n")
                self._known.add(hash(request.custom_id))
        if self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None

    def _write(self, line: bytes) -> None:
        if self._stream and (self._lines == MAX_LINES or self._stream.tell() + len(line) > MAX_BYTES):
            self.close()
        if self._stream is None:
            self._number += 1
            self._lines = 0
            self._stream = (self.folder / _NAME.format(self._number)).open("xb")
        self._stream.write(line)
        self._lines += 1
        self.written += 1


class Taken(NamedTuple):
    answers: int
    skipped: list[str]


def take_back(folder: Path, ledger: Ledger) -> Taken:
    """Every answer in the folder's other files goes into the ledger, and its article waits to be read anew."""
    taken, skipped = 0, []
    group: list[Answer] = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.name.startswith("requests-"):
            continue
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                answer = _answer(line)
                if isinstance(answer, str):
                    skipped.append(f"{path}:{number}: {answer}")
                elif answer:
                    group.append(answer)
                if len(group) == _AT_ONCE:
                    taken += _keep(group, ledger, skipped)
                    group = []
    return Taken(taken + _keep(group, ledger, skipped), skipped)


def _keep(group: list[Answer], ledger: Ledger, skipped: list[str]) -> int:
    new, strange = ledger.take_back(group)
    skipped += [f"{each.article}-{each.request}: no article of this ledger" for each in strange]
    return new


class Answers:
    """The answers in a ledger, as recordings to replay, for the thread that asks first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ledger: Reader | None = None

    def find(self, article_id: str, key: str) -> Recording:
        if answer := self.held(article_id, key):
            return answer
        raise RecordingMissing(f"no answer to the request about article {article_id} yet")

    def held(self, article_id: str, key: str) -> Recording | None:
        if self._ledger is None:
            self._ledger = Reader.read(self._path)
        answer = self._ledger.answer(article_id, key)
        if answer is None:
            return None
        return Recording({}, answer.status, json.loads(answer.body), answer.made, answer.answered_at)


def article_ids(path: Path) -> Iterator[str]:
    """Of the requests in a file of an outbox."""
    for custom_id in _custom_ids(path):
        yield custom_id.partition("-")[0]


def _answer(line: bytes) -> Answer | str | None:
    if not line.strip():
        return None
    try:
        given = json.loads(line)
        article, dash, key = str(given["custom_id"]).partition("-")
        recording = recording_of({}, given)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return f"not a line of Batch output ({error!r})"
    if not (dash and key):
        return "its custom_id is not one of ours"
    return Answer.of(article, key, recording)


def _custom_ids(path: Path) -> Iterator[str]:
    """Of every whole line; what a kill left of a last one is cut off."""
    whole = 0
    with path.open("rb+") as stream:
        for line in stream:
            if not line.endswith(b"\n"):
                stream.truncate(whole)
                return
            whole += len(line)
            try:
                found: Any = json.loads(line)["custom_id"]
            except (ValueError, KeyError, TypeError):
                raise ConfigurationError(
                    f"{path}: holds a line that no run of batch has written", hint="Name another folder."
                ) from None
            yield str(found)
