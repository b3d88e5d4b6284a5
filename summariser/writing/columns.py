"""The columns of the tables that a ledger is exported to, taken from the JSON schema of a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

Schema = dict[str, Any]


class Text(NamedTuple):
    pass


class Number(NamedTuple):
    pass


class Integer(NamedTuple):
    pass


class Boolean(NamedTuple):
    pass


class List(NamedTuple):
    of: Kind


class Struct(NamedTuple):
    fields: dict[str, Kind]


class Json(NamedTuple):
    """Anything that has no one form: kept as JSON."""


Kind = Text | Number | Integer | Boolean | List | Struct | Json

ARTICLE: dict[str, Kind] = {
    name: Text()
    for name in ("article_id", "source", "article_title", "published", "outlet", "url", "language")
}
EVIDENCE: dict[str, Kind] = {
    "article_id": Text(),
    "number": Integer(),
    "quote_number": Integer(),
    "quote": Text(),
    "status": Text(),
    "start": Integer(),
    "end": Integer(),
}
_TIME: dict[str, Kind] = {"time_text": Text(), "time_start": Text(), "time_end": Text()}
_ORIGIN: dict[str, Kind] = {"model": Text(), "requests": List(Text())}


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: dict[str, Kind]


def events_table(summary_schema: Schema) -> Table:
    """One record a row: its article, its number there, the fields of all its types, and who answered."""
    columns: dict[str, Kind] = {}
    for model in _event_models(summary_schema):
        for name, field in model["properties"].items():
            kind = _kind(field, summary_schema)
            if columns.setdefault(name, kind) != kind:
                columns[name] = Json()
    flat: dict[str, Kind] = {}
    for name, kind in columns.items():
        flat |= _TIME if name == "time" else {name: kind}
    return Table("events", {**ARTICLE, "number": Integer(), **flat, **_ORIGIN})


def evidence_table() -> Table:
    return Table("evidence", EVIDENCE)


def article_row(source: str | None, summary: dict[str, Any]) -> dict[str, Any]:
    """What all rows of an article share: which it is, and who answered."""
    article, provenance = summary["article"], summary["provenance"]
    return {
        "article_id": article["id"],
        "source": source,
        "article_title": article["title"],
        **{name: article[name] for name in ("published", "outlet", "url", "language")},
        **{name: provenance[name] for name in _ORIGIN},
    }


def event_rows(source: str | None, summary: dict[str, Any]) -> Iterator[dict[str, Any]]:
    shared = article_row(source, summary)
    for number, event in enumerate(summary["events"], 1):
        time = event.pop("time", None) or {}
        yield {
            **shared,
            "number": number,
            **event,
            **{f"time_{name}": time.get(name) for name in ("text", "start", "end")},
            **{name: shared[name] for name in _ORIGIN},
        }


def evidence_rows(summary: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, event in enumerate(summary["events"], 1):
        for quote_number, quote in enumerate(event["evidence"], 1):
            yield {
                "article_id": summary["article"]["id"],
                "number": number,
                "quote_number": quote_number,
                **quote,
            }


def _event_models(schema: Schema) -> Iterator[Schema]:
    items = schema["properties"]["events"]["items"]
    for each in items.get("oneOf", [items]):
        yield _resolved(each, schema)


def _resolved(field: Schema, schema: Schema) -> Schema:
    while "$ref" in field:
        field = schema["$defs"][field["$ref"].rpartition("/")[2]]
    return field


def _kind(field: Schema, schema: Schema) -> Kind:
    field = _resolved(field, schema)
    choices = [_kind(each, schema) for each in field.get("anyOf", ()) if each.get("type") != "null"]
    if choices:
        return choices[0] if all(each == choices[0] for each in choices) else Json()
    match field.get("type"):
        case "string":
            return Text()
        case "number":
            return Number()
        case "integer":
            return Integer()
        case "boolean":
            return Boolean()
        case "array" if "items" in field:
            return List(_kind(field["items"], schema))
        case "object" if field.get("properties"):
            return Struct({name: _kind(each, schema) for name, each in field["properties"].items()})
    return Json()
