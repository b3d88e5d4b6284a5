"""How sure a score is, and a difference of two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from .counting import Counts, Tally

SEED = 2025
RESAMPLES = 2000
_PERMUTATIONS = 10_000
_MOST_EXACT = 11
"""Up to so many changed articles all 2,048 ways to swap them are tried; above, a sample."""
FEWEST = 6
"""Below so many changed articles no paired test reaches p < .05: 2 of 2⁵ ways are already .0625."""


class Interval(NamedTuple):
    low: float
    high: float


def bootstrap(articles: Sequence[Counts], seed: int = SEED) -> dict[str, Interval]:
    """The middle 95 % of F1 over resampled articles, name by name."""
    if not articles:
        return {}
    names = list(articles[0])
    columns = [[counts[name][n] for counts in articles] for name in names for n in range(4)]
    random = Random(seed)
    resampled: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(RESAMPLES):
        drawn = random.choices(range(len(articles)), k=len(articles))
        sums = [sum(map(column.__getitem__, drawn)) for column in columns]
        for n, name in enumerate(names):
            resampled[name].append(Tally(*sums[4 * n : 4 * n + 4]).f1)
    return {name: _middle(sorted(values)) for name, values in resampled.items()}


def _middle(values: list[float]) -> Interval:
    tail = len(values) // 40
    return Interval(values[tail], values[-1 - tail])


class Comparison(NamedTuple):
    """Two scores of the same articles. `p` is None where no test can say anything."""

    before: float
    after: float
    changed: int
    p: float | None
    exact: bool

    @property
    def delta(self) -> float:
        return self.after - self.before

    @property
    def significant(self) -> bool:
        return self.p is not None and self.p < 0.05

    @property
    def verdict(self) -> str:
        if not self.changed:
            return "no article changed"
        if self.p is None:
            return (
                f"inconclusive: {self.changed} articles changed, and below {FEWEST} no test can reach p < .05"
            )
        if not self.significant:
            return f"inconclusive (p = {self.p:.3f})"
        p = f"p = {self.p:.3f}" if self.p >= 0.001 else "p < 0.001"
        return f"{'better' if self.delta > 0 else 'worse'} ({p})"


def compare(before: Sequence[Tally], after: Sequence[Tally], seed: int = SEED) -> Comparison:
    """Paired permutation test of the difference of F1: each article's two tallies could have been swapped."""
    pairs = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    same = _sum([one for one, other in zip(before, after, strict=True) if one == other])
    observed = _f1s(pairs, same, [False] * len(pairs))
    if len(pairs) < FEWEST:
        return Comparison(*observed, len(pairs), None, exact=True)
    exact = len(pairs) <= _MOST_EXACT
    if exact:
        ways = product((False, True), repeat=len(pairs))
        differences = [_difference(_f1s(pairs, same, way)) for way in ways]
    else:
        random = Random(seed)
        differences = [
            _difference(_f1s(pairs, same, [random.random() < 0.5 for _ in pairs]))
            for _ in range(_PERMUTATIONS)
        ]
    # Equal up to the last bits counts as equal; the observed way itself is one of the sampled ones.
    extreme = sum(each >= _difference(observed) - 1e-12 for each in differences)
    p = extreme / len(differences) if exact else (extreme + 1) / (len(differences) + 1)
    return Comparison(*observed, len(pairs), p, exact)


def _f1s(pairs: Sequence[tuple[Tally, Tally]], same: Tally, swapped: Sequence[bool]) -> tuple[float, float]:
    before, after = same, same
    for (one, other), swap in zip(pairs, swapped, strict=True):
        before, after = before.plus(other if swap else one), after.plus(one if swap else other)
    return before.f1, after.f1


def _difference(f1s: tuple[float, float]) -> float:
    return abs(f1s[1] - f1s[0])


def _sum(tallies: Sequence[Tally]) -> Tally:
    result = Tally()
    for each in tallies:
        result = result.plus(each)
    return result
