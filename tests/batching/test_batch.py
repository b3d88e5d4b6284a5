from __future__ import annotations

import csv
import json
import signal
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from tests.batching.making import feed, ran, rows, started, story, table, told, until
from tests.conftest import TEXT
from tests.endpoint import Endpoint, Reply, serving


def test_the_same_text_is_asked_once_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    feed(tmp_path / "a.jsonl", [1, 2, 3])
    feed(tmp_path / "b.jsonl", [3, 4])
    (tmp_path / "c.jsonl").write_text('{"no": "text"}\n')
    with serving(told) as endpoint:
        code, _, err = ran(endpoint, "batch", tmp_path, "--into", tmp_path / "run.sqlite")
        assert code == 2
        assert sorted(map(story, endpoint.bodies)) == [1, 2, 3, 4]
        assert 'c.jsonl:1: no "text", or an empty one' in err
        assert "4 articles: 4 done, 0 failed, 0 waiting; 4 records, 0 rejected" in err
        _, out, _ = ran(endpoint, "status", tmp_path / "run.sqlite")
        assert "1 sources held the text of another and were not asked again" in out


def test_a_feed_that_grew_is_read_on_and_one_that_was_mended_is_read_anew(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(3)), tmp_path / "run.sqlite"
    with serving(told) as endpoint:
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 0
        with source.open("a") as stream:
            stream.write('{"text": "unfin')
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 2
        with source.open("a") as stream:
            stream.write(f'ished"}}\n{json.dumps({"text": TEXT + "Story 9."})}\n')
        endpoint.replies = [
            lambda body: told(body) if "Story" in body["messages"][1]["content"] else Reply({}, 400)
        ]
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 1
        assert rows(ledger, "SELECT count(*) FROM unread") == [(0,)]
        assert len(endpoint.bodies) == 5
        feed(source, [7, 8])
        ran(endpoint, "batch", source, "--into", ledger)
        assert sorted(story(body) for body in endpoint.bodies[5:]) == [7, 8]


def test_failed_articles_are_asked_again_only_when_that_is_said(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(5)), tmp_path / "run.sqlite"
    with serving(lambda body: Reply({}, 400) if story(body) == 2 else told(body)) as endpoint:
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 1
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 1
        assert len(endpoint.bodies) == 5
        endpoint.replies = [told]
        assert ran(endpoint, "batch", "--into", ledger, "--retry-failed")[0] == 0
        assert len(endpoint.bodies) == 6
        assert len(table(endpoint, ledger)) == 5


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_finishes_what_is_in_flight_and_a_second_one_ends_at_once(
    times: int, tmp_path: Path
) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(100)), tmp_path / "run.sqlite"
    with serving(lambda body: told(body, 1.0)) as endpoint:
        process = started(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 5)
        until(lambda: len(endpoint.arrived) >= 5)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130, err
        assert "The same command goes on from here." in err
        done = 5 if times == 1 else 0
        states = dict(rows(ledger, "SELECT state, count(*) FROM tasks GROUP BY state"))
        assert states.get("done", 0) == done
        assert states["waiting"] == 100 - done
        assert len(endpoint.arrived) == 5


def dead() -> Endpoint:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint("")
        endpoint.port = free.getsockname()[1]
    return endpoint


def test_an_endpoint_that_nobody_is_at_ends_the_run_and_fails_no_article(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(50)), tmp_path / "run.sqlite"
    code, _, err = ran(dead(), "batch", source, "--into", ledger)
    assert code == 1
    assert err.count("no connection") == 1
    assert rows(ledger, "SELECT state, count(*) FROM tasks GROUP BY state") == [("waiting", 50)]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"error": {"message": "bad key"}}, 401), "bad key"),
        (Reply({"error": {"message": "pay", "code": "insufficient_quota"}}, 429), "no credit left"),
    ],
)
def test_what_fails_every_article_alike_ends_the_run(reply: Reply, words: str, tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(50)), tmp_path / "run.sqlite"
    with serving(reply) as endpoint:
        code, _, err = ran(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 4)
        assert code == 1
        assert words in err
        assert len(endpoint.bodies) <= 8
        assert rows(ledger, "SELECT state, count(*) FROM tasks GROUP BY state") == [("waiting", 50)]


def test_a_row_of_equal_failures_stops_the_run(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(200)), tmp_path / "run.sqlite"
    with serving(Reply({"error": {"message": "no such model"}}, 404)) as endpoint:
        code, _, err = ran(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 4)
        assert code == 1
        assert "25 articles in a row failed alike" in err
        assert len(endpoint.bodies) < 40


