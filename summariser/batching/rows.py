"""What goes into a ledger and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from summariser.values import Article, PendingRequest, Usage


class Task(NamedTuple):
    id: int
    article: Article
    attempts: int


@dataclass(frozen=True, slots=True)
class Done:
    task: int
    summary: str
    request: str
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
    """Its request was written out and waits for an answer from elsewhere."""

    task: int
    request: PendingRequest


class Answer(NamedTuple):
    article: str
    request: str
    status: int | None
    body: str
    made: Literal["api", "offline"]
    answered_at: datetime
    final: bool


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
