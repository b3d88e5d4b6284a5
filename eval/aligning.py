"""Which predicted record is which gold record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .fields import FIELDS
from .matching import assign
from .records import Record

# What tells one happening from another, and how much it counts. The type is one voice among several: a record
# of the wrong type is still found, else there would be no confusions to see.
WEIGHTS = {
    "type": 3.0,
    "mode": 1.0,
    "actors": 1.0,
    "targets": 1.0,
    "items": 1.0,
    "quantity": 1.0,
    "time": 1.0,
    "places": 1.0,
}
EVIDENCE_WEIGHT = 4.0
GATE = 0.5
"""The least similarity of two records that may be the same."""


class Pair(NamedTuple):
    gold: Record
    predicted: Record
    similarity: float


class Alignment(NamedTuple):
    pairs: tuple[Pair, ...]
    missed: tuple[Record, ...]
    spurious: tuple[Record, ...]


def nearest(record: Record, others: Sequence[Record]) -> tuple[Record, float] | None:
    """For a record without a partner, the one of the other side that is most like it."""
    if not others:
        return None
    best = max(others, key=lambda other: similarity(record, other))
    return best, similarity(record, best)


def similarity(gold: Record, predicted: Record) -> float:
    """The weighted mean over what either of them fills, from 0 to 1."""
    got = EVIDENCE_WEIGHT * _shared_evidence(gold, predicted)
    weights = EVIDENCE_WEIGHT
    for name, weight in WEIGHTS.items():
        credit = FIELDS[name].credit(gold, predicted)
        if credit is not None:
            got += weight * credit
            weights += weight
    return got / weights


def _shared_evidence(gold: Record, predicted: Record) -> float:
    """Of the shorter evidence: one labeller quotes a clause where the other quotes its sentence."""
    evidence = FIELDS["evidence"]
    shorter = min(evidence.size(gold), evidence.size(predicted))
    return evidence.hits(gold, predicted) / shorter if shorter else 0.0


def align(gold: Sequence[Record], predicted: Sequence[Record]) -> Alignment:
    """One-to-one pairs of greatest total similarity among those that pass the gate.

    Pairs below the gate are taken out before the assignment is solved: to drop them afterwards would lose
    matches that gave way to them.
    """
    gated = [[_gated(mine, theirs) for theirs in predicted] for mine in gold]
    pairs = tuple(Pair(gold[i], predicted[j], gated[i][j]) for i, j in assign(gated) if gated[i][j])
    of_gold = {pair.gold.number for pair in pairs}
    of_predicted = {pair.predicted.number for pair in pairs}
    return Alignment(
        pairs,
        tuple(each for each in gold if each.number not in of_gold),
        tuple(each for each in predicted if each.number not in of_predicted),
    )


def _gated(gold: Record, predicted: Record) -> float:
    """Without type and without evidence in common no two records reach the gate, however like the rest is."""
    if gold.event.type != predicted.event.type and not FIELDS["evidence"].hits(gold, predicted):
        return 0.0
    value = similarity(gold, predicted)
    return value if value >= GATE else 0.0
