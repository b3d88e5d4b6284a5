"""The command, run as people run it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TEXT, answer, record
from tests.endpoint import Reply, completion, serving

SUMMARISER = str(Path(sys.executable).with_name("summariser"))


def run(*arguments: str | Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SUMMARISER_")}
    environ = {name: value for name, value in environ.items() if not name.endswith("_API_KEY")}
    command = [SUMMARISER, *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, env={**environ, **environment}, check=False
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "article.txt"
    file.write_text(TEXT, "utf-8")
    return file


def batch_output(requests: Path, content: str, **body: Any) -> str:
    (line,) = requests.read_text("utf-8").splitlines()
    response = {"status_code": 200, "body": {**completion(content), **body}}
    return json.dumps({"custom_id": json.loads(line)["custom_id"], "response": response, "error": None})


def test_pending_then_ingest_then_replay_with_a_reask_between(path: Path, tmp_path: Path) -> None:
    requests, answers, folder = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl", tmp_path / "rec"
    extract = ("extract", path, "--published", "2025-05-06", "--replay", folder)
    first = run(*extract, "--pending", requests)
    assert first.returncode == 4
    assert "waits for an answer" in first.stdout

    answers.write_text(batch_output(requests, answer(record(evidence=["Borland sent its navy."]))), "utf-8")
    ingested = run("ingest", answers, "--requests", requests, "--into", folder)
    assert (ingested.returncode, ingested.stderr) == (0, "1 recorded\n")
    second = run(*extract, "--pending", requests)
    assert second.returncode == 4  # the answer was invalid: its re-ask is the next request
    messages = json.loads(requests.read_text("utf-8"))["body"]["messages"]
    assert "is not in the article" in messages[-1]["content"]

    answers.write_text(batch_output(requests, answer(record()), model="offline"), "utf-8")
    run("ingest", answers, "--requests", requests, "--into", folder)
    third = run(*extract, "--format", "json")
    assert third.returncode == 0
    (summary,) = json.loads(third.stdout)
    assert summary["provenance"]["made"] == "offline"
    assert summary["provenance"]["usage"]["tries"] == 2
    assert summary["events"][0]["evidence"][0]["status"] == "exact"
    assert summary["events"][0]["items"][0]["quantity"]["low"] == 300
    assert '"low":300,' in run(*extract, "--format", "jsonl").stdout


def test_recording_live_then_replaying_gives_the_same(path: Path, tmp_path: Path) -> None:
    with serving(answer(record(evidence=["Nowhere"])), answer(record())) as endpoint:
        live = run(
            "extract",
            path,
            "--base-url",
            endpoint.url,
            "--model",
            "m",
            "--record",
            tmp_path / "r",
            "-f",
            "json",
        )
    replay = ("extract", path, "--model", "m", "--replay", tmp_path / "r")
    assert live.returncode == 0
    one, two = json.loads(live.stdout), json.loads(run(*replay, "-f", "json").stdout)
    for summary in one + two:
        summary["provenance"].pop("replayed")
        summary["provenance"].pop("answered_at")
    assert one == two
    stale = run(*replay, "--param", "seed=1")
    assert stale.returncode == 3
    assert "is for another request" in stale.stderr
    path.write_text(TEXT + "More.\n", "utf-8")
    missing = run(*replay)
    assert missing.returncode == 3
    assert "no recording of article" in missing.stderr
    broken = next(each for each in (tmp_path / "r").glob("*.json"))
    broken.write_text("{", "utf-8")
    path.write_text(TEXT, "utf-8")
    assert run(*replay).returncode == 3


@pytest.mark.parametrize(
    ("line", "outcome", "code"),
    [
        ("not json", "skipped: not a JSON object", 2),
        ('{"custom_id": "x", "response": null}', "skipped: no request has this custom_id", 2),
        ('{"custom_id": "ID", "response": 7}', "skipped: not a line of Batch output", 2),
        (
            '{"custom_id": "ID", "response": null, "error": {"code": "batch_expired", "message": "expired"}}',
            "failed: expired",
            0,
        ),
        (
            '{"custom_id": "ID", "response": {"status_code": 500, "body": {"error": {"message": "oops"}}}}',
            "failed: oops",
            0,
        ),
        (
            '{"custom_id": "ID", "response": {"status_code": 400, "body": {"error": {"message": "too long"}}}, "error": null}',
            "1 recorded",
            0,
        ),
    ],
)
def test_ingesting_bad_lines(path: Path, tmp_path: Path, line: str, outcome: str, code: int) -> None:
    requests, answers, folder = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl", tmp_path / "rec"
    extract = ("extract", path, "--replay", folder)
    run(*extract, "--pending", requests)
    custom_id = json.loads(requests.read_text("utf-8"))["custom_id"]
    answers.write_text(line.replace("ID", custom_id), "utf-8")
    result = run("ingest", answers, "--requests", requests, "--into", folder)
    assert outcome in result.stderr
    assert result.returncode == code
    if "failed" in outcome:
        assert run(*extract).returncode == 1  # its own reason, as long as it is not asked again
        assert run(*extract, "--pending", requests).returncode == 4
    if "recorded" in outcome:
        rejected = run(*extract, "--pending", requests)
        assert rejected.returncode == 1
        assert "too long" in rejected.stderr


def test_a_bare_answer_from_a_chat_window_and_no_second_one(path: Path, tmp_path: Path) -> None:
    requests, answers, folder = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl", tmp_path / "rec"
    run("extract", path, "--replay", folder, "--pending", requests)
    custom_id = json.loads(requests.read_text("utf-8"))["custom_id"]
    answers.write_text(json.dumps({"custom_id": custom_id, "content": answer(record())}), "utf-8")
    assert run("ingest", answers, "--requests", requests, "--into", folder).returncode == 0
    answers.write_text(json.dumps({"custom_id": custom_id, "content": answer()}), "utf-8")
    again = run("ingest", answers, "--requests", requests, "--into", folder)
    assert "kept: another answer is recorded and stays" in again.stderr
    (summary,) = json.loads(run("extract", path, "--replay", folder, "-f", "json").stdout)
    assert summary["provenance"]["model"] == "offline"


def test_changed_requests_are_refused(path: Path, tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    run("extract", path, "--replay", tmp_path / "rec", "--pending", requests)
    requests.write_text(requests.read_text("utf-8").replace("300", "900"), "utf-8")
    result = run("ingest", requests, "--requests", requests, "--into", tmp_path / "rec")
    assert result.returncode == 2
    assert "was changed" in result.stderr


def test_without_a_key_three_ways_on(path: Path) -> None:
    result = run("extract", path)
    assert result.returncode == 2
    assert "OPENAI_API_KEY is not set" in result.stderr
    for way in ("set OPENAI_API_KEY", "--base-url", "--replay"):
        assert way in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \0\0", "PDF"),
        (b"\0\1\2\3" * 50, "binary"),
        (b"<html><body><p></p></body></html>", "no article text"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(content)
    result = run("extract", file, "--replay", tmp_path)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bad_line_of_a_feed_does_not_stop_the_others(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    good = json.dumps({"title": "T", "text": TEXT, "published": "2025-05-06"})
    feed.write_text(f"{good}\nnot json\n{good}\n", "utf-8")
    with serving(answer(record())) as endpoint:
        result = run("extract", feed, "--base-url", endpoint.url, "--model", "m", "-f", "jsonl")
    assert result.returncode == 2
    assert f"{feed}:2: not JSON" in result.stderr
    assert [("error" in json.loads(line)) for line in result.stdout.splitlines()] == [False, True, False]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (completion("{", "length"), "cut off at the output limit"),
        (completion(None, refusal="No."), "the model refused: No."),
        (completion("{}", "content_filter"), "content filter"),
        (completion(""), "empty answer"),
        (completion("no json"), "not JSON"),
        (Reply({"error": {"message": "nope"}}, 401), "answered 401: nope"),
    ],
)
def test_each_failure_through_the_command(path: Path, reply: Any, words: str) -> None:
    with serving(reply) as endpoint:
        result = run("extract", path, "--base-url", endpoint.url, "--model", "m", "--max-reasks", "0")
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) >= 2  # what happened, and what to do


def test_the_table_fits_80_columns_and_has_no_escapes(path: Path) -> None:
    hostile = record(
        topic="x\x1b[31mred\u202e",
        summary="=cmd()",
        actors=[{"name": "=1+1", "kind": "state", "country": None}],
    )
    with serving(answer(hostile)) as endpoint:
        asked = ("extract", path, "--base-url", endpoint.url, "--model", "m")
        table, rows = run(*asked), run(*asked, "-f", "csv")
        markdown = run(*asked, "-f", "markdown")
    assert table.returncode == 0
    assert max(map(len, table.stdout.splitlines())) <= 80
    for words in ("deployment", "reinforced", "≥300 more", "2025-03", "Ardalian defence ministry", "certain"):
        assert words in table.stdout
    assert "\x1b" not in table.stdout + markdown.stdout
    (row,) = csv.DictReader(io.StringIO(rows.stdout))
    assert row["actors"] == "'=1+1"
    assert row["type"] == "deployment"
    assert "actors[0].name" in row["unsupported"]


def test_output_file_and_format_by_its_name(path: Path, tmp_path: Path) -> None:
    with serving(answer(record())) as endpoint:
        result = run(
            "extract", path, "--base-url", endpoint.url, "--model", "m", "-o", tmp_path / "out.jsonl"
        )
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["events"]
    assert run("extract", path, "-o", tmp_path / "no" / "such.json").returncode == 2


def test_prompt_shows_what_would_be_sent_and_its_size(path: Path) -> None:
    shown = run("prompt", path, "--published", "2025-05-06")
    assert shown.returncode == 0
    assert TEXT in shown.stdout
    assert "in all" in shown.stdout
    body = json.loads(run("prompt", path, "--json").stdout)
    beside = len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) - len(TEXT.encode())
    assert beside / 4 < 5500


def test_schemas(tmp_path: Path) -> None:
    assert json.loads(run("schema", "--wire").stdout)["required"] == ["events", "synopsis"]
    assert "Attack" in json.loads(run("schema").stdout)["$defs"]
    assert run("schema", "--schema", tmp_path / "no.py:X").returncode == 2


def test_settings_come_from_variables_too(path: Path) -> None:
    with serving(answer(record())) as endpoint:
        result = run("extract", path, SUMMARISER_BASE_URL=endpoint.url, SUMMARISER_MODEL="from-outside")
    assert result.returncode == 0
    assert endpoint.bodies[0]["model"] == "from-outside"
    assert run("extract", path, SUMMARISER_TIMEOUT="soon").stderr.startswith("SUMMARISER_TIMEOUT: 'soon'")
