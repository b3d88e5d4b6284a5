"""One article's conversation with the model, while it goes on.

instructor calls the wire model and the SDK calls the transport, and neither can be handed more than it knows
of. Both find the conversation they belong to here, each task its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

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


@dataclass(slots=True)
class Exchange:
    article_id: str
    judge: Judge
    key: str = ""
    """Fingerprint of the request that is under way or was last answered."""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    origin: Origin | None = None
    faults: tuple[Fault, ...] = ()
    """Of the last answer; the next request is a re-ask that names them."""
    judged: Judged | None = None
    unusable: NotJSON | WrongShape | None = None
    """The last answer, if nothing in it could be judged."""


CURRENT: ContextVar[Exchange] = ContextVar("exchange")
