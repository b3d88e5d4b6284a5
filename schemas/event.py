"""The base of every event type."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from .parts import Actor, Check, Computed, Evidence, Item, Part, Place, Source, Time, fault


class Event(Part):
    """One happening is one record, however often the article mentions it: same type, sides, time and place.
    Split where type, side, time, place or the counted group differs. A background event ("a pact signed last
    year") is a record with its own date. Habitual or general mentions are one record, status `ongoing`.

    No record and no evidence comes from what is not the article: headlines of other stories ("Related:",
    "Read also"), captions repeated from the text, appeals for money, newsletter and cookie notices, author
    notes, comments. The article's headline may be evidence, but the body's wording is preferred.
    Speculation about what might happen, "would not rule out", and "nobody was hurt" make no record. Nor do:
    a place merely "held since March" (people held, forces stationed are `ongoing`), a boast, comparison or
    forecast; the author's own advice; a remark on a recorded event ("routine", "a success", thanks) and "no
    comment"; help that is cut or suspended; what only follows from a recorded act (lorries stuck, the wounded
    treated, work due under a text). An offer, plan or
    talk of an act is that act, `planned` or `proposed`, and no `statement` or `meeting` besides. A foiled or failed act is `attempted`; a test that flew and failed has `occurred`.
    Postponed: `planned`, with the new date. Cancelled: `did_not_occur`. Rival numbers or versions that still
    stand make one record each, with its own attribution; a figure that its own source corrected or withdrew
    makes none.
    """

    type: str
    """Act over words; the more specific type."""
    mode: str
    """One of the type's own modes, else `other`."""
    actors: tuple[Actor, ...] = ()
    """Who did it, named or clearly implied; empty where the text names none."""
    targets: tuple[Actor, ...] = ()
    """To, with or against whom: recipient, victim, addressee, opponent."""
    items: tuple[Item, ...] = ()
    """What was used, moved, shown, given or counted, as the type says: weapons, systems, people counted, money;
    never what was hit, a range, a length of time or land. A price, rent, ransom, reward or wage is an item of
    the record that it pays for."""
    places: tuple[Place, ...] = ()
    """Only places that the text gives for this event."""
    time: Time | None = None
    topic: str | None = None
    """Short noun phrase: the instrument of an agreement, subject of a meeting or statement, name of an
    exercise, charge; else null."""
    status: Literal["occurred", "ongoing", "planned", "attempted", "proposed", "did_not_occur"]
    """`planned`: announced, ordered, pledged or scheduled. `proposed`: called for, considered, hoped for.
    `did_not_occur`: denied or reported not to have happened. Totals pledged or given "since" a date:
    `ongoing`."""
    certainty: Literal["certain", "probable", "possible"]
    """How sure the article's own words are. A hedge on any field lowers it: "appears to", "likely", "is
    expected to" (`planned`), the hearsay conditional (French "serait") → probable; "could", "may", or
    "alleged", "suspected" with no source → possible. A plain report is certain: neither a named source nor a
    side's denial lowers it."""
    attribution: tuple[Source, ...] = ()
    """The origin of the claim first, then each who passed it on; empty where the outlet says it itself."""
    evidence: tuple[Evidence, ...] = Field(json_schema_extra={"minItems": 1})
    """1 to 3 quotes copied to the letter from the article, without ellipses, each the shortest passage that
    carries the facts, at most about 300 characters; together they support every filled field: a passage with
    "he", "the town" or "its ministry" goes with one that names them."""
    summary: str = Field(min_length=1)
    """One sentence, at most 30 words, saying nothing that the evidence does not say."""
    checks: Annotated[tuple[Check, ...], Computed()] = ()

    @field_validator("evidence")
    @classmethod
    def _one_to_three(cls, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        # Not by min_length: pydantic counts the quotes that are valid, and [""] would seem to hold none.
        if not evidence:
            raise fault("must hold at least 1")
        if len(evidence) > 3:
            raise fault("holds at most 3 quotes; keep those that carry the facts")
        return evidence

    @field_validator("time")
    @classmethod
    def _empty_is_none(cls, time: Time | None) -> Time | None:
        return None if time == Time() else time

    @classmethod
    def modes(cls) -> tuple[str, ...]:
        return get_args(cls.model_fields["mode"].annotation)
