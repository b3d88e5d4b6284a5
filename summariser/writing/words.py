"""Values of a record as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from summariser.schemas import Actor, Item, Place, Quantity, Source, Time

_BOUNDS = {
    "exact": "{low}",
    "approximate": "~{low}",
    "at_least": "≥{low}",
    "more_than": ">{low}",
    "at_most": "≤{high}",
    "less_than": "<{high}",
    "range": "{low}–{high}",
    "vague": "{text}",
}
_SCOPES = {"increment": "more", "cumulative": "in all"}


def names(actors: Sequence[Actor | Source], separator: str = "; ") -> str:
    return separator.join(actor.name for actor in actors)


def amount(quantity: Quantity) -> str:
    low, high = (f"{bound:,}" if bound is not None else "" for bound in (quantity.low, quantity.high))
    words = _BOUNDS[quantity.qualifier].format(low=low, high=high, text=quantity.text)
    return " ".join(filter(None, (quantity.unit, words, _SCOPES.get(quantity.scope or ""))))


def quantities(items: Sequence[Item], separator: str = "; ") -> str:
    return separator.join(
        f"{amount(item.quantity)} {item.name}" if item.quantity else item.name for item in items
    )


def whereabouts(places: Sequence[Place], separator: str = "; ") -> str:
    words = {"site": "in ", "origin": "from ", "destination": "to "}
    return separator.join(f"{words[place.role]}{place.name}" for place in places)


def when(time: Time | None) -> str:
    if time is None:
        return ""
    if time.start is None and time.end is None:
        return f"“{time.text}”"
    if time.start == time.end:
        return time.start or ""
    return f"{time.start or '…'} – {time.end or '…'}"


def visible(text: str, *, lines: bool = False) -> str:
    """Without what a terminal would act on: control characters, escapes, changes of direction."""
    return "".join(
        mark if mark.isprintable() or (lines and mark == "\n") else " " if mark.isspace() else "�"
        for mark in text
    )
