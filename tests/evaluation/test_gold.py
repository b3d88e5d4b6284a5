from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from eval.cli import app
from eval.fixtures import FIXTURES, gold_schema, load
from eval.gold import Gold, GoldEvent, faults, types

from .making import ARTICLE, QUOTES, event, exactly, party

ALL = load()


def gold(*events: dict[str, Any]) -> Gold:
    return Gold.model_validate({"events": list(events)})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"evidence": ["Alpha struck  Beta."]}, "is not in the article to the letter"),
        ({"evidence": ["alpha struck Beta."]}, "is not in the article to the letter"),
        ({"items": [exactly("men", 3)]}, "quantity: 'x' is not in the article to the letter"),
        (
            {"time": {"text": "on Monday", "start": None, "end": None}},
            "time: 'on Monday' is not in the article",
        ),
        ({"actors": [party("Alpha") | {"aliases": ["Alpha"]}]}, "actors: 'Alpha' repeats a name"),
    ],
)
def test_faults(changes: dict[str, Any], fault: str) -> None:
    (found,) = faults(gold(event(**changes)), ARTICLE)
    assert found.startswith("event 1, ")
    assert fault in found


def test_the_same_label_twice() -> None:
    (found,) = faults(gold(event(), event(evidence=[QUOTES[1]])), ARTICLE)
    assert found == "event 2: says the same as event 1"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"type": "war"}, "type"),
        ({"mode": "talks"}, "mode of attack"),
        ({"evidence": []}, "evidence"),
        ({"evidence": QUOTES[:4]}, "evidence"),
        ({"actors": [party("A", country="XXX")]}, "ISO 3166"),
        ({"time": {"start": "2025-13", "end": None}}, "real date"),
        ({"unannotated": ["colour"]}, "unannotated"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_breaks_the_contract(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError, match=where):
        GoldEvent.model_validate(event(**changes))


def test_the_schema_offers_each_type_its_modes() -> None:
    rules = gold_schema()["$defs"]["GoldEvent"]["allOf"]
    modes = {
        each["if"]["properties"]["type"]["const"]: each["then"]["properties"]["mode"]["enum"]
        for each in rules
    }
    assert modes == {name: list(each.modes()) for name, each in types().items()}
    printed = CliRunner().invoke(app, ["schema"])
    assert json.loads(printed.stdout) == gold_schema()
    assert json.loads((FIXTURES / "gold.schema.json").read_text("utf-8")) == gold_schema()


def test_shipped_labels_are_sound() -> None:
    done = CliRunner().invoke(app, ["check"])
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{len(ALL)} fixtures checked, 0 faults\n"


def test_the_fixtures_cover_what_they_are_for() -> None:
    assert len(ALL) >= 30
    labels = Counter(each.type for fixture in ALL for each in fixture.gold.events)
    assert labels.keys() == types().keys()
    assert min(labels.values()) >= 5
    qualifiers = Counter(
        item.quantity.qualifier
        for fixture in ALL
        for each in fixture.gold.events
        for item in each.items
        if item.quantity
    )
    assert len(qualifiers) == 8
    assert sum(not fixture.gold.events for fixture in ALL) == 3
    assert sum(len(fixture.labellings) == 2 for fixture in ALL) >= 10
    assert Counter(fixture.meta.half for fixture in ALL) == {"dev": 16, "test": 16}
    assert len({fixture.meta.language for fixture in ALL}) == 4
    assert all(fixture.article.published == fixture.meta.published for fixture in ALL)


def test_agree() -> None:
    labels = FIXTURES / "wire-korea-failed-launch" / "labels"
    done = CliRunner().invoke(app, ["agree", str(labels / "first.json"), str(labels / "second.json")])
    assert done.exit_code == 0, done.output
    assert "wire-korea-failed-launch" in done.stdout
    itself = CliRunner().invoke(app, ["agree", str(FIXTURES), str(FIXTURES)])
    assert itself.exit_code == 0, itself.output
    assert "differences: none" in itself.stdout
    nothing = CliRunner().invoke(app, ["agree", str(labels), str(FIXTURES.parent / "reporting")])
    assert nothing.exit_code == 2
    assert "no two labellings" in nothing.stderr
    shipped = CliRunner().invoke(app, ["agree"])
    assert shipped.exit_code == 0
    assert len([line for line in shipped.stdout.splitlines() if " / " in line]) == 12
