"""Counts that add up: every score of the corpus is a function of a sum over its articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Tally(NamedTuple):
    """How many of the predicted are right, and how many of the gold were got; credit may be a fraction.

    The two hits are the same where pairing is one to one.
    """

    predicted_hits: float = 0
    predicted: float = 0
    gold_hits: float = 0
    gold: float = 0

    @classmethod
    def of(cls, hits: float, predicted: float, gold: float) -> Tally:
        return cls(hits, predicted, hits, gold)

    def plus(self, other: Tally) -> Tally:
        return Tally(
            self.predicted_hits + other.predicted_hits,
            self.predicted + other.predicted,
            self.gold_hits + other.gold_hits,
            self.gold + other.gold,
        )

    def minus(self, other: Tally) -> Tally:
        return self.plus(Tally(*(-number for number in other)))

    @property
    def precision(self) -> float:
        return self.predicted_hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.gold_hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        precision, recall = self.precision, self.recall
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def empty(self) -> bool:
        """Nothing was there and nothing was said: neither right nor wrong."""
        return not (self.predicted or self.gold)


Counts = Mapping[str, Tally]


def total(parts: Iterable[Counts]) -> dict[str, Tally]:
    """The sum, name by name, in the order in which names first come."""
    sums: dict[str, Tally] = {}
    for counts in parts:
        for name, tally in counts.items():
            sums[name] = sums[name].plus(tally) if name in sums else tally
    return sums
