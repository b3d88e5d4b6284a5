"""The local server of the benchmarks, in a process of its own, and the recorded exchange that it repeats."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "eval" / "fixtures"
EXAMPLE = FIXTURES / "wire-korea-failed-launch" / "article.txt"
RECORDINGS = ROOT / "eval" / "recordings"

RECORDS = 8
DELAY = 0.05
"""Seconds from a request to its answer."""


@contextmanager
def server(content: str) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        path.write_text(content, "utf-8")
        command = [sys.executable, str(ROOT / "tests" / "endpoint.py"), str(path), str(DELAY)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().strip()
            finally:
                process.terminate()


def first(records: int, content: str) -> str:
    """The recorded answer without its later records, and with one sentence that cites the first."""
    answer = json.loads(content)
    sentence = {**answer["synopsis"][0], "events": [1]}
    return json.dumps({"events": answer["events"][:records], "synopsis": [sentence]}, ensure_ascii=False)


def recorded(article_id: str) -> tuple[str, dict[str, Any]]:
    """The recorded answer, and the body of the request."""
    from summariser.asking.cassette import Cassette

    (recording, *_) = Cassette(RECORDINGS).recordings(article_id).values()
    return recording.response["choices"][0]["message"]["content"], recording.request
