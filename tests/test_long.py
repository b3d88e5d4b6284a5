"""Articles that are read in chunks, and texts that are read more than once, from the text to the summary."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from summariser import Article, Settings, Summariser
from summariser.asking.cassette import Cassette
from summariser.asking.ingesting import ingest
from summariser.cli import app
from summariser.errors import ConfigurationError, Pending, Truncated
from tests.conftest import answer, record
from tests.endpoint import Endpoint, Reply, completion, serving

HEAD = "Borland goes on sending soldiers"
COUNT = 120
NUMBER = re.compile(r"Borland sent (\d+) soldiers to Ardal\.")
FOUND = re.compile(r"^- deployment", re.MULTILINE)


def long_text(count: int = COUNT) -> str:
    filler = "The weather in Ardal was fair, and the harvest was expected to be good in all of its valleys. "
    return f"{HEAD}\n\n" + "\n\n".join(
        f"{filler * 2}Borland sent {n} soldiers to Ardal." for n in range(1, count + 1)
    )


ARTICLE = Article(long_text(), title=HEAD, published=date(2025, 5, 6))


def sending(number: int) -> dict[str, Any]:
    quantity = {**record()["items"][0]["quantity"], "text": str(number), "low": number, "high": number}
    quantity |= {"qualifier": "exact", "scope": None}
    return record(
        evidence=[f"Borland sent {number} soldiers to Ardal."],
        items=[{"name": "soldiers", "quantity": quantity}],
        time=None,
        attribution=[],
        summary=f"Borland sent {number} soldiers.",
    )


def user(body: dict[str, Any]) -> str:
    return str(body["messages"][1]["content"])


def shown(body: dict[str, Any]) -> list[int]:
    return [
        int(number) for number in NUMBER.findall(user(body).partition("These records have been found")[0])
    ]


def everything(body: dict[str, Any]) -> Reply:
    return Reply(completion(answer(*map(sending, shown(body)))))


def settings(endpoint: Endpoint, **more: Any) -> Settings:
    return Settings(base_url=endpoint.url, model="m", max_input_tokens=7_000, **more)


def numbers(summary: Any) -> list[int]:
    return [event.items[0].quantity.low for event in summary.events]


def test_a_long_article_is_read_in_chunks_and_nothing_is_counted_twice() -> None:
    with serving(everything) as endpoint:
        summary = Summariser(settings=settings(endpoint)).summarise(ARTICLE)
    parts = [shown(body) for body in endpoint.bodies]
    assert len(parts) > 2
    assert sum(map(len, parts)) > COUNT, "the parts overlap"
    assert numbers(summary) == list(range(1, COUNT + 1))
    assert summary.provenance.repeated == sum(map(len, parts)) - COUNT
    assert len(set(summary.provenance.requests)) == len(parts)
    assert summary.provenance.usage.tries == len(parts)
    for event in summary.events:
        (evidence,) = event.evidence
        assert ARTICLE.text[evidence.start : evidence.end] == evidence.quote
    assert not [check for event in summary.events for check in event.checks if check.found == "nowhere"]


def test_every_request_fits_and_begins_with_date_and_headline() -> None:
    with serving(everything) as endpoint:
        Summariser(settings=settings(endpoint)).summarise(ARTICLE)
    for raw, body in zip(endpoint.raw, endpoint.bodies, strict=True):
        assert len(raw) / 4 <= 7_000
        assert "Publication date: 2025-05-06, a Tuesday" in user(body)
        assert f"-----\n{HEAD}\n\n" in user(body)
    assert {re.search(r"part (\d+) of (\d+)", user(body))[0] for body in endpoint.bodies} == {  # type: ignore[index]
        f"part {n} of {len(endpoint.bodies)}" for n in range(1, len(endpoint.bodies) + 1)
    }


def test_an_article_that_fits_is_asked_about_as_it_was_without_a_limit() -> None:
    short = Article(long_text(3), title=HEAD)
    with serving(everything) as endpoint:
        for each in (settings(endpoint), Settings(base_url=endpoint.url, model="m")):
            Summariser(settings=each).summarise(short)
    assert endpoint.bodies[0] == endpoint.bodies[1]


def test_a_quote_must_be_in_the_part_that_was_shown() -> None:
    """The model cannot have read it elsewhere: it is made up, or comes from the article's own text of before."""

    def one(_: dict[str, Any]) -> Reply:
        return Reply(completion(answer(sending(1))))

    with serving(one) as endpoint:
        summary = Summariser(settings=settings(endpoint, max_reasks=0)).summarise(ARTICLE)
    assert numbers(summary) == [1]
    assert len(summary.rejected) == 2 * (
        len(endpoint.bodies) - 1
    )  # the record, and the sentence that rests on it
    assert {each.request for each in summary.rejected} <= set(summary.provenance.requests)


def test_a_quote_from_the_headline_is_located_in_it() -> None:
    def headline(_: dict[str, Any]) -> Reply:
        return Reply(completion(answer(record(evidence=[HEAD], items=[], time=None))))

    with serving(headline) as endpoint:
        summary = Summariser(settings=settings(endpoint)).summarise(ARTICLE)
    assert len(endpoint.bodies) > 2
    (event,) = summary.events
    assert (event.evidence[0].start, event.evidence[0].end) == (0, len(HEAD))


