"""Credits that a person can check by hand."""

from __future__ import annotations

from typing import Any

import pytest

from eval.fields import FIELDS
from eval.records import words

from .making import QUOTES, event, exactly, item, pair, party, place, records

ALPHA, BETA = party("Alpha", "state", "FRA"), party("Beta", "state", "DEU")


@pytest.mark.parametrize(
    ("field", "gold", "predicted", "credit"),
    [
        ("type", {}, {}, 1),
        ("type", {}, {"type": "meeting", "mode": "talks"}, 0),
        ("mode", {}, {"mode": "drone"}, 0),
        ("mode", {"mode": "other"}, {"type": "meeting", "mode": "other"}, 0),
        ("status", {}, {"status": "planned"}, 0),
        ("certainty", {}, {"certainty": "certain"}, 1),
        # parties: name first, then kind and country
        ("actors", {}, {}, None),
        ("actors", {"actors": [ALPHA]}, {}, 0),
        ("actors", {}, {"actors": [ALPHA]}, 0),
        ("actors", {"actors": [ALPHA]}, {"actors": [ALPHA]}, 1),
        ("actors", {"actors": [ALPHA]}, {"actors": [party("the Alpha", "state", "FRA")]}, 1),
        ("actors", {"actors": [ALPHA]}, {"actors": [party("Alpha", "military", "FRA")]}, 0.75),
        ("actors", {"actors": [ALPHA]}, {"actors": [party("Alpha", "military")]}, 0.5),
        ("actors", {"actors": [ALPHA]}, {"actors": [BETA]}, 0),
        ("actors", {"actors": [ALPHA]}, {"actors": [ALPHA, BETA]}, 2 / 3),
        ("actors", {"actors": [ALPHA | {"aliases": ["Beta"]}]}, {"actors": [party("Beta", "state", "FRA")]}, 1),
        ("targets", {"targets": [ALPHA, BETA]}, {"targets": [BETA, ALPHA]}, 1),
        # items: the name; their quantities are a field of their own
        ("items", {"items": [item("rocket launchers")]}, {"items": [item("launchers")]}, 1),
        ("items", {"items": [item("guns")]}, {"items": [item("men")]}, 0),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 3)]}, 1),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [exactly("soldiers", 3)]}, 1),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 4)]}, 0),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [item("men", 3, 3, qualifier="approximate")]}, 0.5),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [item("men", 3, None, qualifier="at_least")]}, 0.5),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 3, unit="km")]}, 0),
        ("quantity", {"items": [item("men", qualifier="vague")]}, {"items": [item("men", qualifier="vague")]}, 1),
        ("quantity", {"items": [exactly("men", 3)]}, {"items": [item("men")]}, 0),
        ("scope", {"items": [exactly("men", 3, scope="increment")]}, {"items": [exactly("men", 3)]}, 0),
        ("scope", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 3)]}, None),
        # places
        ("places", {"places": [place("Ardal", "FRA")]}, {"places": [place("Ardal")]}, 0.5),
        ("places", {"places": [place("Ardal", "FRA")]}, {"places": [place("Ardal", "FRA", "origin")]}, 1),
        ("place_role", {"places": [place("Ardal", "FRA")]}, {"places": [place("Ardal", "FRA", "origin")]}, 0),
        # time: days that both have over days that either has; 6 May 2025 is the day of publication
        ("time", {"time": {"start": "2025-05-01", "end": "2025-05-04"}}, {"time": {"start": "2025-05-03", "end": "2025-05-06"}}, 2 / 6),
        ("time", {"time": {"start": "2024", "end": "2024"}}, {"time": {"start": "2024-01-01", "end": "2024-12-31"}}, 1),
        ("time", {"time": {"start": "2024-02", "end": "2024-02"}}, {"time": {"start": "2024-02-29", "end": "2024-02-29"}}, 1 / 29),
        ("time", {"time": {"start": "2025-05-01", "end": None}}, {"time": {"start": "2025-05-01", "end": "2025-05-06"}}, 1),
        ("time", {"time": {"text": "later"}}, {}, None),
        ("time", {"time": {"start": "2025", "end": "2025"}}, {"time": {"text": "later"}}, 0),
        # attribution
        ("origin", {"attribution": [party("Alpha", "government")]}, {"attribution": [party("Alpha", "government"), party("Beta", "media")]}, 1),
        ("chain", {"attribution": [party("Alpha", "government")]}, {"attribution": [party("Alpha", "government"), party("Beta", "media")]}, 0),
        ("chain", {"attribution": [party("Alpha", "government")]}, {"attribution": [party("Alpha", "military")]}, 1),
        ("origin", {}, {"attribution": [party("Alpha", "government")]}, 0),
        # evidence: characters
        ("evidence", {"evidence": [QUOTES[0]]}, {"evidence": [QUOTES[0]]}, 1),
        ("evidence", {"evidence": [QUOTES[0]]}, {"evidence": [QUOTES[1]]}, 0),
        ("evidence", {"evidence": ["Alpha struck Beta."]}, {"evidence": ["struck Beta."]}, 2 * 12 / 30),
    ],
)  # fmt: skip
def test_credit(field: str, gold: dict[str, Any], predicted: dict[str, Any], credit: float | None) -> None:
    one, other = pair(gold, predicted)
    assert FIELDS[field].credit(one, other) == (credit if credit is None else pytest.approx(credit))
    swapped = FIELDS[field].credit(other, one)
    assert swapped == (credit if credit is None else pytest.approx(credit))


def test_unannotated_is_skipped() -> None:
    gold, predicted = (
        records(event(actors=[ALPHA], unannotated=["actors"]))[0],
        records(event(actors=[BETA]))[0],
    )
    assert FIELDS["actors"].credit(gold, predicted) is None
    assert FIELDS["actors"].own_size(gold) == 0


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("the Soldiers", {"soldier"}),
        ("Médecins", {"medecin"}),
        ("Russia’s army", {"russia", "army"}),
        ("la police d'État", {"police", "etat"}),
        ("US", {"us"}),
        ("the", {"the"}),
        ("Kyiv-class", {"kyiv", "class"}),
    ],
)
def test_words(name: str, folded: set[str]) -> None:
    assert words(name) == folded
