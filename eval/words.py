"""Records and numbers as people read them, in every report alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .counting import Tally

# One line for each field of a record, in reading order; what `show` and the page put side by side.
LINES = (
    "type",
    "status",
    "certainty",
    "actors",
    "targets",
    "items",
    "places",
    "time",
    "topic",
    "attribution",
    "evidence",
)


def lines(event: Mapping[str, Any]) -> dict[str, str]:
    """Each field of a record, as dumped, in one line; empty where it holds nothing."""
    return {
        "type": f"{event['type']} / {event['mode']}",
        "status": event["status"],
        "certainty": event["certainty"],
        "actors": _parties(event.get("actors", ())),
        "targets": _parties(event.get("targets", ())),
        "items": "; ".join(map(_item, event.get("items", ()))),
        "places": "; ".join(
            _with(f"{each['role']} {each['name']}", each.get("country")) for each in event.get("places", ())
        ),
        "time": _time(event.get("time")),
        "topic": event.get("topic") or "",
        "attribution": _parties(event.get("attribution", ()), " ← "),
        "evidence": " … ".join(map(_quote, event["evidence"])),
    }


def headline(event: Mapping[str, Any]) -> str:
    """A record in half a line."""
    fields = lines(event)
    who = " → ".join(_names(event.get(side, ())) for side in ("actors", "targets") if event.get(side))
    return " · ".join(filter(None, (fields["type"], who, fields["items"], fields["time"])))


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def rate(tally: Tally) -> str:
    return f"{percent(tally.precision)} % ({tally.predicted_hits:,.0f} of {tally.predicted:,.0f})"


def signed(value: float) -> str:
    """A difference of two shares, in points."""
    return f"{100 * value:+.1f}".replace("-", "−")


def _names(parties: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(each["name"] for each in parties)


def _parties(parties: Sequence[Mapping[str, Any]], separator: str = "; ") -> str:
    return separator.join(_with(each["name"], each["kind"], each.get("country")) for each in parties)


def _with(name: str, *more: str | None) -> str:
    inside = ", ".join(filter(None, more))
    return f"{name} ({inside})" if inside else name


def _item(item: Mapping[str, Any]) -> str:
    quantity = item.get("quantity")
    if not quantity:
        return str(item["name"])
    low, high = (_number(quantity.get(bound)) for bound in ("low", "high"))
    bounds = low if low == high else f"{low or '…'}–{high or '…'}"
    words = (bounds, quantity["qualifier"], quantity.get("scope"), quantity.get("unit"))
    return _with(item["name"], " ".join(filter(None, words)))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"


def _time(time: Mapping[str, Any] | None) -> str:
    if not time:
        return ""
    start, end = time.get("start"), time.get("end")
    if not (start or end):
        return f"“{time['text']}”"
    return str(start) if start == end else f"{start or '…'} – {end or '…'}"


def _quote(evidence: Any) -> str:
    return f"“{evidence if isinstance(evidence, str) else evidence['quote']}”"
