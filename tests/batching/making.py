"""Feeds of numbered stories, an endpoint that answers each in its own words, and the command as a process."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conftest import TEXT, answer, record
from tests.endpoint import Endpoint, Reply, completion

STORY = re.compile(r"Story (\d+)\.")
COMMAND = [sys.executable, "-c", "from summariser.cli import main; main()"]


def feed(path: Path, stories: Iterable[int]) -> Path:
    lines = [json.dumps({"text": f"{TEXT}\nStory {n}.", "published": "2025-05-06"}) for n in stories]
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return path


def story(body: dict[str, Any]) -> int:
    found = STORY.search(body["messages"][1]["content"])
    assert found is not None
    return int(found[1])


def told(body: dict[str, Any], delay: float = 0.0) -> Reply:
    """An answer that can be told from that for any other story."""
    return Reply(
        completion(answer(record(summary=f"Borland sent soldiers: story {story(body)}."))), delay=delay
    )


def command(endpoint: Endpoint, *arguments: object) -> list[str]:
    server = ["--base-url", endpoint.url, "--model", "m"] if arguments[0] == "batch" else []
    return [*COMMAND, *(str(each) for each in arguments), *server]


def started(endpoint: Endpoint, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.Popen(
        command(endpoint, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ran(endpoint: Endpoint, *arguments: object) -> tuple[int, str, str]:
    process = started(endpoint, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def table(endpoint: Endpoint, ledger: Path) -> list[dict[str, Any]]:
    code, out, err = ran(endpoint, "export", ledger)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def rows(ledger: Path, query: str) -> list[Any]:
    db = sqlite3.connect(ledger)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()
