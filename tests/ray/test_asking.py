"""The stage as it runs in one actor, without Ray around it."""

from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from summariser import Settings
from summariser.errors import ConfigurationError, Unauthorised
from summariser.schemas import ConflictEvent
from tests.batching.making import told
from tests.conftest import TEXT, answer, record
from tests.endpoint import Endpoint, Reply, completion, serving

pytest.importorskip("ray", reason="ray is not installed")
pa = pytest.importorskip("pyarrow")

UNGROUNDED = record(evidence=["Nobody said this."])
KEY = "sk-0123456789"


def way(endpoint: Endpoint, in_flight: int = 4, actors: int = 1, **more: Any) -> Any:
    from summariser.ray.asking import Way

    settings = Settings(model="m", base_url=endpoint.url, api_key=KEY, max_reasks=0, **more)
    return Way(settings, ConflictEvent, in_flight, actors)


def asked(endpoint: Endpoint, *batches: Any, in_flight: int = 4) -> list[Any]:
    """What one actor makes of batches that it is given at a time."""
    from summariser.ray.asking import Asker

    async def all_of_them() -> list[Any]:
        asker = Asker(way(endpoint, in_flight))
        return await asyncio.gather(*map(asker, batches))

    return asyncio.run(all_of_them())


def stories(count: int) -> Any:
    return pa.table({"text": [f"{TEXT}\nStory {n}." for n in range(count)]})


@pytest.mark.parametrize(
    ("given", "tokens", "outcomes"),
    [
        (answer(record(), record()), 100, ["record", "record"]),
        # The sentence that rests on what is not in the article is rejected, too.
        (answer(record(), UNGROUNDED), 100, ["record", "rejected", "rejected"]),
        (answer(UNGROUNDED), 100, ["rejected", "rejected"]),
        (answer(synopsis=[{"text": "A weather report.", "events": []}]), 100, ["none"]),
        (Reply(completion("{", "length")), 100, ["failed"]),
        (Reply({"error": {"message": "no such thing"}}, status=400), 0, ["failed"]),
    ],
)
def test_an_article_gives_at_least_one_row_and_its_tokens_once(
    given: Any, tokens: int, outcomes: list[str]
) -> None:
    with serving(given) as endpoint:
        (rows,) = asked(endpoint, stories(1))
    assert rows["outcome"].to_pylist() == outcomes
    assert len(set(rows["article_id"].to_pylist())) == 1
    assert rows["prompt_tokens"].to_pylist() == [tokens, *[None] * (len(outcomes) - 1)]
    for name, outcome in (("failure", "failed"), ("rejected", "rejected"), ("evidence", "record")):
        assert [row is not None for row in rows[name].to_pylist()] == [each == outcome for each in outcomes]


def test_the_schema_is_the_same_whatever_a_batch_holds() -> None:
    none, some = stories(0), stories(1)
    with serving(answer(record()), answer(UNGROUNDED), Reply({}, status=400)) as endpoint:
        results = asked(endpoint, none, some, some, some, in_flight=1)
    assert [rows.num_rows for rows in results] == [0, 1, 2, 1]
    (schema,) = {rows.schema for rows in results}
    assert schema.field("items").type.value_type.field("quantity").type.field("low").type == pa.float64()


@pytest.mark.parametrize(
    ("columns", "published", "message"),
    [
        ({"text": TEXT, "published": "2025-05-06T23:00:00-05:00"}, "2025-05-06", None),
        ({"text": TEXT, "published": date(2025, 5, 6)}, "2025-05-06", None),
        ({"text": TEXT, "published": datetime(2025, 5, 6, 10, tzinfo=UTC)}, "2025-05-06", None),
        ({"text": TEXT, "published": None, "title": None, "url": None}, None, None),
        ({"text": TEXT, "body": [1, 2]}, None, None),
        ({"text": TEXT, "published": "in May"}, None, "the date of publication cannot be read: 'in May'"),
        ({"text": TEXT, "title": 7}, None, '"title" must be a string'),
        ({"text": " "}, None, 'no "text", or an empty one'),
        ({"title": "Ardal"}, None, 'no "text", or an empty one'),
    ],
)
def test_a_row_is_read_as_a_line_of_a_feed(columns: Any, published: str | None, message: str | None) -> None:
    given = pa.table({"source": ["archive:1"], **{name: [value] for name, value in columns.items()}})
    with serving(answer(record())) as endpoint:
        (rows,) = asked(endpoint, given)
    (row,) = rows.to_pylist()
    assert (row["source"], row["published"]) == ("archive:1", published)
    assert (row["failure"] and row["failure"]["message"]) == message
    assert len(endpoint.bodies) == (message is None)


def test_as_many_are_in_flight_as_was_said_over_all_batches() -> None:
    under_way: list[int] = []

    def reply(body: Any) -> Reply:
        under_way.append(len(endpoint.bodies) - len(endpoint.answered))
        return told(body, 0.02)

    with serving(reply) as endpoint:
        results = asked(endpoint, *[stories(10)] * 5, in_flight=7)
    assert sum(rows.num_rows for rows in results) == 50
    assert max(under_way) == 7


def test_after_an_error_that_ends_the_run_nobody_else_is_asked() -> None:
    with serving(Reply({"error": {"message": "no"}}, status=401)) as endpoint:
        with pytest.raises(Unauthorised):
            asked(endpoint, *[stories(20)] * 3, in_flight=4)
        assert len(endpoint.bodies) <= 4


def test_the_key_goes_to_the_actors_and_is_not_shown() -> None:
    from ray.data._internal.metadata_exporter import sanitize_for_struct

    with serving("") as endpoint:
        made = way(endpoint)
    exported = sanitize_for_struct({"fn_constructor_args": [made]})  # type: ignore[no-untyped-call]
    assert KEY not in str(exported)
    assert KEY not in repr(made)
    assert pickle.loads(pickle.dumps(made)).settings.api_key == KEY


def test_actors_share_the_pace_and_the_environment_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    from summariser.ray.asking import Way

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    made = Way(Settings(rpm=600, tpm=90_000), ConflictEvent, 64, 3)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert (made.settings.rpm, made.settings.tpm) == (200, 30_000)
    endpoint = made.summariser().endpoint
    assert (endpoint.name, endpoint.key, endpoint.model) == ("openai", KEY, "gpt-5-mini")


def test_a_node_that_would_ask_in_another_way_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("") as endpoint:
        made = way(endpoint)
    monkeypatch.setitem(made.configuration, "prompt", "of another version")
    with pytest.raises(ConfigurationError, match="in another way than the caller"):
        made.summariser()


def test_no_room_is_no_way_to_ask() -> None:
    with serving("") as endpoint, pytest.raises(ConfigurationError, match="in_flight must be at least 1"):
        way(endpoint, in_flight=0)
