"""The wire model: ONE flat record that every event type fits, as a JSON schema for strict structured output.

Seventeen classes as a union cost about 7,000 tokens with every request, and `oneOf` is refused by OpenAI's
strict mode and by local grammars. What comes back is validated by the class that its `type` names.

The schema is written from the annotations rather than cut out of pydantic's: without descriptions, titles,
bounds and references it is small, and every engine for structured output takes it. The guideline reaches the
model through the prompt, once, and the answer is validated against the contract when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from .event import Event
from .parts import Computed, Part

Schema = dict[str, Any]


class Unsupported(ValueError):
    """A field that cannot go on the wire, or two event types that cannot share one record."""


def wire_schema(types: Iterable[type[Event]], sentence: type[Part]) -> Schema:
    """The schema of a whole answer: `{"events": [record, …], "synopsis": [sentence, …]}`."""
    return _object({"events": _array(_record(list(types))), "synopsis": _array(_part(sentence))})


def asked_fields(model: type[Part]) -> dict[str, FieldInfo]:
    """The fields that a model is asked for: all but those that this package computes."""
    return {
        name: field
        for name, field in model.model_fields.items()
        if not any(isinstance(mark, Computed) for mark in field.metadata)
    }


def _record(types: list[type[Event]]) -> Schema:
    """One object with the fields of all types; a field that some types lack may be null."""
    every = [{name: _field(each, name) for name in asked_fields(each)} for each in types]
    names = dict.fromkeys(name for fields in every for name in fields)
    # Evidence first: a model that has quoted a passage describes that passage, not its memory of the article.
    ordered = sorted(names, key=lambda name: name != "evidence")
    return _object({name: _shared(name, every) for name in ordered})


def _shared(name: str, every: list[dict[str, Schema]]) -> Schema:
    variants = [fields[name] for fields in every if name in fields]
    if all("enum" in each for each in variants):
        merged = {
            **variants[0],
            "enum": list(dict.fromkeys(word for each in variants for word in each["enum"])),
        }
    elif all(each == variants[0] for each in variants):
        merged = variants[0]
    else:
        raise Unsupported(f"the field {name!r} has another type in one event type than in another")
    return merged if len(variants) == len(every) else _nullable(merged)


def _field(model: type[Part], name: str) -> Schema:
    try:
        return _of(model.model_fields[name].annotation)
    except Unsupported as error:
        raise Unsupported(f"{model.__name__}.{name}: {error}") from None


def _part(model: type[Part]) -> Schema:
    """An object; a part with a single field to ask for, as `Evidence` is, is that field."""
    fields = {name: _field(model, name) for name in asked_fields(model)}
    if len(fields) == 1 < len(model.model_fields):
        return next(iter(fields.values()))
    return _object(fields)


def _of(annotation: Any) -> Schema:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(arguments[0])
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, UnionType):
        present = [each for each in arguments if each is not NoneType]
        if len(present) == 1 and len(arguments) == 2:
            return _nullable(_of(present[0]))
        raise Unsupported("a union other than `X | None`; make it one part with fields that may be null")
    if origin in (tuple, list):
        return _array(_of(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _part(annotation)
    return _scalar(annotation)


def _scalar(annotation: Any) -> Schema:
    schema = TypeAdapter(annotation).json_schema()
    if schema.get("type") not in ("string", "number", "integer", "boolean"):
        raise Unsupported(
            "must be text, a number, true or false, a Literal, a Part, or a tuple of one of them"
        )
    return {key: schema[key] for key in ("type", "enum") if key in schema}


def _nullable(schema: Schema) -> Schema:
    if "properties" in schema or "items" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "null" in schema.get("type", ""):
        return schema
    nullable = {**schema, "type": [schema["type"], "null"]}
    return {**nullable, "enum": [*schema["enum"], None]} if "enum" in schema else nullable


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
