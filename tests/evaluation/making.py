"""Small records to score."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from eval.gold import GoldEvent
from eval.records import Record, from_gold
from summariser import Article

ARTICLE = Article(
    "Alpha struck Beta. Gamma sent aid. Delta held talks. Three men died. Twelve were hurt.",
    published=date(2025, 5, 6),
)
QUOTES = [sentence.strip() + "." for sentence in ARTICLE.text.rstrip(".").split(".")]


def party(name: str, kind: str = "state", country: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "country": country, **more}


def place(name: str, country: str | None = None, role: str = "site") -> dict[str, Any]:
    return {"name": name, "country": country, "role": role}


def item(name: str, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    if "qualifier" not in more:
        return {"name": name, **more}
    aliases = more.pop("aliases", ())
    return {"name": name, "aliases": aliases, "quantity": {"text": "x", "low": low, "high": high, **more}}


def exactly(name: str, number: float, **more: Any) -> dict[str, Any]:
    return item(name, number, number, qualifier="exact", **more)


def event(**changes: Any) -> dict[str, Any]:
    return {"type": "attack", "mode": "missile", "evidence": [QUOTES[0]], **changes}


def records(*events: dict[str, Any]) -> list[Record]:
    return from_gold([GoldEvent.model_validate(each) for each in events], ARTICLE)


def pair(gold: dict[str, Any], predicted: dict[str, Any]) -> tuple[Record, Record]:
    return records(event(**gold))[0], records(event(**predicted))[0]


_NAMES = st.sampled_from(["Alpha", "Beta", "Gamma", "Delta", "the army of Alpha"])
_PARTIES = st.lists(
    st.builds(party, _NAMES, st.sampled_from(["state", "military"]), st.sampled_from([None, "FRA", "DEU"])),
    max_size=2,
)
_ITEMS = st.lists(
    st.builds(exactly, st.sampled_from(["men", "guns"]), st.sampled_from([1, 3, 30, 3000])), max_size=2
)
_TIMES = st.sampled_from(
    [
        None,
        {"start": "2025", "end": "2025"},
        {"start": "2025-05-01", "end": "2025-05-06"},
        {"start": "2024-05-01", "end": "2024-05-01"},
        {"start": "2025-03", "end": None},
        {"text": "later"},
    ]
)
_TYPES = st.sampled_from(
    [("attack", "missile"), ("attack", "drone"), ("casualties", "killed"), ("meeting", "talks")]
)
EVENTS = st.builds(
    lambda kind, **fields: {"type": kind[0], "mode": kind[1], **fields},
    kind=_TYPES,
    actors=_PARTIES,
    targets=_PARTIES,
    items=_ITEMS,
    places=st.lists(st.builds(place, _NAMES, st.sampled_from([None, "FRA"])), max_size=2),
    time=_TIMES,
    status=st.sampled_from(["occurred", "planned"]),
    certainty=st.sampled_from(["certain", "probable", "possible"]),
    attribution=st.lists(st.builds(party, _NAMES, st.just("government")), max_size=2),
    evidence=st.lists(st.sampled_from(QUOTES), min_size=1, max_size=2, unique=True),
)
LISTS = st.lists(EVENTS, max_size=5)
