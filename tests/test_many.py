from __future__ import annotations

import asyncio
from typing import Any

import pytest

from summariser import Article, Settings, Summariser, SummariserError, Summary
from summariser.errors import RequestRejected, Unauthorised
from tests.conftest import TEXT, answer, record
from tests.endpoint import Reply, completion, serving


def articles(count: int) -> list[Article]:
    return [Article(f"{TEXT}\nStory {n}.") for n in range(count)]


async def collected(summariser: Summariser[Any], given: list[Article]) -> dict[str, Any]:
    async with summariser:
        return {article.id: result async for article, result in summariser.summarise_many(given, in_flight=4)}


def test_each_article_has_its_summary_or_its_error() -> None:
    def reply(body: dict[str, Any]) -> Reply:
        if "Story 7." in body["messages"][-1]["content"]:
            return Reply({"error": {"message": "no such thing"}}, status=400)
        return Reply(completion(answer(record())))

    given = articles(20)
    with serving(reply) as endpoint:
        summariser = Summariser(settings=Settings(model="m", base_url=endpoint.url))
        results = asyncio.run(collected(summariser, given))
    assert results.keys() == {article.id for article in given}
    failed = {each for each, result in results.items() if isinstance(result, SummariserError)}
    assert failed == {given[7].id}
    assert isinstance(results[given[7].id], RequestRejected)
    assert all(isinstance(result, Summary) for each, result in results.items() if each not in failed)


def test_what_would_fail_every_article_ends_the_whole() -> None:
    with serving(Reply({"error": {"message": "no"}}, status=401)) as endpoint:
        summariser = Summariser(settings=Settings(model="m", base_url=endpoint.url))
        with pytest.raises(Unauthorised):
            asyncio.run(collected(summariser, articles(50)))
        assert len(endpoint.bodies) <= 8
