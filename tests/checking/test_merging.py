"""What two answers about one article have in common is one record, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from summariser import Article
from summariser.checking.grounding import Grounder
from summariser.checking.judging import Judge, Outcome
from summariser.checking.merging import merged, with_missed
from summariser.schemas import ConflictEvent, Ontology
from summariser.values import Chunk
from tests.conftest import answer, record

ONTOLOGY = Ontology.of(ConflictEvent)
PACT = {
    "type": "agreement",
    "mode": "signed",
    "evidence": ["A pact between the two states was signed last year"],
    "items": [],
    "time": {"text": "last year", "start": "2024", "end": "2024"},
}
QUANTITY = record()["items"][0]["quantity"]


def outcome(article: Article, *records: dict[str, Any], request: str = "r") -> Outcome[Any]:
    judge = Judge(Chunk.whole(article), Grounder(article.text), ONTOLOGY)
    verdict = judge.judge(
        answer(
            *records,
            synopsis=[{"text": "T.", "events": [n + 1]} for n in range(len(records))]
            or [{"text": "Nothing.", "events": []}],
        )
    )
    assert not verdict.faults
    return judge.settle(verdict, request)


def test_a_record_that_two_chunks_gave_is_one_and_the_fuller_stands(article: Article) -> None:
    bare = record(places=[], attribution=[], summary="Bare.")
    both = merged([outcome(article, bare), outcome(article, record(**PACT), record(summary="Full."))])
    assert [(event.type, event.summary) for event in both.events] == [
        ("deployment", "Full."),
        ("agreement", record()["summary"]),
    ]
    assert both.repeated == 1
    # The second chunk's sentences cite the records by their new numbers.
    assert [sentence.events for sentence in both.synopsis] == [(1,), (2,), (1,)]


def test_of_two_that_are_equally_full_the_first_stands(article: Article) -> None:
    both = merged([outcome(article, record(summary="One.")), outcome(article, record(summary="Two."))])
    assert [event.summary for event in both.events] == ["One."]


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "rotated"},
        {"type": "arms_transfer", "mode": "delivery"},
        {"actors": []},
        {"targets": [{"name": "Borland", "kind": "state", "country": None}]},
        {"time": None},
        {"time": {"text": "since March", "start": "2025-02", "end": None}},
        {"items": [{"name": "soldiers", "quantity": {**QUANTITY, "low": 12}}]},
        {"items": [{"name": "soldiers", "quantity": None}]},
        {"evidence": ["the Ardalian defence ministry said on"]},
    ],
    ids=json.dumps,
)
def test_records_that_differ_in_what_tells_them_apart_are_two(
    article: Article, changes: dict[str, Any]
) -> None:
    both = merged([outcome(article, record()), outcome(article, record(**changes))])
    assert (len(both.events), both.repeated) == (2, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"actors": [{"name": "BORLAND", "kind": "government_body", "country": "FRA"}]},
        {"evidence": ["soldiers to Ardal since March, the Ardalian defence ministry said"]},
        {"certainty": "probable", "places": [], "attribution": []},
        {"time": {"text": None, "start": "2025-03", "end": None}},
    ],
    ids=json.dumps,
)
def test_records_that_differ_in_anything_else_are_one(article: Article, changes: dict[str, Any]) -> None:
    both = merged([outcome(article, record()), outcome(article, record(**changes))])
    assert (len(both.events), both.repeated) == (1, 1)


def test_two_alike_of_one_chunk_stay_two_and_pair_one_to_one(article: Article) -> None:
    twins = [record(summary="A."), record(summary="B.")]
    assert len(merged([outcome(article, *twins), outcome(article, *twins)]).events) == 2
    assert len(merged([outcome(article, record()), outcome(article, *twins)]).events) == 2


def test_chunks_without_events_say_what_the_article_is_only_where_none_has_any(article: Article) -> None:
    nothing = outcome(article)
    assert [each.text for each in merged([nothing, nothing]).synopsis] == ["Nothing."]
    assert [each.text for each in merged([nothing, outcome(article, record())]).synopsis] == ["T."]


def test_what_chunks_rejected_is_all_kept(article: Article) -> None:
    judge = Judge(Chunk.whole(article), Grounder(article.text), ONTOLOGY)
    bad = judge.settle(judge.judge(answer(record(evidence=["It rained in Ardal for two weeks"]))), "first")
    both = merged(
        [
            bad,
            replace(
                bad, rejected=tuple(each.model_copy(update={"request": "second"}) for each in bad.rejected)
            ),
        ]
    )
    assert {each.request for each in both.rejected} == {"first", "second"}


def test_a_later_pass_adds_what_overlaps_nothing_and_rejects_the_rest(article: Article) -> None:
    found = outcome(article, record())
    overlapping = record(mode="rotated", evidence=["soldiers to Ardal since March"])
    both = with_missed(found, outcome(article, overlapping, record(**PACT), request="second"))
    assert [event.type for event in both.events] == ["deployment", "agreement"]
    assert [sentence.events for sentence in both.synopsis] == [(1,), (2,)]
    record_, sentence = both.rejected
    assert "overlaps that of a record which an earlier pass found" in record_.reasons[0]
    assert (record_.content["mode"], record_.number, record_.request) == ("rotated", 1, "second")
    assert sentence.reasons == ("synopsis, sentence 1: rests on a record that was rejected",)


def test_a_later_pass_that_finds_nothing_changes_nothing(article: Article) -> None:
    found = outcome(article, record())
    assert with_missed(found, outcome(article, request="second")) == found
