from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summariser.batching import batch_files
from summariser.batching.batch_files import Outbox
from summariser.values import PendingRequest
from tests.batching.making import feed, ran, rows, story, table, told
from tests.batching.test_batch import dead
from tests.conftest import answer, record
from tests.endpoint import completion, serving


def requests(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("requests-*"))
        for line in path.read_text().splitlines()
    ]


def output(request: dict[str, Any], body: Any, status: int = 200) -> str:
    response = {"status_code": status, "request_id": "r", "body": body}
    return (
        json.dumps({"id": "b", "custom_id": request["custom_id"], "response": response, "error": None}) + "\n"
    )


def test_answers_from_files_give_what_live_calls_give(tmp_path: Path) -> None:
    """One answer is at fault and is asked for again, one request expires, one is refused."""
    source, folder, ledger = (
        feed(tmp_path / "feed.jsonl", range(6)),
        tmp_path / "batch",
        tmp_path / "run.sqlite",
    )
    arguments = ("batch", source, "--into", ledger, "--via", "batch-files", folder)
    nobody = dead()
    code, _, err = ran(nobody, *arguments)
    assert code == 4, err
    assert "6 articles wait for answers" in err
    first = requests(folder)
    assert sorted(story(each["body"]) for each in first) == list(range(6))
    assert {(each["method"], each["url"]) for each in first} == {("POST", "/v1/chat/completions")}
    assert ran(nobody, *arguments)[0] == 4
    assert requests(folder) == first

    bad = completion(answer(record(summary="")))
    expired = {"custom_id": "", "response": None, "error": {"code": "batch_expired", "message": "too late"}}
    with (folder / "output.jsonl").open("w") as out, (folder / "errors.jsonl").open("w") as errors:
        for each in reversed(first):
            match story(each["body"]):
                case 0:
                    out.write(output(each, bad))
                case 1:
                    errors.write(json.dumps({**expired, "custom_id": each["custom_id"]}) + "\n")
                case 2:
                    errors.write(output(each, {"error": {"message": "too long"}}, 400))
                case _:
                    out.write(output(each, told(each["body"]).body))
        out.write('{"custom_id": "0000-1111", "response": {"status_code": 200, "body": {}}}\nno JSON\n')
    code, _, err = ran(nobody, *arguments)
    assert code == 1, err
    assert "too long" in err
    assert "output.jsonl:6: not a line of Batch output" in err
    assert "0000-1111: no article of this ledger" in err
    second = requests(folder)[6:]
    assert sorted(story(each["body"]) for each in second) == [0, 1]
    assert {len(each["body"]["messages"]) for each in second} == {2, 4}
    code, _, err = ran(nobody, *arguments)
    assert requests(folder)[6:] == second, "what was sent again is not sent a third time"

    (folder / "output2.jsonl").write_text("".join(output(each, told(each["body"]).body) for each in second))
    assert ran(nobody, *arguments)[0] == 1
    assert dict(rows(ledger, "SELECT state, count(*) FROM tasks GROUP BY state")) == {"done": 5, "failed": 1}
    with serving(told) as endpoint:
        live = tmp_path / "live.sqlite"
        ran(endpoint, "batch", source, "--into", live)
        different = ("requests", "model")
        given, expected = (
            [
                {name: cell for name, cell in row.items() if name not in different}
                for row in table(endpoint, each)
            ]
            for each in (ledger, live)
        )
    assert given == [row for row in expected if "story 2" not in row["summary"]]
    assert rows(ledger, "SELECT answers FROM tasks ORDER BY id") == [(2,), (1,), (0,), (1,), (1,), (1,)]


def test_a_kill_between_file_and_ledger_writes_nothing_twice(tmp_path: Path) -> None:
    source, folder, ledger = (
        feed(tmp_path / "feed.jsonl", range(3)),
        tmp_path / "batch",
        tmp_path / "run.sqlite",
    )
    arguments = ("batch", source, "--into", ledger, "--via", "batch-files", folder)
    ran(dead(), *arguments)
    import sqlite3

    db = sqlite3.connect(ledger)
    db.execute("UPDATE tasks SET state = 'waiting'")
    db.commit()
    db.close()
    path = folder / "requests-0001.jsonl"
    torn = path.read_bytes()[:-40]
    path.write_bytes(torn)
    assert ran(dead(), *arguments)[0] == 4
    again = requests(folder)
    assert sorted(story(each["body"]) for each in again) == [0, 1, 2]
    assert len(again) == 3


def test_files_keep_the_limits_of_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [PendingRequest(f"{n:016x}", f"{n:032x}", {"messages": [n]}) for n in range(25)]
    monkeypatch.setattr(batch_files, "MAX_LINES", 10)
    box = Outbox(tmp_path)
    box.add(given[:12])
    box.add(given)
    box.close()
    assert [len(path.read_text().splitlines()) for path in sorted(tmp_path.iterdir())] == [10, 10, 5]
    monkeypatch.setattr(batch_files, "MAX_BYTES", 500)
    box = Outbox(tmp_path / "other")
    box.add(given)
    box.close()
    assert all(path.stat().st_size <= 500 for path in (tmp_path / "other").iterdir())
    assert len(requests(tmp_path / "other")) == 25
    assert (batch_files.MAX_LINES, box.written) == (10, 25)
