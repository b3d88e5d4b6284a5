"""Two results side by side, and the two gates: exact for the same recordings, statistical for new ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from summariser import InputError

from .results import Kept, Result
from .scoring import LEVELS
from .uncertainty import Comparison, compare


class Verdict(IntEnum):
    """Exit codes of the command."""

    HOLDS = 0
    REGRESSION = 1
    BAD_INPUT = 2
    UNRECORDED = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What moved in one article. `share` is its part in the change of the corpus' F1 of `event`."""

    slug: str
    before: Kept
    after: Kept
    share: float

    @property
    def delta(self) -> float:
        return self.after.score - self.before.score

    def losses(self) -> list[str]:
        """Each way in which the article is worse than it was."""
        worse = []
        if self.after.error and not self.before.error:
            worse.append(f"failed: {self.after.error}")
        for level in LEVELS:
            old, new = self.before.counts[level].f1, self.after.counts[level].f1
            if new < old:
                worse.append(f"{level} {old:.3f} → {new:.3f}")
        if self.after.missed > self.before.missed:
            worse.append(f"{self.after.missed - self.before.missed:.0f} more missed")
        if self.after.false_alarm and not self.before.false_alarm:
            worse.append("events reported where there are none")
        for name in ("grounded", "supported", "kept"):
            old, new = self.before.counts[name].precision, self.after.counts[name].precision
            if new < old:
                worse.append(f"{name} {old:.3f} → {new:.3f}")
        return worse


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two results of the same fixtures."""

    before: Result
    after: Result
    comparison: Comparison
    changes: tuple[Change, ...]
    """Of the articles whose counts differ, the largest share first."""

    @property
    def same_recordings(self) -> bool:
        return self.before.signature.recordings == self.after.signature.recordings

    @property
    def regressions(self) -> list[tuple[Change, list[str]]]:
        return [(change, losses) for change in self.changes if (losses := change.losses())]

    @property
    def verdict(self) -> Verdict:
        """New recordings hold only where they are surely better; what is unsure is for a person to accept."""
        if self.same_recordings:
            return Verdict.REGRESSION if self.regressions else Verdict.HOLDS
        surely_better = self.comparison.significant and self.comparison.delta > 0
        return Verdict.HOLDS if surely_better else Verdict.REGRESSION

    def sentence(self) -> str:
        if self.same_recordings:
            count = len(self.regressions)
            if count:
                return f"regression: {count} article{'s' * (count > 1)} lost score under the same recordings"
            return "holds: same recordings, and no article lost score"
        changed = sum(
            old.recording != self.after.articles[slug].recording for slug, old in self.before.articles.items()
        )
        articles = "1 article" if changed == 1 else f"{changed} articles"
        return f"new recordings of {articles}: {self.comparison.verdict}"


def contrast(before: Result, after: Result) -> Contrast:
    """Raises `InputError` where the two are not values of one thing."""
    different = before.signature.incomparable(after.signature)
    if different or before.articles.keys() != after.articles.keys():
        names = ", ".join(different) or "articles"
        raise InputError(
            f"the two results do not compare: {names} differ",
            hint="Results compare only on the same fixtures, half and gate. After labels changed, accept anew.",
        )
    pairs = [(slug, old, after.articles[slug]) for slug, old in before.articles.items()]
    comparison = compare(
        [old.counts["event"] for _, old, _ in pairs],
        [new.counts["event"] for _, _, new in pairs],
    )
    changes = [
        Change(slug, old, new, _share(before, old, new))
        for slug, old, new in pairs
        if (old.counts, old.error) != (new.counts, new.error)
    ]
    changes.sort(key=lambda each: (-abs(each.share), each.slug))
    return Contrast(before, after, comparison, tuple(changes))


def _share(before: Result, old: Kept, new: Kept) -> float:
    """How far the corpus' F1 moves if this article alone changes."""
    event = before.total()["event"]
    return event.minus(old.counts["event"]).plus(new.counts["event"]).f1 - event.f1
