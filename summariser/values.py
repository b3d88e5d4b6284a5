"""What flows: Article → Request → Response. Frozen, and without I/O but for the doors that `Article` opens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeVar

from summariser.errors import InputError

A = TypeVar("A")

_AFTER_HEAD = "\n\n"


def digest(kind: str, value: object) -> str:
    """32 hex digits of the SHA-256 of canonical JSON under a tag, so that two kinds never share one."""
    return digest_of(kind, canonical(value))


def canonical(value: object) -> str:
    """JSON of which there is one only, whatever the order of keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(kind: str, text: str) -> str:
    """`digest` of what is canonical JSON already."""
    return hashlib.sha256(f"summariser:{kind}:{text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as it was kept after reading.

    `text` has the headline at its head and is what every offset of the package refers to, in Unicode code
    points, with line ends as ``\\n``. `id` is the first 16 hex digits of the SHA-256 of `text`.
    `language` is a code of ISO 639-1 and `published` the day of publication, where they are known.
    """

    text: str
    title: str = ""
    published: date | None = None
    outlet: str | None = None
    url: str | None = None
    language: str | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        try:
            encoded = self.text.encode()
        except UnicodeEncodeError:
            raise InputError("the text holds half a surrogate pair and cannot be sent") from None
        object.__setattr__(self, "id", hashlib.sha256(encoded).hexdigest()[:16])

    @classmethod
    def from_path(cls, path: str | Path, *, published: date | str | None = None) -> Article:
        """Read one text file or saved HTML page.

        Raises `InputError`, also for a feed, which holds several articles: use `read_articles`.
        """
        from summariser.reading import read_article

        return read_article(path, published=published)

    @classmethod
    def from_url(
        cls, url: str, *, published: date | str | None = None, allow_private: bool = False
    ) -> Article:
        """Fetch a page and keep its article. Raises `FetchError` and `InputError`."""
        from summariser.reading import fetch_article

        return fetch_article(url, published=published, allow_private=allow_private)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open offsets into `Article.text`, in code points."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a model reads of an article at once: all of it, or the `number`-th of `count` parts.

    `head` is the headline where it stands before a part that does not hold it.
    """

    article: Article
    body: Span
    head: Span | None = None
    number: int = 1
    count: int = 1

    @classmethod
    def whole(cls, article: Article) -> Self:
        return cls(article, Span(0, len(article.text)))

    @property
    def text(self) -> str:
        text = self.article.text
        body = text[self.body.start : self.body.end]
        return f"{text[self.head.start : self.head.end]}{_AFTER_HEAD}{body}" if self.head else body

    def origin(self, start: int, end: int) -> Span | None:
        """Where a passage of `text` stands in the article; None if it goes from the headline into the body."""
        begin = self.head.end - self.head.start + len(_AFTER_HEAD) if self.head else 0
        if start >= begin:
            return Span(self.body.start + start - begin, self.body.start + end - begin)
        if self.head and end <= begin - len(_AFTER_HEAD):
            return Span(self.head.start + start, self.head.start + end)
        return None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent for one article: the messages, and which article they are about."""

    article_id: str
    messages: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that is to be answered elsewhere; `key` is the fingerprint of `body`."""

    article_id: str
    key: str
    body: Mapping[str, Any]
    failed: bool = False
    """It was sent before, and met a fault of the server or expired."""

    @property
    def custom_id(self) -> str:
        return f"{self.article_id}-{self.key}"

    def batch_line(self) -> dict[str, Any]:
        """A line of OpenAI's Batch input format."""
        return {
            "custom_id": self.custom_id,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": self.body,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one place of a model's answer, in words for the model and for people."""

    where: str
    problem: str
    nearest: str | None = None
    """For a quote that is not in the article, the passage that it seems to mean."""

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them, summed over re-asks; `tries` counts the answers."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    tries: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.tries + other.tries,
        )


@dataclass(frozen=True, slots=True)
class Response(Generic[A]):
    """What the model answered, as it was judged, and where the answer came from."""

    answer: A
    model: str
    requested_model: str
    made: Literal["api", "offline"]
    replayed: bool
    answered_at: datetime
    key: str
    usage: Usage
