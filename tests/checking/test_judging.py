"""Which records and sentences stand, and what is said of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from summariser import Article
from summariser.checking.grounding import Grounder
from summariser.checking.judging import Judge, Outcome
from summariser.errors import EmptyAnswer, NotJSON, WrongShape
from summariser.schemas import ConflictEvent, Ontology
from summariser.values import Chunk
from tests.conftest import answer, record

ONTOLOGY = Ontology.of(ConflictEvent)
UNGROUNDED = "Borland has sent no fewer than 300 additional soldiers to Ardal since March"


def judge_of(article: Article) -> Judge[Any]:
    return Judge(Chunk.whole(article), Grounder(article.text), ONTOLOGY)


def settled(article: Article, *records: dict[str, Any], synopsis: Any = None) -> Outcome[Any]:
    judge = judge_of(article)
    return judge.settle(judge.judge(answer(*records, synopsis=synopsis)), "r")


@pytest.mark.parametrize(
    ("given", "status", "kept"),
    [
        ("A pact between the two states was signed", "exact", "A pact between the two states was signed"),
        (
            'said that "no fewer  than 12 howitzers" had',
            "normalised",
            "said that “no fewer than 12 howitzers” had",
        ),
        ("the Ardalian defence ministry said on Tuesday", "normalised", None),
        # What stands between the pieces is not what was quoted, so the quote stays as it came.
        ("Borland has sent … since March", "elided", "Borland has sent … since March"),
    ],
)
def test_evidence_is_located(article: Article, given: str, status: str, kept: str | None) -> None:
    (event,) = settled(article, record(evidence=[given])).events
    (evidence,) = event.evidence
    passage = article.text[evidence.start : evidence.end]
    assert evidence.status == status
    assert evidence.quote == (kept or passage)
    assert status == "elided" or evidence.quote == passage


def test_an_ungrounded_quote_is_a_fault_with_the_passage_that_it_seems_to_mean(article: Article) -> None:
    good = record()["evidence"][0]
    verdict = judge_of(article).judge(answer(record(evidence=[good, UNGROUNDED, "x" * 500])))
    first, second = verdict.faults
    assert str(first) == f'record 1, evidence[1]: the quote "{UNGROUNDED}" is not in the article'
    assert first.nearest is not None
    assert "Borland has sent at least 300 additional soldiers" in first.nearest
    assert (second.where, second.nearest) == ("record 1, evidence[2]", None)
    assert len(second.problem) < 250


def test_a_good_answer_has_no_faults(article: Article) -> None:
    judge = judge_of(article)
    verdict = judge.judge(answer(record(), record()))
    assert verdict.faults == ()
    outcome = judge.settle(verdict, "r")
    assert len(outcome.events) == 2
    assert not outcome.rejected
    assert outcome.synopsis[0].events == (1, 2)


@pytest.mark.parametrize(
    ("fallen", "kept"),
    [
        ((), {"a": (1,), "b": (2,), "c": (3,), "d": (1, 3)}),
        ((1,), {"b": (1,), "c": (2,)}),
        ((2,), {"a": (1,), "c": (2,), "d": (1, 2)}),
        ((3,), {"a": (1,), "b": (2,)}),
        ((1, 3), {"b": (1,)}),
        ((1, 2, 3), {}),
    ],
)
def test_what_rests_on_a_fallen_record_falls_too(
    article: Article, fallen: Sequence[int], kept: dict[str, tuple[int, ...]]
) -> None:
    records = [record(evidence=[UNGROUNDED]) if n in fallen else record() for n in (1, 2, 3)]
    cited = {"a": [1], "b": [2], "c": [3], "d": [1, 3]}
    synopsis = [{"text": text, "events": events} for text, events in cited.items()]
    outcome = settled(article, *records, synopsis=synopsis)
    assert len(outcome.events) == 3 - len(fallen)
    assert {sentence.text: sentence.events for sentence in outcome.synopsis} == kept
    rejected = [(each.what, each.number) for each in outcome.rejected]
    assert rejected == [("record", n) for n in fallen] + [
        ("sentence", n) for n, text in enumerate(cited, 1) if text not in kept
    ]


def test_the_reason_of_a_fallen_sentence(article: Article) -> None:
    bad = record(evidence=[UNGROUNDED])
    outcome = settled(article, bad, bad, synopsis=[{"text": "Both.", "events": [1, 2]}])
    assert outcome.rejected[-1].reasons == ("synopsis, sentence 1: rests on record 1, 2, which was rejected",)
    assert outcome.rejected[-1].content == {"text": "Both.", "events": [1, 2]}
    assert outcome.rejected[0].content == bad


def test_a_sentence_cites_by_place_in_the_answer_even_behind_a_malformed_record(article: Article) -> None:
    judge = judge_of(article)
    text = '{"events": [null, %s], "synopsis": [{"text": "T.", "events": [2]}], "note": 1}'
    outcome = judge.settle(judge.judge(text % json.dumps(record())), "r")
    assert [sentence.events for sentence in outcome.synopsis] == [(1,)]
    assert [(each.what, each.content) for each in outcome.rejected] == [
        ("record", None),
        ("answer", {"note": 1}),
    ]


def soldiers(text: str, low: float) -> dict[str, Any]:
    return {"name": "soldiers", "quantity": {"text": text, "low": low, "qualifier": "at_least"}}


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({}, [("attribution[0].name", "article")]),
        ({"attribution": []}, []),
        (
            {"attribution": [], "actors": [{"name": "Elbonia", "kind": "state", "country": None}]},
            [("actors[0].name", "nowhere")],
        ),
        (
            {"attribution": [], "time": {"text": "last year", "start": "2024", "end": "2024"}},
            [("time.text", "article")],
        ),
        (
            {"attribution": [], "items": [soldiers("at least 300 additional", 3000)]},
            [("items[0].quantity.low", "nowhere")],
        ),
        (
            {"attribution": [], "items": [soldiers("no fewer than 12", 12)]},
            [("items[0].quantity.text", "article")],
        ),
    ],
)
def test_checks(article: Article, changes: dict[str, Any], checks: list[tuple[str, str]]) -> None:
    (event,) = settled(article, record(**changes)).events
    assert [(check.field, check.found) for check in event.checks] == checks


@pytest.mark.parametrize(
    ("text", "error"), [("", EmptyAnswer), (" \n", EmptyAnswer), ("no", NotJSON), ("[]", WrongShape)]
)
def test_nothing_to_judge(article: Article, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        judge_of(article).judge(text)