def test_a_run_stops_before_its_cost_passes_what_was_set(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", range(40)), tmp_path / "run.sqlite"
    arguments = ("batch", source, "--into", ledger, "--price", "100,1000", "--max-in-flight", 3)
    with serving(told) as endpoint:  # each answer costs 100 × 100 / 1e6 + 50 × 1000 / 1e6 = 0.06
        code, out, err = ran(endpoint, *arguments, "--dry-run")
        assert code == 0, err
        assert "40 articles to ask about; 0 done" in out
        assert not ledger.exists()
        assert not endpoint.bodies
        code, _, err = ran(endpoint, *arguments, "--max-cost", 1.6)
        assert code == 4, err
        assert "above 1.6 USD" in err
        (spent,) = rows(ledger, "SELECT sum(cost) FROM tasks")[0]
        assert 1.4 <= spent <= 1.6
        code, out, _ = ran(endpoint, *arguments, "--dry-run")
        asked = len(endpoint.bodies)
        assert f"{40 - asked} articles to ask about; {asked} done" in out
        assert ran(endpoint, *arguments)[0] == 0
        assert len(endpoint.bodies) == 40


def test_exports_hold_the_same_records(tmp_path: Path) -> None:
    import pyarrow.parquet

    source, ledger = feed(tmp_path / "feed.jsonl", range(7)), tmp_path / "run.sqlite"
    with serving(told) as endpoint:
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 0
        lines = table(endpoint, ledger)
        for suffix in ("csv", "parquet", "jsonl"):
            code, _, err = ran(endpoint, "export", ledger, "-o", tmp_path / f"out.{suffix}")
            assert code == 0, err
            assert "7 rows" in err
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()] == lines
    arrow = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert arrow == lines
    with (tmp_path / "out.csv").open() as stream:
        cells = list(csv.DictReader(stream))
    assert [json.loads(each["items"]) for each in cells] == [each["items"] for each in lines]
    assert [each["time_start"] for each in cells] == ["2025-03"] * 7
    quotes = pyarrow.parquet.read_table(tmp_path / "out.evidence.parquet").to_pylist()
    texts = dict(rows(ledger, "SELECT id, text FROM articles"))
    assert len(quotes) == 7
    assert all(texts[each["article_id"]][each["start"] : each["end"]] == each["quote"] for each in quotes)
    viewed = rows(
        ledger, "SELECT article_id, number, type, time_start, summary FROM events ORDER BY article_id"
    )
    assert viewed == sorted(
        (each["article_id"], each["number"], each["type"], each["time_start"], each["summary"])
        for each in lines
    )


def test_what_is_no_ledger_is_left_as_it_is(tmp_path: Path) -> None:
    source, other = feed(tmp_path / "feed.jsonl", [1]), tmp_path / "other.sqlite"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE precious (x)")
    db.commit()
    db.close()
    (tmp_path / "text.sqlite").write_text("not a database at all, and long enough to be told from one")
    for path, words in ((other, "no ledger"), (tmp_path / "text.sqlite", "not a database")):
        before = path.read_bytes()
        code, _, err = ran(dead(), "batch", source, "--into", path)
        assert (code, words in err) == (2, True), err
        assert path.read_bytes() == before
    for name in ("status", "export"):
        code, _, err = ran(dead(), name, tmp_path / "gone.sqlite")
        assert code == 2
        assert "no such ledger" in err


def test_going_on_needs_a_ledger_that_holds_something(tmp_path: Path) -> None:
    source, ledger = feed(tmp_path / "feed.jsonl", [1]), tmp_path / "run.sqlite"
    code, _, err = ran(dead(), "batch", "--into", ledger)
    assert (code, "no source is named" in err, ledger.exists()) == (2, True, False)
    with serving(told) as endpoint:
        assert ran(endpoint, "batch", source, "--into", ledger)[0] == 0
        code, _, err = ran(endpoint, "batch", "--into", ledger, "--param", "temperature=1")
        assert code == 2
        assert "It was asked of m (1 articles)" in err


@pytest.mark.parametrize("price", ["1", "1,2,3,4", "a,b", "-1,2", "nan,1", "1,inf"])
def test_a_price_that_is_none_is_told(price: str, tmp_path: Path) -> None:
    code, _, err = ran(dead(), "batch", "x.txt", "--into", tmp_path / "run.sqlite", f"--price={price}")
    assert code == 2
    assert "is not USD for a million tokens" in err
