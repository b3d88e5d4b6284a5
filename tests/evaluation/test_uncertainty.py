from __future__ import annotations

import pytest

from eval.counting import Tally
from eval.uncertainty import bootstrap, compare


def tallies(*hits: float) -> list[Tally]:
    return [Tally.of(each, 10, 10) for each in hits]


def test_articles_that_are_all_alike_leave_no_doubt() -> None:
    interval = bootstrap([{"event": each} for each in tallies(8, 8, 8, 8)])["event"]
    assert interval == pytest.approx((0.8, 0.8))


def test_the_interval_holds_the_score_and_is_the_same_each_time() -> None:
    parts = [{"event": each} for each in tallies(2, 4, 6, 8, 10)]
    interval = bootstrap(parts)["event"]
    assert interval.low < 0.6 < interval.high
    assert interval == bootstrap(parts)["event"]
    assert interval != bootstrap(parts, seed=1)["event"]


@pytest.mark.parametrize(
    ("before", "after", "p", "verdict"),
    [
        ((5, 5, 5), (5, 5, 5), None, "no article changed"),
        ((5,) * 5, (9,) * 5, None, "inconclusive: 5 articles changed, and below 6 no test can reach p < .05"),
        ((5,) * 6, (9,) * 6, 2 / 64, "better (p = 0.031)"),  # all six one way: only that and its mirror
        ((9,) * 6, (5,) * 6, 2 / 64, "worse (p = 0.031)"),
        ((5,) * 6, (9, 9, 9, 9, 9, 1), 14 / 64, "inconclusive (p = 0.219)"),
    ],
)
def test_paired_test(
    before: tuple[float, ...], after: tuple[float, ...], p: float | None, verdict: str
) -> None:
    comparison = compare(tallies(*before), tallies(*after))
    assert comparison.p == (p if p is None else pytest.approx(p))
    assert comparison.verdict == verdict
    assert comparison.exact


def test_many_articles_are_sampled() -> None:
    comparison = compare(tallies(*[5] * 20), tallies(*[6] * 20))
    assert not comparison.exact
    assert comparison.significant
    assert comparison.p is not None
    assert comparison.p >= 1 / 10_001


def test_unchanged_articles_count_in_the_score_but_not_in_the_test() -> None:
    comparison = compare(tallies(5, 5), tallies(5, 9))
    assert (comparison.before, comparison.after, comparison.changed) == (0.5, 0.7, 1)
