from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.aligning import GATE, align, nearest, similarity
from eval.counting import Tally, total
from eval.mistakes import mistakes
from eval.scoring import LEVELS, score

from .making import EVENTS, LISTS, QUOTES, event, exactly, pair, party, records

ALPHA, BETA = party("Alpha", "state", "FRA"), party("Beta", "state", "DEU")


@given(LISTS)
def test_gold_against_itself_is_perfect(events: list[dict[str, Any]]) -> None:
    gold = records(*events)
    result = score(gold, gold)
    for tally in (*result.levels.values(), *result.fields.values()):
        assert tally.empty or tally.f1 == pytest.approx(1)
    assert not result.mistakes


@given(LISTS, LISTS, st.data())
def test_dropping_a_record_never_raises_recall(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]], data: st.DataObject
) -> None:
    if not predicted:
        return
    gone = data.draw(st.integers(0, len(predicted) - 1))
    kept = [each for n, each in enumerate(predicted) if n != gone]
    before, after = (score(records(*gold), records(*each)).levels for each in (predicted, kept))
    assert after["found"].recall <= before["found"].recall


@given(LISTS, LISTS)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]]
) -> None:
    one, other = score(records(*gold), records(*predicted)), score(records(*predicted), records(*gold))
    for name in LEVELS[:1]:  # among equally good alignments the two directions may take different ones
        assert one.levels[name].precision == pytest.approx(other.levels[name].recall)
        assert one.levels[name].recall == pytest.approx(other.levels[name].precision)
    mine, theirs = (sum(pair.similarity for pair in each.alignment.pairs) for each in (one, other))
    assert mine == pytest.approx(theirs)


@given(EVENTS, EVENTS)
def test_a_single_pair_swaps_in_every_level_and_field(
    gold: dict[str, Any], predicted: dict[str, Any]
) -> None:
    one, other = score(records(gold), records(predicted)), score(records(predicted), records(gold))
    for mine, theirs in ((one.levels, other.levels), (one.fields, other.fields)):
        for name, tally in mine.items():
            assert tally.precision == pytest.approx(theirs[name].recall)
            assert tally.recall == pytest.approx(theirs[name].precision)


@given(LISTS, LISTS, st.randoms(use_true_random=False))
def test_order_never_matters(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]], random: Any
) -> None:
    mixed = random.sample(predicted, len(predicted))
    one, other = (score(records(*gold), records(*each)) for each in (predicted, mixed))
    assert one.levels["found"] == other.levels["found"]
    mine, theirs = (sum(pair.similarity for pair in each.alignment.pairs) for each in (one, other))
    assert mine == pytest.approx(theirs)


@given(LISTS, LISTS)
def test_levels_are_ever_stricter(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> None:
    levels = score(records(*gold), records(*predicted)).levels
    hits = {name: tally.gold_hits for name, tally in levels.items()}
    assert hits["exact"] <= hits["typed"] <= hits["found"]
    # four fields are always there, and quotes do not count for exact
    assert hits["exact"] * 0.8 <= hits["event"] + 1e-9
    assert hits["event"] <= hits["found"] + 1e-9


@given(LISTS, LISTS)
def test_mending_everything_gives_a_perfect_score_or_better_than_before(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]]
) -> None:
    result = score(records(*gold), records(*predicted))
    for gain in result.mended.values():
        assert result.levels["event"].plus(gain).f1 >= result.levels["event"].f1 - 1e-9
    together = result.levels["event"].plus(total({"all": gain} for gain in result.mended.values())["all"])
    assert together.precision <= 1 + 1e-9


def test_the_gate_comes_before_the_assignment() -> None:
    """Solved first and gated after, .45 + 0 or .6 + 0 would be all; gated first, the .6 stands."""
    gold = records(event(actors=[ALPHA]), event(actors=[BETA], evidence=[QUOTES[1]]))
    predicted = records(event(actors=[ALPHA], mode="drone"))
    alignment = align(gold, predicted)
    (found,) = alignment.pairs
    assert (found.gold.number, found.predicted.number) == (1, 1)
    assert found.similarity >= GATE
    assert [each.number for each in alignment.missed] == [2]
    other, like = nearest(gold[1], predicted) or (None, 0)
    assert other is predicted[0]
    assert like == similarity(gold[1], predicted[0]) < GATE


