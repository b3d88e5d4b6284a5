"""An article that is too long to be read at once, cut into parts that overlap."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from summariser.asking.rendering import Prompts
from summariser.errors import ConfigurationError
from summariser.settings import Settings
from summariser.values import Article, Chunk, Span

# Where a part may end, and the next one begin, the better places first.
_BREAKS = tuple(
    map(re.compile, (r"\n[^\S\n]*\n\s*", r"\n\s*", r"(?<=[.!?…])[\"'’”»)\]]*\s+|(?<=[。！？])", r"\s+"))
)
# A part ends at the best kind of place that its second half holds. What the next one repeats is at most a quarter of
# a part, and an eighth where it is to begin within a paragraph: enough for "he" and "the attack" to be understood.
_LEAST_FILLED = 2
_OVERLAPS = (4, 4, 8, 8)
_HEADLINE_LIMIT = 300
_BYTES_PER_TOKEN = 4
# Bytes of text: with less than a few paragraphs at a time, a model does not know what it reads about.
_LEAST_ROOM = 2_000


def room_for_text(settings: Settings, prompts: Prompts, wire: dict[str, Any]) -> int | None:
    """Bytes of an article's text that go into one request; None where there is no limit. Raises
    `ConfigurationError` where that is next to nothing."""
    limit = settings.max_input_tokens
    if limit is None:
        return None
    empty = Chunk(Article(""), Span(0, 0), Span(0, 0), 99, 99)
    beside = len(json.dumps([*prompts.request(empty).messages, wire], ensure_ascii=False).encode())
    room = limit * _BYTES_PER_TOKEN - beside
    if settings.passes > 1:
        room //= 2  # the list of what was found, which a later pass holds, quotes most of a text at most
    if room < _LEAST_ROOM:
        raise ConfigurationError(
            f"max_input_tokens {limit:,} leaves too little room for text: the instructions and the schema take about"
            f" {beside // _BYTES_PER_TOKEN:,}"
        )
    return room


def split(article: Article, room: int | None) -> tuple[Chunk, ...]:
    """One chunk where the text fits into so many bytes of UTF-8, else as many as it takes, each with the headline
    before it."""
    if room is None or len(article.text.encode()) <= room:
        return (Chunk.whole(article),)
    head = _headline(article)
    room -= len(article.text[head.start : head.end].encode()) if head else 0
    bodies = _evenly(article.text, room)
    return tuple(
        Chunk(article, body, head if number > 1 else None, number, len(bodies))
        for number, body in enumerate(bodies, 1)
    )


def _evenly(text: str, room: int) -> tuple[Span, ...]:
    """As few as there must be, and none of them a remnant."""
    greedy = tuple(_bodies(text, room))
    fair = len(text.encode()) // len(greedy) + room // max(_OVERLAPS)
    even = tuple(_bodies(text, min(room, fair)))
    return even if len(even) == len(greedy) else greedy


def _bodies(text: str, room: int) -> Iterator[Span]:
    start, last = 0, len(text.rstrip())
    while (limit := _reach(text, start, room)) < last:
        end = _end(text, start, limit)
        yield Span(start, end)
        start = _next_start(text, start, end)
    yield Span(start, len(text))


def _reach(text: str, start: int, room: int) -> int:
    """How far so many bytes go; one character at least."""
    held = text[start : start + room].encode()[:room].decode(errors="ignore")
    return start + max(1, len(held))


def _end(text: str, start: int, limit: int) -> int:
    """The last place of the best kind; a part has no white space at its end."""
    least = start + (limit - start) // _LEAST_FILLED
    for each in _BREAKS:
        places = [match.start() for match in each.finditer(text, least, limit + 1) if match.start() <= limit]
        if places:
            return places[-1]
    return limit


def _next_start(text: str, start: int, end: int) -> int:
    """The first place of the best kind that repeats no more than it should."""
    for each, share in zip(_BREAKS, _OVERLAPS, strict=True):
        earliest = end - (end - start) // share
        places = (match.end() for match in each.finditer(text, earliest, end))
        if (found := next(places, None)) is not None and found < end:
            return found
    return len(text) - len(text[end:].lstrip())


def _headline(article: Article) -> Span | None:
    """Its place in the text; the first line where the text does not hold the title."""
    start = article.text.find(article.title) if article.title else -1
    if start >= 0:
        return Span(start, start + len(article.title))
    first = re.search(r"\S[^\n]*", article.text)
    return Span(*first.span()) if first and len(first[0]) <= _HEADLINE_LIMIT else None
