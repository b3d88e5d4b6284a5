"""A model's answer, read record by record: what fits the contract, and what exactly does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from summariser.errors import EmptyAnswer, NotJSON, WrongShape
from summariser.values import Fault

from .ontology import Ontology
from .parts import Part
from .summary import E, Sentence

V = TypeVar("V")

_KEYS = ("events", "synopsis")

# pydantic's error types in our words; `{…}` are filled from the error's context. Re-asks and recordings hold
# these texts, so they must not change with a version of pydantic.
_PROBLEMS = {
    "missing": "is missing",
    "literal_error": "must be one of {expected}",
    "extra_forbidden": "is no field here",
    "string_too_short": "must not be empty",
    "too_short": "must hold at least {min_length}",
    "greater_than_equal": "must not be below {ge}",
    "string_type": "must be text",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
}


@dataclass(frozen=True)
class Entry(Generic[V]):
    """One record or sentence of the answer: as it came, as it was understood if it was, and its faults."""

    what: Literal["record", "sentence", "answer"]
    number: int
    raw: Any
    value: V | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Draft(Generic[E]):
    """The whole answer, before its quotes are looked for."""

    records: tuple[Entry[E], ...]
    sentences: tuple[Entry[Sentence], ...]
    rest: Entry[None] | None
    """What the answer holds besides, or lacks."""


def read_answer(text: str, ontology: Ontology[E]) -> Draft[E]:
    """Raises `EmptyAnswer`, `NotJSON` or `WrongShape` where there are no records to speak of."""
    if not text.strip():
        raise EmptyAnswer("the model gave an empty answer")
    try:
        answer = from_json(text.encode(), allow_inf_nan=False)
    except ValueError as error:
        raise NotJSON(f"the answer is not JSON: {error}") from None
    if not isinstance(answer, dict) or not all(isinstance(answer.get(key), list) for key in _KEYS):
        raise WrongShape('the answer is not an object with the lists "events" and "synopsis"')
    records = tuple(_record(number, raw, ontology) for number, raw in enumerate(answer["events"], 1))
    sentences = tuple(
        _sentence(number, raw, len(records)) for number, raw in enumerate(answer["synopsis"], 1)
    )
    return Draft(records, sentences, _rest(answer))


def _rest(answer: dict[str, Any]) -> Entry[None] | None:
    extra = {key: value for key, value in answer.items() if key not in _KEYS}
    faults = [Fault(key[:60], "is no field of the answer") for key in extra]
    if not answer["synopsis"]:
        faults.append(Fault("synopsis", "must hold at least one sentence"))
    return Entry("answer", 1, extra, None, tuple(faults)) if faults else None


def _record(number: int, raw: Any, ontology: Ontology[E]) -> Entry[E]:
    where = f"record {number}"
    if not isinstance(raw, dict):
        return Entry("record", number, raw, None, (Fault(where, "must be an object"),))
    named = raw.get("type")
    model = ontology.types.get(named) if isinstance(named, str) else None
    if model is None:
        problem = f"must be one of {', '.join(ontology.types)}"
        return Entry("record", number, raw, None, (Fault(f"{where}, type", problem),))
    # The flat wire record has the fields of every type: those of other types come as null.
    known = model.model_fields
    own = {key: value for key, value in raw.items() if value is not None or key in known}
    return _validated("record", number, raw, own, model)


def _sentence(number: int, raw: Any, records: int) -> Entry[Sentence]:
    entry = _validated("sentence", number, raw, raw, Sentence)
    if entry.value is None:
        return entry
    problems = []
    if number > (4 if records else 1):
        problems.append("is one too many: 1 to 4 sentences, and exactly one where there is no event")
    if records and not entry.value.events:
        problems.append("must cite the records it rests on in events")
    if wrong := [cited for cited in entry.value.events if not 1 <= cited <= records]:
        problems.append(f"cites {', '.join(map(str, wrong))}, but records are numbered 1 to {records}")
    return replace(
        entry, faults=tuple(Fault(f"synopsis, sentence {number}", problem) for problem in problems)
    )


def _validated(
    what: Literal["record", "sentence"], number: int, raw: Any, content: Any, model: type[Part]
) -> Entry[Any]:
    try:
        return Entry(what, number, raw, model.model_validate(content), ())
    except ValidationError as error:
        start = f"record {number}" if what == "record" else f"synopsis, sentence {number}"
        details = error.errors(include_url=False, include_input=False)
        return Entry(what, number, raw, None, tuple(_fault(start, each) for each in details))


def _fault(start: str, details: ErrorDetails) -> Fault:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in details["loc"])
    context = details.get("ctx", {})
    problem = _PROBLEMS.get(details["type"], "is not valid").format_map(context)
    return Fault(f"{start}, {path.lstrip('.')}" if path else start, context.get("problem", problem))
