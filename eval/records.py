"""Records as the scorer sees them: names folded, times as days, quotes as spans."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from summariser import Article, Event, Grounder, Span
from summariser.schemas import Time

from .gold import GoldEvent

Words = frozenset[str]
Days = tuple[int, int]
"""First and last day, as ordinals."""

_WORD = re.compile(r"\w+")
# Articles and possessives: they make no other thing of a name.
_EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "s",
        "le",
        "la",
        "les",
        "l",
        "el",
        "los",
        "las",
        "un",
        "une",
        "una",
        "des",
        "du",
        "de",
        "d",
        "of",
    ]
)


@lru_cache(maxsize=65536)
def words(name: str) -> Words:
    """The words of a name without case, accents, articles and the s of a plural."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    found = _WORD.findall(plain.casefold())
    kept = frozenset(_singular(word) for word in found if word not in _EMPTY_WORDS)
    return kept or frozenset([plain.casefold()])


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True, slots=True)
class Named:
    """An actor, item, place or source, and the words of each of its names."""

    part: Any
    names: tuple[Words, ...]

    def same_name(self, other: Named) -> bool:
        """The same words, or all words of one among those of the other, for a name or alias of each."""
        return any(one <= two or two <= one for one in self.names for two in other.names)


@dataclass(frozen=True, slots=True)
class Record:
    """One record, gold or predicted."""

    number: int
    event: Event | GoldEvent
    actors: tuple[Named, ...]
    targets: tuple[Named, ...]
    items: tuple[Named, ...]
    places: tuple[Named, ...]
    attribution: tuple[Named, ...]
    days: Days | None
    spans: tuple[Span, ...]
    unannotated: frozenset[str]


def from_gold(events: Iterable[GoldEvent], article: Article) -> list[Record]:
    grounder = Grounder(article.text)
    return [
        _record(number, event, _spans(grounder, event.evidence), article, frozenset(event.unannotated))
        for number, event in enumerate(events, 1)
    ]


def from_predicted(events: Iterable[Event], article: Article) -> list[Record]:
    return [
        _record(
            number,
            event,
            (
                Span(each.start, each.end)
                for each in event.evidence
                if each.start is not None and each.end is not None
            ),
            article,
            frozenset(),
        )
        for number, event in enumerate(events, 1)
    ]


def _record(
    number: int, event: Event | GoldEvent, spans: Iterable[Span], article: Article, open_: frozenset[str]
) -> Record:
    return Record(
        number,
        event,
        actors=_named(event.actors),
        targets=_named(event.targets),
        items=_named(event.items),
        places=_named(event.places),
        attribution=_named(event.attribution),
        days=_days(event.time, article.published),
        spans=_merged(spans),
        unannotated=open_,
    )


def _named(parts: Iterable[Any]) -> tuple[Named, ...]:
    return tuple(
        Named(part, tuple(words(name) for name in (part.name, *getattr(part, "aliases", ()))))
        for part in parts
    )


def _spans(grounder: Grounder, quotes: tuple[str, ...]) -> Iterable[Span]:
    for found in grounder.ground_all(quotes):
        if found.start is not None and found.end is not None:
            yield Span(found.start, found.end)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order and without overlap, so that lengths add up."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _days(time: Time | None, published: date | None) -> Days | None:
    """What goes on goes on until the day of publication; a time without bounds has no days."""
    if time is None or not (time.start or time.end):
        return None
    first = _first_and_last(time.start or time.end or "")[0]
    if time.end:
        return first, _first_and_last(time.end)[1]
    return first, max(first, published.toordinal() if published else first)


def _first_and_last(when: str) -> Days:
    year, month, day = (*map(int, when.split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    if day:
        return first.toordinal(), first.toordinal()
    month = month or 12
    return first.toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
