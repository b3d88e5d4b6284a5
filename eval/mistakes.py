"""What kind of mistake it is, and what the score would be without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .aligning import Alignment, Pair
from .fields import FIELDS, item_pairs, paired, same_party
from .records import Record

_SURER = ("possible", "probable", "certain")


class Mistake(NamedTuple):
    kind: str
    fields: tuple[str, ...]
    """The fields that would be right without it; all of them for a record that is missed or spurious."""
    gold: int | None
    predicted: int | None


Finder = Callable[[Record, Record], Iterator[tuple[str, tuple[str, ...]]]]
_FINDERS: list[Finder] = []
KINDS: list[str] = ["missed", "spurious"]


def kinds(*names: str) -> Callable[[Finder], Finder]:
    """Registers a function that finds mistakes of these kinds in a pair."""

    def register(finder: Finder) -> Finder:
        KINDS.extend(names)
        _FINDERS.append(finder)
        return finder

    return register


def mistakes(alignment: Alignment) -> Iterator[Mistake]:
    everything = tuple(FIELDS)
    for record in alignment.missed:
        yield Mistake("missed", everything, record.number, None)
    for record in alignment.spurious:
        yield Mistake("spurious", everything, None, record.number)
    for pair in alignment.pairs:
        yield from _in_pair(pair)


def _in_pair(pair: Pair) -> Iterator[Mistake]:
    for finder in _FINDERS:
        for kind, names in finder(pair.gold, pair.predicted):
            open_ = pair.gold.unannotated | pair.predicted.unannotated
            if not any(FIELDS[name].part_of in open_ for name in names):
                yield Mistake(kind, names, pair.gold.number, pair.predicted.number)


def _credit(name: str, gold: Record, predicted: Record) -> float:
    """1 where both are empty: there is nothing to mend."""
    credit = FIELDS[name].credit(gold, predicted)
    return 1.0 if credit is None else credit


@kinds("wrong type", "wrong mode")
def _type(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if gold.event.type != predicted.event.type:
        yield "wrong type", ("type", "mode")
    elif gold.event.mode != predicted.event.mode:
        yield "wrong mode", ("mode",)


@kinds("swapped sides", "wrong side", "other parties")
def _sides(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    wrong = tuple(name for name in ("actors", "targets") if _credit(name, gold, predicted) < 1)
    if not wrong:
        return
    straight = paired(gold.actors, predicted.actors, same_party) + paired(
        gold.targets, predicted.targets, same_party
    )
    to_actors = paired(gold.targets, predicted.actors, same_party)
    to_targets = paired(gold.actors, predicted.targets, same_party)
    if to_actors and to_targets and not straight:
        yield "swapped sides", ("actors", "targets")
    elif to_actors + to_targets > straight or ((to_actors or to_targets) and not straight):
        yield "wrong side", ("actors", "targets")
    else:
        yield "other parties", wrong


@kinds("factor of 10", "factor of 1,000", "wrong quantity")
def _quantity(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _credit("quantity", gold, predicted) == 1:
        return
    ratios = set()
    for mine, theirs in item_pairs(gold, predicted):
        one, other = mine.part.quantity, theirs.part.quantity
        if one and other:
            for bound in ("low", "high"):
                ratios.add(_ratio(getattr(one, bound), getattr(other, bound)))
    if 1000 in ratios:
        yield "factor of 1,000", ("quantity",)
    elif 10 in ratios:
        yield "factor of 10", ("quantity",)
    else:
        yield "wrong quantity", ("quantity",)


def _ratio(one: float | None, other: float | None) -> float | None:
    return max(one, other) / min(one, other) if one and other else None


@kinds("wrong year", "wrong time")
def _time(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _credit("time", gold, predicted) == 1:
        return
    mine, theirs = gold.event.time, predicted.event.time
    bounds = (
        [(one, other) for one, other in ((mine.start, theirs.start), (mine.end, theirs.end)) if one or other]
        if mine and theirs
        else []
    )
    if bounds and all(
        one and other and one[:4] != other[:4] and one[4:] == other[4:] for one, other in bounds
    ):
        yield "wrong year", ("time",)
    else:
        yield "wrong time", ("time",)


@kinds("lost hedge", "over-hedged")
def _certainty(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    difference = _SURER.index(predicted.event.certainty) - _SURER.index(gold.event.certainty)
    if difference:
        yield "lost hedge" if difference > 0 else "over-hedged", ("certainty",)


@kinds("wrong status")
def _status(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if gold.event.status != predicted.event.status:
        yield "wrong status", ("status",)


@kinds("wrong origin", "wrong chain")
def _attribution(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _credit("origin", gold, predicted) < 1:
        yield "wrong origin", ("origin", "chain")
    elif _credit("chain", gold, predicted) < 1:
        yield "wrong chain", ("chain",)


@kinds("wrong items")
def _items(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _credit("items", gold, predicted) < 1:
        yield "wrong items", ("items",)


@kinds("wrong places")
def _places(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    wrong = tuple(name for name in ("places", "place_role") if _credit(name, gold, predicted) < 1)
    if wrong:
        yield "wrong places", wrong


@kinds("other evidence")
def _evidence(gold: Record, predicted: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not FIELDS["evidence"].hits(gold, predicted):
        yield "other evidence", ("evidence",)
