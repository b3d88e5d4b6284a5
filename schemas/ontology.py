"""A set of event types as one thing: what is asked for, how it is explained, and how answers are read."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import Discriminator
from pydantic.fields import FieldInfo

from .event import Event
from .parts import Part
from .summary import E, Sentence, Summary
from .wire import Schema, Unsupported, asked_fields, wire_schema


class Field(NamedTuple):
    name: str
    rule: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Ontology(Generic[E]):
    """The concrete event types at or below one class; `family` is that class."""

    family: type[Event]
    types: dict[str, type[Event]]
    wire: Schema

    @classmethod
    def of(cls, family: type[Event]) -> Ontology[Any]:
        """Raises `Unsupported` where the classes cannot share one wire record or name no type."""
        types: dict[str, type[Event]] = {}
        for each in _concrete(family):
            (name,) = get_args(each.model_fields["type"].annotation)
            if name in types:
                raise Unsupported(f"{types[name].__name__} and {each.__name__} are both of type {name!r}")
            if not each.modes():
                raise Unsupported(f"{each.__name__}.mode must be a Literal of its modes")
            types[name] = each
        if not types:
            raise Unsupported(f'{family.__name__} has no event type: give it type: Literal["…"] and a mode')
        return cls(family, types, wire_schema(types.values(), Sentence))

    def summary_schema(self) -> Schema:
        """The JSON schema of a `Summary` of these types."""
        types = list(self.types.values())
        events: Any = types[0]
        if len(types) > 1:
            events = Annotated[Union[tuple(types)], Discriminator("type")]  # noqa: UP007
        summary: type[Part] = Summary[events]
        return summary.model_json_schema()

    def general_rules(self) -> str:
        return _doc(Event)

    def boundaries(self) -> str:
        """The rules between the types: the docstring of the family, if it is a class of its own."""
        return "" if self.family is Event or self.family in self.types.values() else _doc(self.family)

    def guideline_of_types(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Name, docstring and modes of each type."""
        for name, each in self.types.items():
            yield name, _doc(each), each.modes()

    def fields(self) -> Iterator[Field]:
        """Each asked field of a record, in the order of the wire; choices where all types have the same."""
        for name in self.wire["properties"]["events"]["items"]["properties"]:
            infos = [fields[name] for fields in map(asked_fields, self.types.values()) if name in fields]
            same = all(info.annotation == infos[0].annotation for info in infos)
            yield _field(name, infos[0]) if same else Field(name, _flow(infos[0].description), ())

    def parts(self) -> Iterator[tuple[str, str, list[Field]]]:
        """Each part that fields are made of: its name, docstring and fields."""
        seen: dict[type[Part], None] = {}
        for each in self.types.values():
            _collect(each, seen)
        for part in seen:
            if len(fields := asked_fields(part)) > 1:
                yield part.__name__, _doc(part), [_field(name, info) for name, info in fields.items()]

    def synopsis_rules(self) -> str:
        return _doc(Sentence)


def _field(name: str, info: FieldInfo) -> Field:
    literals = [each for each in (info.annotation, *get_args(info.annotation)) if get_origin(each) is Literal]
    return Field(name, _flow(info.description), get_args(literals[0]) if literals else ())


def _concrete(family: type[Event]) -> Iterator[type[Event]]:
    if len(get_args(family.model_fields["type"].annotation)) == 1:
        yield family
    for each in family.__subclasses__():
        yield from _concrete(each)


def _collect(model: type[Part], seen: dict[type[Part], None]) -> None:
    for field in asked_fields(model).values():
        for part in _parts_in(field.annotation):
            if part not in seen:
                seen[part] = None
                _collect(part, seen)


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts_in(argument)


def _doc(model: type[Part]) -> str:
    return inspect.cleandoc(model.__dict__.get("__doc__") or "")


def _flow(text: str | None) -> str:
    return " ".join((text or "").split())
