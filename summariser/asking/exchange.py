"""One article's conversation with the model, while it goes on.

instructor calls the wire model and the SDK calls the transport, and neither can be handed more than it knows
of. Both find the conversation they belong to here, each task its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from summariser.asking.cassette import Recording
from summariser.errors import NotJSON, WrongShape
from summariser.values import Fault, Usage


class Judged(Protocol):
    """What a judge makes of an answer: something to return, and what is wrong with it."""

    @property
    def faults(self) -> tuple[Fault, ...]: ...


Judge = Callable[[str], Judged]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer came from."""

    made: Literal["api", "offline"]
    answered_at: datetime
    replayed: bool


class Kept(Protocol):
    """Answers about articles that take several requests, so that none is asked twice when a run dies between them."""

    def find(self, article_id: str, key: str) -> Recording | None: ...

    def keep(self, article_id: str, answers: Mapping[str, Recording], spent: Usage) -> None:
        """The answers to one request and its re-asks, by their fingerprints, and what the new ones of them cost."""


@dataclass(slots=True)
class Exchange:
    article_id: str
    judge: Judge
    kept: Kept | None = None
    key: str = ""
    """Fingerprint of the request that is under way or was last answered."""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    spent: Usage = field(default_factory=Usage)
    """Without the answers that had been kept."""
    held: bool = False
    """Whether the answer to the request under way had been kept."""
    answers: dict[str, Recording] = field(default_factory=dict)
    """What the endpoint answered, where it is to be kept."""
    origin: Origin | None = None
    faults: tuple[Fault, ...] = ()
    """Of the last answer; the next request is a re-ask that names them."""
    judged: Judged | None = None
    unusable: NotJSON | WrongShape | None = None
    """The last answer, if nothing in it could be judged."""


CURRENT: ContextVar[Exchange] = ContextVar("exchange")
