"""Gold: what a labeller says an article reports. The same parts as a record, with aliases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema

from summariser import Article, Grounder
from summariser.schemas import Actor, ConflictEvent, Event, Item, Ontology, Part, Place, Source, Time, fault

Aliases = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field()]


@cache
def types() -> dict[str, type[Event]]:
    return Ontology.of(ConflictEvent).types


class GoldActor(Actor):
    aliases: Aliases = ()
    """Other names that an answer could fairly give."""


class GoldSource(Source):
    aliases: Aliases = ()
    """Other names that an answer could fairly give."""


class GoldItem(Item):
    aliases: Aliases = ()
    """Other names that an answer could fairly give."""


class GoldPlace(Place):
    aliases: Aliases = ()
    """Other names that an answer could fairly give."""


ScoredField = Literal[
    "mode",
    "actors",
    "targets",
    "items",
    "places",
    "time",
    "status",
    "certainty",
    "attribution",
    "evidence",
]


class GoldEvent(Part):
    """One record as it should be. What is left out is empty; `status` and `certainty` have the usual value."""

    type: str
    mode: str
    actors: tuple[GoldActor, ...] = ()
    targets: tuple[GoldActor, ...] = ()
    items: tuple[GoldItem, ...] = ()
    places: tuple[GoldPlace, ...] = ()
    time: Time | None = None
    topic: str | None = None
    status: Literal["occurred", "ongoing", "planned", "attempted", "proposed", "did_not_occur"] = "occurred"
    certainty: Literal["certain", "probable", "possible"] = "certain"
    attribution: tuple[GoldSource, ...] = ()
    evidence: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1, max_length=3)
    """Verbatim quotes."""
    unannotated: tuple[ScoredField, ...] = ()
    """Fields that the labeller leaves open: they are not scored."""
    note: str | None = None
    """Why, where a colleague could label otherwise."""

    @field_validator("type")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in types():
            raise fault(f"must be one of {', '.join(types())}")
        return name

    @model_validator(mode="after")
    def _mode_of_type(self) -> GoldEvent:
        modes = types()[self.type].modes()
        if self.mode not in modes:
            raise fault(f"mode of {self.type} must be one of {', '.join(modes)}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # Editors then offer the modes of the type that is written.
        schema = handler.resolve_ref_schema(handler(core))
        schema["properties"]["type"]["enum"] = list(types())
        schema["allOf"] = [
            {
                "if": {"properties": {"type": {"const": name}}},
                "then": {"properties": {"mode": {"enum": list(each.modes())}}},
            }
            for name, each in types().items()
        ]
        return schema


class Correction(Part):
    """A change of a label after the first version, and its reason."""

    date: str
    change: str
    reason: str


class Gold(Part):
    """The labels of one article."""

    schema_: str | None = Field(default=None, alias="$schema")
    events: tuple[GoldEvent, ...]
    note: str | None = None
    """What adjudication decided, or why the article has no event."""
    history: tuple[Correction, ...] = ()


def faults(gold: Gold, article: Article) -> Iterator[str]:
    """What is wrong with labels that fit the schema: each line says where and what."""
    grounder = Grounder(article.text)
    for number, event in enumerate(gold.events, 1):
        where = f"event {number}"
        for n, quote in enumerate(event.evidence, 1):
            if grounder.ground(quote).status != "exact":
                nearest = grounder.nearest(quote)
                meant = f"; the nearest passage is {nearest!r}" if nearest else ""
                yield f"{where}, evidence {n}: {quote!r} is not in the article to the letter{meant}"
        verbatim = [("time", event.time.text)] if event.time and event.time.text else []
        verbatim += [("quantity", item.quantity.text) for item in event.items if item.quantity]
        for name, text in verbatim:
            if text not in article.text:
                yield f"{where}, {name}: {text!r} is not in the article to the letter"
        named: list[tuple[str, GoldActor | GoldSource | GoldItem | GoldPlace]] = []
        for name in ("actors", "targets", "items", "places", "attribution"):
            named += [(name, each) for each in getattr(event, name)]
        for name, each in named:
            if each.name in each.aliases or len(set(each.aliases)) < len(each.aliases):
                yield f"{where}, {name}: {each.name!r} repeats a name among its aliases"
    seen: dict[str, int] = {}
    for number, event in enumerate(gold.events, 1):
        same = event.model_dump_json(exclude={"note", "evidence"})
        if same in seen:
            yield f"event {number}: says the same as event {seen[same]}"
        seen.setdefault(same, number)
