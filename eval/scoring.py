"""The score of one article, and of many as a function of the sum of their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from .aligning import Alignment, Pair, align
from .counting import Tally
from .fields import FIELDS
from .mistakes import KINDS, Mistake, mistakes
from .records import Record

LEVELS = ("found", "typed", "event", "exact")
NOTHING = "—"
"""The other side of a record that is missed or spurious, in confusions."""
_NOT_EXACT = {"evidence"}
"""Two careful people quote the same fact in different lengths."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one article: levels and fields by name, and what the `event` tally gains if a kind is mended."""

    levels: dict[str, Tally]
    fields: dict[str, Tally]
    mended: dict[str, Tally]
    confusions: dict[str, Counter[tuple[str, str]]]
    """For type, mode, status and certainty: (gold, predicted) → how often."""
    mistakes: tuple[Mistake, ...]
    alignment: Alignment


def score(gold: Sequence[Record], predicted: Sequence[Record]) -> Score:
    alignment = align(gold, predicted)
    found = tuple(mistakes(alignment))
    return Score(
        levels=_levels(alignment, len(predicted), len(gold)),
        fields={name: _field(name, alignment) for name in FIELDS},
        mended=_mended(alignment, found),
        confusions=_confusions(alignment),
        mistakes=found,
        alignment=alignment,
    )


def credits_of(pair: Pair) -> dict[str, float]:
    """The credit of each field that either record of the pair fills."""
    every = {name: each.credit(pair.gold, pair.predicted) for name, each in FIELDS.items()}
    return {name: credit for name, credit in every.items() if credit is not None}


def event_credit(pair: Pair) -> float:
    """The mean credit of the fields."""
    return fmean(credits_of(pair).values())


def is_exact(pair: Pair) -> bool:
    return all(credit == 1 for name, credit in credits_of(pair).items() if name not in _NOT_EXACT)


def _levels(alignment: Alignment, predicted: int, gold: int) -> dict[str, Tally]:
    pairs = alignment.pairs
    typed = sum(pair.gold.event.type == pair.predicted.event.type for pair in pairs)
    hits = (len(pairs), typed, sum(map(event_credit, pairs)), sum(map(is_exact, pairs)))
    return {level: Tally.of(each, predicted, gold) for level, each in zip(LEVELS, hits, strict=True)}


def _field(name: str, alignment: Alignment) -> Tally:
    each = FIELDS[name]
    hits = predicted = gold = 0.0
    for pair in alignment.pairs:
        mine, theirs = each.sizes(pair.gold, pair.predicted)
        gold, predicted = gold + mine, predicted + theirs
        if mine and theirs:
            hits += each.hits(pair.gold, pair.predicted)
    gold += sum(map(each.own_size, alignment.missed))
    predicted += sum(map(each.own_size, alignment.spurious))
    return Tally.of(hits, predicted, gold)


def _mended(alignment: Alignment, found: Iterable[Mistake]) -> dict[str, Tally]:
    pairs = {pair.gold.number: credits_of(pair) for pair in alignment.pairs}
    gains = dict.fromkeys(KINDS, Tally())
    for each in found:
        if each.gold is None:
            gain = Tally(0, -1, 0, 0)
        elif each.predicted is None:
            gain = Tally.of(1, 1, 0)
        else:
            known = pairs[each.gold]
            gain = Tally.of(sum(1 - known.get(name, 1) for name in each.fields) / len(known), 0, 0)
        gains[each.kind] = gains[each.kind].plus(gain)
    return gains


def _confusions(alignment: Alignment) -> dict[str, Counter[tuple[str, str]]]:
    sides: list[tuple[Any, Any]] = [(pair.gold.event, pair.predicted.event) for pair in alignment.pairs]
    alone: list[tuple[Any, Any]] = [(each.event, None) for each in alignment.missed]
    alone += [(None, each.event) for each in alignment.spurious]
    confusions = {
        name: Counter((str(getattr(gold, name)), str(getattr(predicted, name))) for gold, predicted in sides)
        for name in ("status", "certainty")
    }
    confusions["type"] = Counter(
        (gold.type if gold else NOTHING, predicted.type if predicted else NOTHING)
        for gold, predicted in [*sides, *alone]
    )
    confusions["mode"] = Counter(
        (f"{gold.type}/{gold.mode}", f"{predicted.type}/{predicted.mode}")
        for gold, predicted in sides
        if gold.type == predicted.type
    )
    return confusions