def test_one_part_that_fails_fails_the_article_and_what_it_cost_is_told() -> None:
    def third_is_cut(body: dict[str, Any]) -> Reply:
        whole = everything(body)
        if "part 3 of" in user(body):
            whole.body["choices"][0]["finish_reason"] = "length"
        return whole

    with serving(third_is_cut) as endpoint, pytest.raises(Truncated) as caught:
        Summariser(settings=settings(endpoint)).summarise(ARTICLE)
    assert caught.value.usage is not None
    assert caught.value.usage.tries == 1


def test_too_little_room_is_an_error_that_tells_how_much_is_taken() -> None:
    with pytest.raises(
        ConfigurationError, match=r"max_input_tokens 3,000 leaves too little room .* about \d,\d\d\d"
    ):
        Summariser(settings=Settings(max_input_tokens=3_000, base_url="http://localhost:1", model="m"))


def few(body: dict[str, Any]) -> Reply:
    """A model that misses half of what is left, each time."""
    left = shown(body)[len(FOUND.findall(user(body))) :]
    return Reply(
        completion(
            answer(
                *map(sending, left[: len(left) // 2]),
                synopsis=None if left[1:] else [{"text": "None.", "events": []}],
            )
        )
    )


SHORT = Article(long_text(8), title=HEAD, published=date(2025, 5, 6))


@pytest.mark.parametrize(
    ("passes", "asked", "found"), [(1, 1, 4), (2, 2, 6), (3, 3, 7), (4, 4, 7), (9, 4, 7)]
)
def test_each_pass_adds_what_was_missed_until_one_finds_nothing(passes: int, asked: int, found: int) -> None:
    with serving(few) as endpoint:
        summary = Summariser(settings=Settings(base_url=endpoint.url, model="m", passes=passes)).summarise(
            SHORT
        )
    assert len(endpoint.bodies) == len(summary.provenance.requests) == asked
    assert numbers(summary) == list(range(1, found + 1))
    assert not summary.rejected
    # What comes first is the same to the letter, so that a provider need not read it anew.
    assert all(user(body).startswith(user(endpoint.bodies[0])) for body in endpoint.bodies)


def test_a_later_pass_is_told_what_was_found_by_its_quotes() -> None:
    with serving(few) as endpoint:
        Summariser(settings=Settings(base_url=endpoint.url, model="m", passes=2)).summarise(SHORT)
    listed = user(endpoint.bodies[1]).partition("found in it already")[2]
    assert '- deployment, reinforced: ["Borland sent 4 soldiers to Ardal."]' in listed
    assert "Borland sent 5" not in listed


def test_recorded_chunks_and_passes_replay_to_the_same_summary(tmp_path: Path) -> None:
    with serving(few) as endpoint:
        asked = settings(endpoint, passes=2)
        live = Summariser(settings=asked, record=tmp_path).summarise(ARTICLE)
        requests = len(endpoint.bodies)
        replayed = Summariser(settings=asked, replay=tmp_path).summarise(ARTICLE)
    assert len(endpoint.bodies) == requests
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert replayed.events == live.events
    assert replayed.provenance.requests == live.provenance.requests


def test_all_chunks_are_handed_out_at_once_and_then_the_next_pass(tmp_path: Path) -> None:
    cassette, rounds = Cassette(tmp_path), []
    summariser = Summariser(
        settings=Settings(max_input_tokens=7_000, passes=2, model="m", base_url="http://localhost:1"),
        replay=cassette,
        pending=True,
    )
    while True:
        try:
            summary = summariser.summarise(ARTICLE)
            break
        except Pending as pending:
            rounds.append(len(pending.requests))
            lines = [
                json.dumps(
                    {
                        "custom_id": each.custom_id,
                        "content": few(dict(each.body)).body["choices"][0]["message"]["content"],
                    }
                )
                for each in pending.requests
            ]
            known = {each.custom_id: dict(each.body) for each in pending.requests}
            assert {each.outcome for each in ingest(lines, known, cassette)} == {"recorded"}
    assert len(rounds) == 2
    assert rounds[0] == rounds[1] > 2
    assert len(summary.provenance.requests) == sum(rounds)


def test_the_command_takes_both_and_counts_articles_not_requests(tmp_path: Path) -> None:
    source, pending = tmp_path / "feed.jsonl", tmp_path / "pending.jsonl"
    source.write_text("".join(json.dumps({"text": each.text}) + "\n" for each in (ARTICLE, SHORT)), "utf-8")
    arguments = [
        "--replay",
        str(tmp_path / "answers"),
        "--pending",
        str(pending),
        "--max-input-tokens",
        "7000",
    ]
    done = CliRunner().invoke(app, ["extract", str(source), "--passes", "2", *arguments])
    assert done.exit_code == 4, done.output
    requests = len(pending.read_text("utf-8").splitlines())
    assert requests > 2
    assert f"{requests} requests in {pending} wait for answers" in done.stderr
    assert "0 articles done, 0 failed, 2 pending" in done.stderr
