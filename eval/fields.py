"""What is compared in a record, field by field. To add a metric, write one function here.

A field has a size in each record (how many parties, items, characters …; 0 where it is empty) and, for two
records, a number of hits. Precision is hits over what was predicted, recall hits over gold; the credit of one
pair is 2 × hits / (size + size), so 1 where all is right, and nothing where both are empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from summariser.schemas import Quantity

from .matching import assign
from .records import Named, Record


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    part_of: str
    """The field of the record that it belongs to; a gold record may leave that one unannotated."""
    size: Callable[[Record], int]
    hits: Callable[[Record, Record], float]

    def sizes(self, gold: Record, predicted: Record) -> tuple[int, int]:
        if self.part_of in gold.unannotated or self.part_of in predicted.unannotated:
            return 0, 0
        return self.size(gold), self.size(predicted)

    def own_size(self, record: Record) -> int:
        return 0 if self.part_of in record.unannotated else self.size(record)

    def credit(self, gold: Record, predicted: Record) -> float | None:
        """None where both are empty."""
        mine, theirs = self.sizes(gold, predicted)
        if not mine + theirs:
            return None
        return 2 * self.hits(gold, predicted) / (mine + theirs) if mine and theirs else 0.0


FIELDS: dict[str, Field] = {}


def field(
    size: Callable[[Record], int], part_of: str | None = None
) -> Callable[[Callable[[Record, Record], float]], Callable[[Record, Record], float]]:
    """Registers a function that counts the hits of two records."""

    def register(hits: Callable[[Record, Record], float]) -> Callable[[Record, Record], float]:
        name = hits.__name__.removesuffix("_")
        FIELDS[name] = Field(name, part_of or name, size, hits)
        return hits

    return register


def _always(_: Record) -> int:
    return 1


@field(_always)
def type_(gold: Record, predicted: Record) -> float:
    return gold.event.type == predicted.event.type


@field(_always)
def mode(gold: Record, predicted: Record) -> float:
    """A mode is one of its type."""
    return (gold.event.type, gold.event.mode) == (predicted.event.type, predicted.event.mode)


@field(_always)
def status(gold: Record, predicted: Record) -> float:
    return gold.event.status == predicted.event.status


@field(_always)
def certainty(gold: Record, predicted: Record) -> float:
    return gold.event.certainty == predicted.event.certainty


@field(lambda record: len(record.actors))
def actors(gold: Record, predicted: Record) -> float:
    return paired(gold.actors, predicted.actors, same_party)


@field(lambda record: len(record.targets))
def targets(gold: Record, predicted: Record) -> float:
    return paired(gold.targets, predicted.targets, same_party)


@field(lambda record: len(record.items))
def items(gold: Record, predicted: Record) -> float:
    """Items of the same name."""
    return sum(mine.same_name(theirs) for mine, theirs in item_pairs(gold, predicted))


@field(lambda record: sum(each.part.quantity is not None for each in record.items), "items")
def quantity(gold: Record, predicted: Record) -> float:
    pairs = item_pairs(gold, predicted)
    return sum(same_quantity(mine.part.quantity, theirs.part.quantity) for mine, theirs in pairs)


@field(lambda record: sum(_scope(each) is not None for each in record.items), "items")
def scope(gold: Record, predicted: Record) -> float:
    pairs = item_pairs(gold, predicted)
    return sum(_scope(mine) is not None and _scope(mine) == _scope(theirs) for mine, theirs in pairs)


@field(lambda record: len(record.places))
def places(gold: Record, predicted: Record) -> float:
    return paired(gold.places, predicted.places, same_place)


@field(lambda record: len(record.places), "places")
def place_role(gold: Record, predicted: Record) -> float:
    pairs = pairs_of(gold.places, predicted.places, same_place)
    return float(sum(mine.part.role == theirs.part.role for mine, theirs in pairs))


@field(lambda record: int(record.days is not None))
def time(gold: Record, predicted: Record) -> float:
    """Days that both have, over days that either has."""
    if gold.days is None or predicted.days is None:
        return 0.0
    first, last = max(gold.days[0], predicted.days[0]), min(gold.days[1], predicted.days[1])
    shared = max(0, last - first + 1)
    lengths = sum(days[1] - days[0] + 1 for days in (gold.days, predicted.days))
    return shared / (lengths - shared)


@field(lambda record: int(bool(record.attribution)), "attribution")
def origin(gold: Record, predicted: Record) -> float:
    """Who says so in the first place."""
    if not (gold.attribution and predicted.attribution):
        return 0.0
    return same_party(gold.attribution[0], predicted.attribution[0])


@field(lambda record: int(bool(record.attribution)), "attribution")
def chain(gold: Record, predicted: Record) -> float:
    """The origin and everybody who passed it on, in order, by name."""
    mine, theirs = gold.attribution, predicted.attribution
    return len(mine) == len(theirs) and all(map(Named.same_name, mine, theirs))


@field(lambda record: sum(span.end - span.start for span in record.spans))
def evidence(gold: Record, predicted: Record) -> float:
    """Characters that both quote."""
    return sum(
        max(0, min(mine.end, theirs.end) - max(mine.start, theirs.start))
        for mine in gold.spans
        for theirs in predicted.spans
    )


Likeness = Callable[[Named, Named], float]


def same_party(mine: Named, theirs: Named) -> float:
    """1 for the same name, kind and country; ¾ where kind or country is off, ½ where both are; else 0."""
    if not mine.same_name(theirs):
        return 0.0
    off = [mine.part.kind != theirs.part.kind, mine.part.country != theirs.part.country]
    return 1.0 - 0.25 * off.count(True)


def same_place(mine: Named, theirs: Named) -> float:
    """1 for the same name and country, ½ for the same name."""
    if not mine.same_name(theirs):
        return 0.0
    return 1.0 if mine.part.country == theirs.part.country else 0.5


def same_quantity(mine: Quantity | None, theirs: Quantity | None) -> float:
    """1 where bounds, qualifier and unit are equal; ½ where one bound or only the qualifier is off."""
    if mine is None or theirs is None or mine.unit != theirs.unit:
        return 0.0
    wrong_bounds = (mine.low != theirs.low) + (mine.high != theirs.high)
    if wrong_bounds == 2:
        return 0.0
    return 0.5 if wrong_bounds or mine.qualifier != theirs.qualifier else 1.0


def item_pairs(gold: Record, predicted: Record) -> list[tuple[Named, Named]]:
    return pairs_of(gold.items, predicted.items, _item_likeness)


def _item_likeness(mine: Named, theirs: Named) -> float:
    return mine.same_name(theirs) + same_quantity(mine.part.quantity, theirs.part.quantity)


def _scope(item: Named) -> str | None:
    quantity: Quantity | None = item.part.quantity
    return quantity.scope if quantity else None


def pairs_of(gold: Sequence[Named], predicted: Sequence[Named], like: Likeness) -> list[tuple[Named, Named]]:
    """One-to-one pairs of greatest total likeness, without those that are not alike at all."""
    if not (gold and predicted):
        return []
    if len(gold) == len(predicted) == 1:
        return [(gold[0], predicted[0])] if like(gold[0], predicted[0]) else []
    weights = [[like(mine, theirs) for theirs in predicted] for mine in gold]
    return [(gold[i], predicted[j]) for i, j in assign(weights) if weights[i][j]]


def paired(gold: Sequence[Named], predicted: Sequence[Named], like: Likeness) -> float:
    return sum(like(mine, theirs) for mine, theirs in pairs_of(gold, predicted, like))
