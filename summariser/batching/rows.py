"""What goes into a ledger and comes out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Self

from summariser.asking.cassette import Recording
from summariser.values import Article, PendingRequest, Usage


class Task(NamedTuple):
    id: int
    article: Article
    attempts: int


@dataclass(frozen=True, slots=True)
class Done:
    task: int
    summary: str
    requests: tuple[str, ...]
    """Fingerprints of those whose answers were taken."""
    model: str
    usage: Usage
    cost: float | None
    seconds: float
    events: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Failed:
    task: int
    error: str
    message: str
    hint: str
    usage: Usage
    """Of answers that could not be used."""
    cost: float | None
    seconds: float
    again: bool = False
    """It may be asked again in this run."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Its requests were written out and wait for answers from elsewhere."""

    task: int
    requests: tuple[PendingRequest, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Answers to one of the several requests that an article takes, so that none is asked again."""

    task: int
    answers: tuple[Answer, ...]
    usage: Usage
    cost: float | None


class Answer(NamedTuple):
    article: str
    request: str
    status: int | None
    body: str
    made: Literal["api", "offline"]
    answered_at: datetime
    final: bool

    @classmethod
    def of(cls, article_id: str, key: str, recording: Recording) -> Self:
        body = json.dumps(recording.response, ensure_ascii=False)
        return cls(
            article_id, key, recording.status, body, recording.made, recording.answered_at, recording.final
        )


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int = 0
    asking: int = 0
    sent: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.asking + self.sent + self.done + self.failed


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all answers, also those that could not be used."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    """USD; None where a price is not known."""
    events: int = 0
    rejected: int = 0


class Failures(NamedTuple):
    error: str
    articles: int
    source: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Configuration:
    fingerprint: str
    provider: str
    model: str
    settings: dict[str, Any]
    summary_schema: dict[str, Any]