@given(LISTS, LISTS)
def test_only_pairs_that_pass_the_gate(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> None:
    mine, theirs = records(*gold), records(*predicted)
    alignment = align(mine, theirs)
    assert all(pair.similarity == similarity(*pair[:2]) >= GATE for pair in alignment.pairs)
    for one in alignment.missed:
        for other in alignment.spurious:
            assert similarity(one, other) < GATE


def test_one_example_by_hand() -> None:
    """Gold: a strike with 3 men hit, and a meeting. Predicted: the strike with 4 men, and a protest."""
    gold = records(
        event(actors=[ALPHA], items=[exactly("men", 3)]),
        event(type="meeting", mode="talks", evidence=[QUOTES[2]]),
    )
    predicted = records(
        event(actors=[ALPHA], items=[exactly("men", 4)]),
        event(type="protest", mode="strike", evidence=[QUOTES[4]]),
    )
    result = score(gold, predicted)
    assert result.levels["found"] == (1, 2, 1, 2)
    assert result.levels["exact"] == (0, 2, 0, 2)
    # type, mode, status, certainty, actors, items and evidence are right; the quantity is not: 7 of 8
    assert tuple(result.levels["event"]) == pytest.approx((7 / 8, 2, 7 / 8, 2))
    assert result.fields["quantity"] == (0, 1, 0, 1)
    assert result.fields["actors"] == (1, 1, 1, 1)
    assert result.fields["type"] == (1, 2, 1, 2)
    assert [(each.kind, each.gold, each.predicted) for each in result.mistakes] == [
        ("missed", 2, None),
        ("spurious", None, 2),
        ("wrong quantity", 1, 1),
    ]
    mended = {kind: result.levels["event"].plus(gain) for kind, gain in result.mended.items()}
    assert mended["wrong quantity"].f1 == pytest.approx(0.5)
    assert mended["missed"].recall == pytest.approx((7 / 8 + 1) / 2)
    assert mended["spurious"].precision == pytest.approx(7 / 8)
    assert result.confusions["type"] == {("attack", "attack"): 1, ("meeting", "—"): 1, ("—", "protest"): 1}


@pytest.mark.parametrize(
    ("kind", "gold", "predicted"),
    [
        ("wrong type", {}, {"type": "casualties", "mode": "equipment"}),
        ("wrong mode", {}, {"mode": "drone"}),
        ("swapped sides", {"actors": [ALPHA], "targets": [BETA]}, {"actors": [BETA], "targets": [ALPHA]}),
        ("wrong side", {"actors": [ALPHA]}, {"targets": [ALPHA]}),
        ("other parties", {"actors": [ALPHA]}, {"actors": [BETA]}),
        ("other parties", {"actors": [ALPHA], "targets": [BETA]}, {"actors": [ALPHA]}),
        ("factor of 10", {"items": [exactly("men", 30)]}, {"items": [exactly("men", 300)]}),
        ("factor of 1,000", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 3000)]}),
        ("wrong quantity", {"items": [exactly("men", 3)]}, {"items": [exactly("men", 8)]}),
        ("wrong items", {"items": [exactly("men", 3)]}, {"items": [exactly("guns", 3)]}),
        ("wrong year", {"time": {"start": "2024-05-01", "end": "2024-05-01"}}, {"time": {"start": "2025-05-01", "end": "2025-05-01"}}),
        ("wrong time", {"time": {"start": "2024-05-01", "end": "2024-05-01"}}, {"time": {"start": "2025-05-02", "end": "2025-05-02"}}),
        ("wrong time", {"time": {"start": "2024", "end": "2024"}}, {}),
        ("lost hedge", {"certainty": "possible"}, {"certainty": "probable"}),
        ("over-hedged", {"certainty": "certain"}, {"certainty": "possible"}),
        ("wrong status", {"status": "planned"}, {"status": "occurred"}),
        ("wrong origin", {"attribution": [party("A", "media")]}, {"attribution": [party("B", "media")]}),
        ("wrong chain", {"attribution": [party("A", "media")]}, {"attribution": [party("A", "media"), party("B", "media")]}),
        ("wrong places", {"places": [{"name": "Ardal", "role": "site"}]}, {"places": [{"name": "Ardal", "role": "origin"}]}),
        ("other evidence", {"evidence": [QUOTES[0]]}, {"evidence": [QUOTES[1]]}),
    ],
)  # fmt: skip
def test_mistakes(kind: str, gold: dict[str, Any], predicted: dict[str, Any]) -> None:
    filler = {"actors": [ALPHA], "targets": [BETA]} if "evidence" in kind else {}
    one, other = pair({**filler, **gold}, {**filler, **predicted})
    found = list(mistakes(align([one], [other])))
    assert [each.kind for each in found] == [kind]


def test_an_unannotated_field_is_no_mistake() -> None:
    gold = records(event(actors=[ALPHA], unannotated=["actors"]))
    result = score(gold, records(event(actors=[BETA])))
    assert not result.mistakes
    assert result.fields["actors"].empty
    assert result.levels["exact"].f1 == 1


@pytest.mark.parametrize(
    ("tally", "precision", "recall", "f1"),
    [
        (Tally(), 0, 0, 0),
        (Tally.of(0, 0, 3), 0, 0, 0),
        (Tally.of(1, 2, 4), 0.5, 0.25, 1 / 3),
        (Tally(2, 2, 1, 2), 1, 0.5, 2 / 3),
    ],
)
def test_tally(tally: Tally, precision: float, recall: float, f1: float) -> None:
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx((precision, recall, f1))
    assert tally.plus(tally).minus(tally) == tally
