"""Answers of every malformed kind: the right error or fault, in words that are our own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summariser.errors import EmptyAnswer, NotJSON, WrongShape
from summariser.schemas import ConflictEvent, Ontology, read_answer
from tests.conftest import answer, record

ONTOLOGY = Ontology.of(ConflictEvent)
TYPES = ", ".join(ONTOLOGY.types)
# How pydantic begins its messages.
FOREIGN = ("Input should", "Field required", "Value error", "valid string", "Extra inputs", "permitted")


def faults(text: str) -> list[str]:
    draft = read_answer(text, ONTOLOGY)
    entries = [*draft.records, *draft.sentences, *([draft.rest] if draft.rest else [])]
    found = [str(fault) for entry in entries for fault in entry.faults]
    assert not [fault for fault in found for words in FOREIGN if words.lower() in fault.lower()]
    return found


def item(**changes: Any) -> dict[str, Any]:
    quantity = {"text": "300", "low": 300, "high": 300, "qualifier": "exact", "scope": None, "unit": None}
    return {"name": "soldiers", "quantity": {**quantity, **changes}}


def actor(**changes: Any) -> dict[str, Any]:
    return {"name": "Borland", "kind": "state", "country": None, **changes}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyAnswer),
        (" \n\t", EmptyAnswer),
        ("Sorry, no.", NotJSON),
        ("{", NotJSON),
        ('{"events": [], "synopsis": []', NotJSON),
        ('{"events": [], "synopsis": []} and more', NotJSON),
        ('```json\n{"events": [], "synopsis": []}\n```', NotJSON),
        ("{'events': [], 'synopsis': []}", NotJSON),
        ('{"events": [NaN], "synopsis": []}', NotJSON),
        ('{"events": [Infinity], "synopsis": []}', NotJSON),
        ('{"events": ["\\ud800"], "synopsis": []}', NotJSON),
        ('{"events": ["\ud800"], "synopsis": []}', NotJSON),
        ("[" * 10_000, NotJSON),
        ("null", WrongShape),
        ("1", WrongShape),
        ('"events"', WrongShape),
        ("[]", WrongShape),
        ("{}", WrongShape),
        ('{"events": []}', WrongShape),
        ('{"synopsis": []}', WrongShape),
        ('{"events": {}, "synopsis": []}', WrongShape),
        ('{"events": [], "synopsis": null}', WrongShape),
        ('{"events": [], "synopsis": "none"}', WrongShape),
    ],
)
def test_no_records_to_speak_of(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_answer(text, ONTOLOGY)


def test_a_good_answer() -> None:
    draft = read_answer(answer(record(), record()), ONTOLOGY)
    assert faults(answer(record(), record())) == []
    assert draft.rest is None
    assert [(entry.what, entry.number) for entry in draft.records] == [("record", 1), ("record", 2)]
    assert draft.records[0].raw == record()
    assert type(draft.records[0].value) is ONTOLOGY.types["deployment"]
    assert draft.sentences[0].value is not None


def test_no_event_and_one_sentence_is_a_good_answer() -> None:
    assert faults(answer(synopsis=[{"text": "A recipe.", "events": []}])) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "picnic"}, [f"record 1, type: must be one of {TYPES}"]),
        ({"type": None}, [f"record 1, type: must be one of {TYPES}"]),
        ({"type": ["deployment"]}, [f"record 1, type: must be one of {TYPES}"]),
        (
            {"mode": "air_strike"},
            ["record 1, mode: must be one of 'deployed', 'reinforced', 'rotated' or 'other'"],
        ),
        (
            {"mode": None},
            ["record 1, mode: must be one of 'deployed', 'reinforced', 'rotated' or 'other'"],
        ),
        ({"certainty": "sure"}, ["record 1, certainty: must be one of 'certain', 'probable' or 'possible'"]),
        ({"summary": ""}, ["record 1, summary: must not be empty"]),
        ({"summary": 1}, ["record 1, summary: must be text"]),
        ({"summary": None}, ["record 1, summary: must be text"]),
        ({"evidence": []}, ["record 1, evidence: must hold at least 1"]),
        ({"evidence": None}, ["record 1, evidence: must be a list"]),
        ({"evidence": "a quote"}, ["record 1, evidence: must be a list"]),
        ({"evidence": ["a", ""]}, ["record 1, evidence[1].quote: must not be empty"]),
        ({"evidence": [""]}, ["record 1, evidence[0].quote: must not be empty"]),
        ({"evidence": [1]}, ["record 1, evidence[0]: must be an object"]),
        (
            {"evidence": ["a"] * 4},
            ["record 1, evidence: holds at most 3 quotes; keep those that carry the facts"],
        ),
        ({"actors": None}, ["record 1, actors: must be a list"]),
        ({"actors": [None]}, ["record 1, actors[0]: must be an object"]),
        ({"actors": [actor(name="")]}, ["record 1, actors[0].name: must not be empty"]),
        ({"actors": [{"kind": "state"}]}, ["record 1, actors[0].name: is missing"]),
        ({"actors": [actor(), actor(age=3)]}, ["record 1, actors[1].age: is no field here"]),
        (
            {"actors": [actor(country="EU")]},
            [
                (
                    "record 1, actors[0].country: must be an ISO 3166-1 alpha-3 code such as PRK "
                    "(XKX for Kosovo), or null"
                )
            ],
        ),
        (
            {"time": {"text": None, "start": "2025-02-30", "end": None}},
            ["record 1, time.start: must be a real date written 2024, 2025-01 or 2025-01-15, or null"],
        ),
        (
            {"time": {"text": None, "start": "2025-03", "end": "2025-02"}},
            ["record 1, time: start must not be after end"],
        ),
        ({"items": [item(low=True)]}, ["record 1, items[0].quantity.low: must be a number"]),
        ({"items": [item(low="300")]}, ["record 1, items[0].quantity.low: must be a number"]),
        ({"items": [item(low=-1)]}, ["record 1, items[0].quantity.low: must not be below 0.0"]),
        (
            {"items": [item(high=301)]},
            ["record 1, items[0].quantity: with qualifier exact, low and high must be equal"],
        ),
        (
            {"items": [item(qualifier="at_least")]},
            ["record 1, items[0].quantity: with qualifier at_least, low must be a number and high null"],
        ),
        (
            {"items": [item(qualifier="range")]},
            ["record 1, items[0].quantity: with qualifier range, low must be below high"],
        ),
        ({"colour": "red"}, ["record 1, colour: is no field here"]),
        ({"x" * 500: "red"}, [f"record 1, {'x' * 60}: is no field here"]),
        ({"colour": None}, []),  # a field of another type comes as null
    ],
)
def test_a_malformed_record(changes: dict[str, Any], expected: list[str]) -> None:
    assert faults(answer(record(**changes))) == expected


@pytest.mark.parametrize("missing", ["evidence", "mode", "status", "certainty", "summary"])
def test_a_field_that_is_missing(missing: str) -> None:
    fields = record()
    del fields[missing]
    assert faults(answer(fields)) == [f"record 1, {missing}: is missing"]


@pytest.mark.parametrize("raw", [None, 1, "x", [], True])
def test_a_record_that_is_no_object_is_kept_as_it_came_beside_a_good_one(raw: object) -> None:
    text = json.dumps(
        {"events": [raw, record()], "synopsis": [{"text": "T.", "events": [2]}]}, ensure_ascii=False
    )
    assert faults(text) == ["record 1: must be an object"]
    bad, good = read_answer(text, ONTOLOGY).records
    assert (bad.raw, bad.value) == (raw, None)
    assert good.value is not None


def test_all_faults_of_a_record_are_named_at_once() -> None:
    assert len(faults(answer(record(summary="", status="x", certainty=None)))) == 3


CITED = {"text": "T.", "events": [1]}


@pytest.mark.parametrize(
    ("synopsis", "expected"),
    [
        ([CITED] * 4, []),
        (
            [CITED] * 5,
            [
                (
                    "synopsis, sentence 5: is one too many: 1 to 4 sentences, "
                    "and exactly one where there is no event"
                )
            ],
        ),
        (
            [{"text": "T.", "events": []}],
            ["synopsis, sentence 1: must cite the records it rests on in events"],
        ),
        ([{"text": "T."}], ["synopsis, sentence 1: must cite the records it rests on in events"]),
        (
            [{"text": "T.", "events": [0, 1, 2, -1]}],
            ["synopsis, sentence 1: cites 0, 2, -1, but records are numbered 1 to 1"],
        ),
        ([{"text": "T.", "events": [True]}], ["synopsis, sentence 1, events[0]: must be a whole number"]),
        ([{"text": "T.", "events": ["1"]}], ["synopsis, sentence 1, events[0]: must be a whole number"]),
        ([{"text": "T.", "events": [1.5]}], ["synopsis, sentence 1, events[0]: must be a whole number"]),
        ([{"text": "T.", "events": 1}], ["synopsis, sentence 1, events: must be a list"]),
        ([{"text": "", "events": [1]}], ["synopsis, sentence 1, text: must not be empty"]),
        ([{"events": [1]}], ["synopsis, sentence 1, text: is missing"]),
        ([{**CITED, "tone": "dry"}], ["synopsis, sentence 1, tone: is no field here"]),
        (["T."], ["synopsis, sentence 1: must be an object"]),
        ([CITED, None], ["synopsis, sentence 2: must be an object"]),
    ],
)
def test_a_malformed_sentence(synopsis: list[Any], expected: list[str]) -> None:
    assert faults(answer(record(), synopsis=synopsis)) == expected


def test_two_sentences_where_there_is_no_event() -> None:
    text = answer(synopsis=[{"text": "A recipe.", "events": []}, {"text": "It is long.", "events": [1]}])
    first, second = faults(text)
    assert first.startswith("synopsis, sentence 2: is one too many")
    assert second.startswith("synopsis, sentence 2: cites 1")


def test_what_the_answer_holds_besides_and_what_it_lacks() -> None:
    text = json.dumps({"events": [record()], "synopsis": [], "note": "hi", "y" * 99: 1})
    assert faults(text) == [
        "note: is no field of the answer",
        f"{'y' * 60}: is no field of the answer",
        "synopsis: must hold at least one sentence",
    ]
    rest = read_answer(text, ONTOLOGY).rest
    assert rest is not None
    assert rest.raw == {"note": "hi", "y" * 99: 1}


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*ONTOLOGY.types, "exact", "range", "2025-02-30", "PRK", 10**400, 1e308])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "quantity", "text", "low", "high", "qualifier", "start", "quote", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.sampled_from([*record(), "colour"]), VALUES, max_size=5).map(
    lambda changes: record(**changes)
)
ANSWERS = st.fixed_dictionaries(
    {
        "events": st.lists(RECORDS | VALUES, max_size=3),
        "synopsis": st.lists(VALUES | st.fixed_dictionaries({"text": VALUES, "events": VALUES}), max_size=3),
    },
    optional={"note": VALUES},
)


@given((ANSWERS | VALUES).map(json.dumps) | st.text(max_size=30))
@example('{"events": [{"type": "attack", "items": [{"quantity": {"low": 1e999}}]}], "synopsis": []}')
@example('{"events": [], "synopsis": [{"text": "T.", "events": [' + "9" * 400 + "]}]}")
@example('{"events": [], "synopsis": [{"text": "T.", "events": [' + "9" * 5000 + "]}]}")
def test_no_answer_raises_anything_else(text: str) -> None:
    try:
        faults(text)
    except (EmptyAnswer, NotJSON, WrongShape):
        return
