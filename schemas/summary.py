"""What one article gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal

from pydantic import Field, SerializeAsAny
from typing_extensions import TypeVar

from .conflict import AnyEvent
from .event import Event
from .parts import Part

E = TypeVar("E", bound=Event, default=AnyEvent)


class Sentence(Part):
    """The synopsis: 1 to 4 sentences, each citing the records it rests on and saying nothing that they do not
    say. Where there is no event: one sentence on what the article is, citing nothing."""

    text: str = Field(min_length=1)
    events: tuple[Annotated[int, Field(strict=True)], ...] = ()
    """Numbers of records, counted from 1 in the order of `events`."""


class Rejected(Part):
    """What the model answered and this package does not vouch for: kept as it came, with the reasons."""

    what: Literal["record", "sentence", "answer"]
    number: int
    """Its place in the model's answer, from 1."""
    reasons: tuple[str, ...]
    content: Any
    request: str
    """Fingerprint of the request whose answer held it."""


class ArticleReference(Part):
    """Which article the records were made from; `id` is the hash of its text."""

    id: str
    title: str
    published: date | None
    outlet: str | None
    url: str | None
    language: str | None


class TokenUsage(Part):
    """Tokens as the endpoint counted them, summed over re-asks; `tries` counts the answers."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    tries: int


class Provenance(Part):
    """How the records came about, so that two runs can be told apart."""

    model: str
    """Who answered, as the endpoint gave it; `offline` for an answer made away from any endpoint."""
    requested_model: str
    made: Literal["api", "offline"]
    replayed: bool
    answered_at: datetime
    requests: tuple[str, ...]
    """Fingerprints of the requests whose answers were taken, which name the recordings: one, or one for each chunk
    of the article and each pass over it."""
    prompt: str
    """Fingerprint of the templates and the guideline."""
    wire_schema: str
    """Fingerprint of the wire schema."""
    version: str
    usage: TokenUsage
    repeated: int
    """Records that a chunk gave again from the overlap with another; the fuller of each two stands."""


class Summary(Part, Generic[E]):
    """Typed, grounded records and a synopsis that cites them by number, counted from 1."""

    synopsis: tuple[Sentence, ...]
    events: tuple[SerializeAsAny[E], ...]
    rejected: tuple[Rejected, ...]
    article: ArticleReference
    provenance: Provenance
