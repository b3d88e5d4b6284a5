"""What a record may hold, how it is written as JSON, and what is asked of strict structured output."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from summariser.schemas import (
    Actor,
    ArticleReference,
    ConflictEvent,
    Evidence,
    Ontology,
    Place,
    Provenance,
    Quantity,
    Rejected,
    Sentence,
    Summary,
    Time,
    TokenUsage,
)
from tests.conftest import record

TYPES = Ontology.of(ConflictEvent).types
QUALIFIERS = ("exact", "approximate", "at_least", "more_than", "at_most", "less_than", "range", "vague")
# What the bounds can be: none, one of them, both equal, in order, and in the wrong order.
BOUNDS = {
    "none": (None, None),
    "low": (4, None),
    "high": (None, 4),
    "equal": (4, 4),
    "ordered": (3, 4),
    "reversed": (4, 3),
}
VALID = {
    "exact": "equal",
    "approximate": "equal",
    "at_least": "low",
    "more_than": "low",
    "at_most": "high",
    "less_than": "high",
    "range": "ordered",
    "vague": "none",
}


def quantity(**fields: Any) -> Quantity:
    return Quantity.model_validate({"text": "some", **fields})


def problem(failure: pytest.ExceptionInfo[ValidationError]) -> str:
    (error,) = failure.value.errors()
    return error["msg"]


@pytest.mark.parametrize("qualifier", QUALIFIERS)
@pytest.mark.parametrize("bounds", BOUNDS)
def test_bounds_fit_the_qualifier(qualifier: str, bounds: str) -> None:
    low, high = BOUNDS[bounds]
    if VALID[qualifier] == bounds:
        made = quantity(qualifier=qualifier, low=low, high=high)
        assert (made.low, made.high) == (low, high)
        return
    with pytest.raises(ValidationError) as failure:
        quantity(qualifier=qualifier, low=low, high=high)
    assert problem(failure).startswith(f"with qualifier {qualifier}, low ")


def test_zero_is_a_bound() -> None:
    assert quantity(qualifier="exact", low=0, high=0).low == 0
    assert quantity(qualifier="range", low=0, high=1).high == 1


@pytest.mark.parametrize(
    "number", [True, False, "4", "4,000", float("nan"), float("inf"), -1, -0.5, [], {}, 10**400]
)
def test_what_is_no_number(number: object) -> None:
    with pytest.raises(ValidationError):
        quantity(qualifier="at_least", low=number)


@pytest.mark.parametrize(
    ("number", "written"),
    [(4000, "4000"), (4000.0, "4000"), (1.5, "1.5"), (0, "0"), (-0.0, "0"), (1.5e9, "1500000000")],
)
def test_a_count_reads_as_a_count(number: float, written: str) -> None:
    made = quantity(qualifier="at_least", low=number)
    assert f'"low":{written},' in made.model_dump_json()
    assert json.dumps(made.model_dump()["low"]) == written
    assert Quantity.model_validate_json(made.model_dump_json()) == made


@given(st.floats(min_value=0, allow_infinity=False))
def test_each_number_survives_json(number: float) -> None:
    made = quantity(qualifier="at_least", low=number)
    assert Quantity.model_validate_json(made.model_dump_json()).low == number


@pytest.mark.parametrize("field", ["text", "qualifier"])
def test_a_quantity_needs_its_phrase_and_its_qualifier(field: str) -> None:
    with pytest.raises(ValidationError):
        Quantity.model_validate({"text": "some", "qualifier": "vague", field: None})
    with pytest.raises(ValidationError):
        Quantity.model_validate({"text": "some", "qualifier": "vague", field: ""})


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [
        ("2025", None, True),
        ("2025", "2025", True),
        ("2025-02", "2025-02", True),
        ("2025-02-28", "2025-02-28", True),
        ("2024-02-29", None, True),
        (None, "2025", True),
        (None, None, True),
        ("2024-12-31", "2025", True),
        ("2025", "2025-03", True),
        ("2025-03", "2025", False),  # by first days, as the end of a year is not known to be meant
        ("2025-02", "2025-01", False),
        ("2025-05-02", "2025-05-01", False),
        ("2025-02-29", None, False),
        ("2025-02-30", None, False),
        ("2025-13", None, False),
        ("2025-00", None, False),
        ("2025-1", None, False),
        ("2025-1-5", None, False),
        ("20250105", None, False),
        ("2025-W01", None, False),
        ("2025-01-15T10:00", None, False),
        ("2025-01-15\n", None, False),
        ("٢٠٢٥", None, False),
        ("0000", None, False),
        ("25", None, False),
        ("", None, False),
        ("March", None, False),
        (2025, None, False),
        (None, "2025-02-30", False),
    ],
)
def test_dates(start: object, end: object, valid: bool) -> None:
    fields = {"text": None, "start": start, "end": end}
    if valid:
        assert Time.model_validate(fields).model_dump() == fields
    else:
        with pytest.raises(ValidationError):
            Time.model_validate(fields)


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        (None, True),
        ("PRK", True),
        ("XKX", True),
        ("EU", False),
        ("EUR", False),
        ("prk", False),
        ("KP", False),
        ("XXX", False),
        ("", False),
        (" PRK", False),
        ("North Korea", False),
        (408, False),
    ],
)
@pytest.mark.parametrize(
    ("model", "rest"), [(Actor, {"name": "x", "kind": "state"}), (Place, {"name": "x", "role": "site"})]
)
def test_countries(model: type[Actor | Place], rest: dict[str, str], code: object, valid: bool) -> None:
    if valid:
        assert model.model_validate({**rest, "country": code}).country == code
    else:
        with pytest.raises(ValidationError):
            model.model_validate({**rest, "country": code})


@pytest.mark.parametrize(
    ("quotes", "valid"), [(0, False), (1, True), (2, True), (3, True), (4, False), (99, False)]
)
def test_one_to_three_quotes(quotes: int, valid: bool) -> None:
    fields = record(evidence=["x"] * quotes)
    if valid:
        assert len(TYPES["deployment"].model_validate(fields).evidence) == quotes
    else:
        with pytest.raises(ValidationError):
            TYPES["deployment"].model_validate(fields)


def test_a_quote_alone_is_evidence_and_must_not_be_empty() -> None:
    assert Evidence.model_validate("x") == Evidence(quote="x")
    for wrong in ("", None, 1, ["x"], {"quote": ""}, {"quote": "x", "page": 1}):
        with pytest.raises(ValidationError):
            Evidence.model_validate(wrong)


@pytest.mark.parametrize("time", [None, {}, {"text": None, "start": None, "end": None}])
def test_a_time_that_says_nothing_is_none(time: object) -> None:
    assert TYPES["deployment"].model_validate(record(time=time)).time is None


def test_records_are_closed_and_frozen() -> None:
    event = TYPES["deployment"].model_validate(record())
    with pytest.raises(ValidationError):
        TYPES["deployment"].model_validate(record(colour="red"))
    with pytest.raises(ValidationError):
        event.summary = "Another."


def summary(*events: Any) -> dict[str, Any]:
    usage = TokenUsage(prompt_tokens=1, cached_tokens=0, completion_tokens=1, tries=1)
    return {
        "synopsis": (Sentence(text="It was.", events=(1,)),),
        "events": events,
        "rejected": (
            Rejected(what="record", number=2, reasons=("x: y",), content={"a": [None, 1.5]}, request="r"),
        ),
        "article": ArticleReference(
            id="0" * 16, title="t", published=None, outlet=None, url=None, language="en"
        ),
        "provenance": Provenance(
            model="m",
            requested_model="m",
            made="api",
            replayed=False,
            answered_at=datetime(2025, 5, 6, tzinfo=UTC),
            requests=("r",),
            prompt="p",
            wire_schema="w",
            version="0",
            usage=usage,
            repeated=0,
        ),
    }


MODES = [(name, mode) for name, model in TYPES.items() for mode in model.modes()]


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_each_type_and_mode_survives_json_as_itself(name: str, mode: str) -> None:
    event = TYPES[name].model_validate(record(type=name, mode=mode))
    made = Summary.model_validate(summary(event))
    again = Summary.model_validate_json(made.model_dump_json())
    assert again == made
    assert type(again.events[0]) is TYPES[name]
    assert again.model_dump_json() == made.model_dump_json()
    assert '"low":300,' in made.model_dump_json()


def test_there_are_seventeen_types_and_a_mode_of_one_is_not_one_of_another() -> None:
    assert len(TYPES) == 17
    with pytest.raises(ValidationError):
        TYPES["attack"].model_validate(record(type="attack", mode="reinforced"))
    with pytest.raises(ValidationError):
        Summary.model_validate({**summary(), "events": [record(type="picnic")]})


ALLOWED = {"type", "enum", "properties", "required", "additionalProperties", "items", "anyOf"}


def nodes(schema: dict[str, Any], depth: int = 1) -> list[tuple[int, dict[str, Any]]]:
    """Each schema in the schema, with the number of objects and lists that it is nested in."""
    found = [(depth, schema)]
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    inner += [schema["items"]] if "items" in schema else []
    deeper = depth + ("properties" in schema or "items" in schema)
    return found + [node for each in inner for node in nodes(each, deeper)]


def test_the_wire_schema_follows_the_rules_of_strict_structured_output() -> None:
    every = nodes(Ontology.of(ConflictEvent).wire)
    assert max(depth for depth, _ in every) <= 10
    assert every[0][1]["type"] == "object"
    assert sum(len(node.get("properties", {})) for _, node in every) <= 100
    assert sum(len(node.get("enum", [])) for _, node in every) <= 500
    for _, node in every:
        assert set(node) <= ALLOWED
        assert "type" in node or "anyOf" in node
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if "enum" in node:
            assert len(node["enum"]) == len(set(node["enum"]))
            assert (None in node["enum"]) == ("null" in node["type"])


def test_a_record_on_the_wire_begins_with_its_evidence_and_asks_for_nothing_computed() -> None:
    fields = Ontology.of(ConflictEvent).wire["properties"]["events"]["items"]["properties"]
    assert next(iter(fields)) == "evidence"
    assert fields["evidence"] == {"type": "array", "items": {"type": "string"}}
    assert "checks" not in fields
    assert set(fields) == set(record())
    assert fields["type"]["enum"] == list(TYPES)
    assert set(fields["mode"]["enum"]) == {mode for _, mode in MODES}
