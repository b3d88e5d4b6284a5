"""What a record is made of. Class and field docstrings are the guideline that the model reads."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """Frozen, closed to unknown fields, and described by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Computed:
    """Marks a field that this package fills in and that no model is asked for."""


def fault(problem: str) -> PydanticCustomError:
    """A validation error in our own words: re-asks, and so recordings, must not change with pydantic's."""
    return PydanticCustomError("contract", "{problem}", {"problem": problem})


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-3, and XKX, which the United Nations and the European Union use for Kosovo."""
    import pycountry

    return frozenset({country.alpha_3 for country in pycountry.countries} | {"XKX"})


def _known_country(code: str) -> str:
    if code not in country_codes():
        raise fault("must be an ISO 3166-1 alpha-3 code such as PRK (XKX for Kosovo), or null")
    return code


Country = Annotated[str, AfterValidator(_known_country)]

# JSON has one kind of number; a count reads as 4000 and not as 4000.0.
Number = Annotated[
    float,
    Field(strict=True, ge=0, allow_inf_nan=False),
    AfterValidator(lambda number: int(number) if number == int(number) else number),
    PlainSerializer(lambda number: number),
]

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


def first_day(when: str) -> date:
    """The first day of an ISO 8601 year, month or day. Raises ValueError."""
    if not _DATE.fullmatch(when):
        raise ValueError(when)
    return date.fromisoformat(when + "-01-01"[len(when) - 4 :])


def _real_date(when: str) -> str:
    try:
        first_day(when)
    except ValueError:
        raise fault("must be a real date written 2024, 2025-01 or 2025-01-15, or null") from None
    return when


Date = Annotated[str, AfterValidator(_real_date)]


class Actor(Part):
    """A party. Name the one the text names: a country's army is `military`, not `state`."""

    name: str = Field(min_length=1)
    """The fullest form in the article. A capital or seat of power that stands for a state is the state
    ("Pyongyang" → North Korea, "the Kremlin" → Russia)."""
    kind: Literal[
        "state",
        "government_body",
        "military",
        "armed_group",
        "person",
        "international_organisation",
        "company",
        "civilians",
        "media",
        "other",
    ]
    """A minister, envoy or anybody by name or office is a `person`, a body that speaks through a spokesman that
    body; soldiers and units are `military`."""
    country: Country | None = None
    """ISO 3166-1 alpha-3 code of the side it belongs to (PRK; XKX for Kosovo), also where only the context tells
    (an armed group: the state it fights in); null for a body of several states or where unknown."""


class Source(Part):
    """Who says so."""

    name: str = Field(min_length=1)
    kind: Literal[
        "government",
        "military",
        "intelligence",
        "state_media",
        "media",
        "armed_group",
        "international_organisation",
        "ngo",
        "company",
        "expert",
        "witness",
        "anonymous",
        "other",
    ]
    country: Country | None = None
    """As an actor's."""


class Quantity(Part):
    """ "4,000": low = high = 4000, exact. "some", "around", "nearly" N: low = high = N, approximate.
    "at least N", "N or more": low N, high null, at_least. "more than N": low N, more_than. "up to N": high N,
    low null, at_most. "fewer than N": high N, less_than. "between 30 and 40", "two or three": both bounds,
    range. "dozens", "a considerable amount": no bounds, vague."""

    text: str = Field(min_length=1)
    """The verbatim phrase."""
    low: Number | None = None
    high: Number | None = None
    qualifier: Literal[
        "exact", "approximate", "at_least", "more_than", "at_most", "less_than", "range", "vague"
    ]
    scope: Literal["increment", "cumulative"] | None = None
    """`increment` for an addition to an earlier total ("3,000 additional"), `cumulative` for a running total
    ("11,000 so far"), else null."""
    unit: str | None = None
    """Null for a count; else an ISO 4217 code or SI symbol (USD, km)."""

    BOUNDS: ClassVar[dict[str, tuple[bool, bool]]] = {
        "exact": (True, True),
        "approximate": (True, True),
        "at_least": (True, False),
        "more_than": (True, False),
        "at_most": (False, True),
        "less_than": (False, True),
        "range": (True, True),
        "vague": (False, False),
    }

    @model_validator(mode="after")
    def _bounds_fit_qualifier(self) -> Self:
        wanted = self.BOUNDS[self.qualifier]
        if (self.low is not None, self.high is not None) != wanted:
            low, high = ("a number" if bound else "null" for bound in wanted)
            raise fault(f"with qualifier {self.qualifier}, low must be {low} and high {high}")
        if self.qualifier in ("exact", "approximate") and self.low != self.high:
            raise fault(f"with qualifier {self.qualifier}, low and high must be equal")
        if (
            self.qualifier == "range"
            and self.low is not None
            and self.high is not None
            and self.low >= self.high
        ):
            raise fault("with qualifier range, low must be below high")
        return self


class Item(Part):
    """One number given for several items together is ONE item that names them all; a part of a count
    ("among them six children") is another item of the same record."""

    name: str = Field(min_length=1)
    quantity: Quantity | None = None
    """Null where no amount is stated: "a bomb", "the missiles". A single person lost, held or freed counts 1."""


class Place(Part):
    name: str = Field(min_length=1)
    """The name alone: "Berezna" for "a ridge above Berezna" or "20 km off Berezna"."""
    country: Country | None = None
    """The state it lies in, also where only the name or the context tells; null between states."""
    role: Literal["site", "origin", "destination"]
    """`origin`, `destination`: of what moves or is moved; a launch ground is the `site`."""


class Time(Part):
    """When it HAPPENED or is planned to, never when it was reported or announced; the publication date is
    never a fallback, nor is the time stamp of a live blog's entry. The whole is null where the text gives no
    time. Relative phrases are resolved against the publication date: "this week" is that week's Monday to the
    publication day (for what is to come: publication day to Sunday); "last year" the year before; "so far this
    year" 1 January to the publication day; "since March" has `start` and no `end`. A phrase that only orders
    ("days later"), or that nothing anchors, has `text` and no bounds."""

    text: str | None = None
    """The verbatim phrase; null where the date is only implied."""
    start: Date | None = None
    """ISO 8601 at the precision of the text: 2024, 2025-01 or 2025-01-15."""
    end: Date | None = None
    """Equal to `start` for a single day, month or year; null for what goes on."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and first_day(self.start) > first_day(self.end):
            raise fault("start must not be after end")
        return self


GroundingStatus = Literal["exact", "normalised", "elided", "ungrounded"]


class Evidence(Part):
    """A quote and where it stands: half-open offsets into `Article.text`, None where ungrounded.

    A model gives the quote alone. Once grounded as `exact` or `normalised`, `quote` is the article's own
    wording; `elided` keeps the model's, with its ellipsis.
    """

    quote: str = Field(min_length=1)
    status: Annotated[GroundingStatus, Computed()] = "ungrounded"
    start: Annotated[int | None, Computed()] = None
    end: Annotated[int | None, Computed()] = None

    @model_validator(mode="before")
    @classmethod
    def _from_quote(cls, value: object) -> object:
        return {"quote": value} if isinstance(value, str) else value


class Check(Part):
    """A value that the record's evidence does not hold: found elsewhere in the `article`, or `nowhere`."""

    field: str
    value: str
    found: Literal["article", "nowhere"]
