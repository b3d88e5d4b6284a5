"""The stage on two nodes, one of which is killed, and a folder that a killed caller left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from summariser import Settings
from summariser.errors import Unauthorised
from tests.batching.making import feed, story, told, until
from tests.conftest import TEXT, answer, record
from tests.endpoint import Endpoint, Reply, serving
from tests.ray.conftest import kill_a_node
from tests.test_readme import block

ray = pytest.importorskip("ray", reason="ray is not installed")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

# Ray sets options of its own that it calls deprecated, and says so where there is less to do than there are actors.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.data.context"),
    pytest.mark.filterwarnings("ignore:The minimum number of concurrent actors:UserWarning"),
]

REFUSED = Reply({"error": {"message": "no such thing"}}, status=400)
WRONG_KEY = Reply({"error": {"message": "no"}}, status=401)
STORIES = 300
CALLER = """
import sys, ray
from summariser import Settings
from summariser.ray import extract_into
address, feed, url, into = sys.argv[1:]
ray.init(address=address, log_to_driver=False)
dataset = ray.data.read_json(feed, lines=True)
extract_into(dataset, Settings(model="m", base_url=url), into, in_flight=8, articles_per_part=8)
"""


def reply(body: dict[str, Any]) -> Reply:
    return REFUSED if story(body) % 10 == 7 else told(body, 0.2)


def settings(endpoint: Endpoint) -> Settings:
    return Settings(model="m", base_url=endpoint.url)


def dataset(path: Path) -> Any:
    return ray.data.read_json(str(path), lines=True)


@contextmanager
def killing_a_node(cluster: Any, endpoint: Endpoint, after: int) -> Iterator[None]:
    def kill() -> None:
        until(lambda: len(endpoint.bodies) >= after, 60)
        kill_a_node(cluster)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def assert_whole(rows: list[dict[str, Any]]) -> None:
    """Every article once: as a record in its own words, or as a failure."""
    records = Counter(row["summary"] for row in rows if row["outcome"] == "record")
    assert records == {f"Borland sent soldiers: story {n}.": 1 for n in range(STORIES) if n % 10 != 7}
    failures = {row["failure"]["error"] for row in rows if row["outcome"] == "failed"}
    assert failures == {"RequestRejected"}
    assert len({row["article_id"] for row in rows}) == len(rows) == STORIES


def test_a_node_that_is_killed_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    from summariser.ray import extract

    source = feed(tmp_path / "feed.jsonl", range(STORIES))
    with serving(reply) as endpoint, killing_a_node(cluster, endpoint, after=100):
        rows = extract(dataset(source), settings(endpoint), in_flight=8).take_all()
        asked = Counter(map(story, endpoint.bodies))
    assert_whole(rows)
    assert asked.keys() == set(range(STORIES))
    assert max(asked.values()) == 2, "the kill met nothing"


def test_a_folder_is_gone_on_with_after_its_caller_was_killed_and_then_a_node(
    cluster: Any, tmp_path: Path
) -> None:
    from summariser.ray import extract_into

    source, into = feed(tmp_path / "feed.jsonl", range(STORIES)), tmp_path / "records"
    with serving(reply) as endpoint:
        command = [sys.executable, "-c", CALLER, cluster.address, str(source), endpoint.url, str(into)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as caller:
            until(lambda: len(list(into.glob("*.parquet"))) >= 10, 60)
            caller.kill()
        there = {row["article_id"] for row in ray.data.read_parquet(str(into)).take_all()}
        before = len(endpoint.bodies)
        with killing_a_node(cluster, endpoint, after=before + 80):
            done = extract_into(dataset(source), settings(endpoint), into, in_flight=8, articles_per_part=8)
        asked = Counter(map(story, endpoint.bodies[before:]))
    rows = ray.data.read_parquet(str(into)).take_all()
    assert_whole(rows)
    assert done.known >= len(there) >= 80
    assert done.articles == len(asked) == STORIES - done.known
    assert max(asked.values()) == 2, "the kill met nothing"
    ids = {row["summary"]: row["article_id"] for row in rows}
    assert not there & {ids.get(f"Borland sent soldiers: story {n}.") for n in asked}


@pytest.mark.usefixtures("cluster")
def test_the_readme_and_a_text_that_comes_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*(f"{TEXT}\nStory {n}." for n in range(20)), " "] * 2
    (tmp_path / "articles").mkdir()
    pq.write_table(pa.table({"text": texts}), tmp_path / "articles" / "1.parquet")
    found: dict[str, Any] = {}
    with serving(reply) as endpoint:
        monkeypatch.setenv("SUMMARISER_BASE_URL", endpoint.url)
        exec(block("extract_into").replace("/shared", str(tmp_path)), found)
        assert sorted(map(story, endpoint.bodies)) == list(range(20))
    done = found["done"]
    assert (done.articles, done.record, done.failed, done.known) == (21, 18, 3, 0)
    assert (done.tries, done.prompt_tokens) == (18, 1800)
    assert found["records"].count() == 21


@pytest.mark.usefixtures("cluster")
def test_what_would_fail_every_article_ends_the_job(tmp_path: Path) -> None:
    from summariser.ray import extract, extract_into

    source = feed(tmp_path / "feed.jsonl", range(STORIES))
    with serving(WRONG_KEY) as endpoint:
        with pytest.raises(Unauthorised, match=r"answered 401: no$"):
            extract_into(dataset(source), settings(endpoint), tmp_path / "records", in_flight=8)
        with pytest.raises(ray.exceptions.RayTaskError, match=r"Unauthorised: .* answered 401: no"):
            extract(dataset(source), settings(endpoint), in_flight=8).take_all()
        assert len(endpoint.bodies) <= 2 * 2 * 8
    assert not list((tmp_path / "records").glob("*.parquet"))


@pytest.mark.usefixtures("cluster")
def test_event_types_of_a_notebook_go_to_the_nodes_with_the_job() -> None:
    from summariser.ray import extract

    notebook: dict[str, Any] = {"__name__": "notebook"}
    exec(compile(block("class ProductEvent"), "notebook", "exec", dont_inherit=True), notebook)
    found = record(type="recall", mode="ordered", hazard="300 additional soldiers")
    with serving(answer(found)) as endpoint:
        given = ray.data.from_items([{"text": TEXT}])
        rows = extract(given, settings(endpoint), schema=notebook["ProductEvent"], actors=1).take_all()
    assert [(row["type"], row["hazard"]) for row in rows] == [("recall", "300 additional soldiers")]
