"""The contenders side by side: CPU and articles a second by articles in flight, and the cost of more articles.

The numbers are kept in eval/measured/, from where `eval/plots.py` draws them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from eval.contenders import CONTENDERS, Measured, Task
from eval.extractions import as_extractions
from eval.serving import DELAY, EXAMPLE, RECORDS, first, recorded, server

MEASURED = Path(__file__).with_name("measured")
LABELS = {
    "bare": "bare AsyncOpenAI",
    "summariser": "summariser",
    "instructor": "instructor",
    "langextract": "LangExtract",
}
ARTICLES = {1: 50, 4: 200, 16: 512, 64: 1_024, 256: 1_024, 512: 2_048}
"""By articles in flight: some seconds for the quickest."""
SHOWN = (64, 512)
ROUNDS = 3
WARM_UP = 64
GROWN = {
    "bare": (100, 1_000, 10_000),
    "summariser": (100, 1_000, 10_000, 100_000),
    "instructor": (100, 1_000),
    "langextract": (100, 1_000),
}
"""Articles; the others go as far as it takes to see where they go."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """What every contender is given: a server, the recorded exchange, and feeds of distinct articles."""

    folder: Path
    urls: dict[str, str]
    answers: dict[str, str]
    body: dict[str, Any]
    article: str

    def run(self, name: str, in_flight: int, articles: int, warm_up: int = 0) -> Measured:
        feeds = [self._feed(count) for count in (warm_up, articles) if count]
        task = Task(self.urls[name], in_flight, feeds, self.body, self.article, self.answers[name])
        done = subprocess.run(
            [sys.executable, "-m", "eval.contenders", name],
            input=json.dumps(asdict(task)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{done.stderr}\n{LABELS[name]} failed")
        return Measured(**json.loads(done.stdout))

    def _feed(self, count: int) -> str:
        path = self.folder / f"{count}.jsonl"
        if not path.exists():
            with path.open("w") as out:
                for n in range(count):
                    out.write(json.dumps({"text": f"{self.article}\n{n}", "published": "2025-05-09"}) + "\n")
        return str(path)


def throughput() -> None:
    rows = side_by_side(ARTICLES, CONTENDERS)
    _keep("throughput", rows)
    for line in table(rows):
        print(line)


def side_by_side(articles: dict[int, int], names: Iterable[str]) -> list[Row]:
    """Rounds in which each has its turn, for each number of articles in flight."""
    rows = []
    with course(names) as given:
        for in_flight, count in articles.items():
            for _ in range(ROUNDS):
                for name in given.urls:
                    got = given.run(name, in_flight, count, warm_up=WARM_UP)
                    rows.append(
                        {
                            "contender": name,
                            "in_flight": in_flight,
                            "articles": count,
                            "cpu_ms": round(got.cpu / count * 1000, 3),
                            "per_second": round(count / got.wall, 1),
                        }
                    )
    return rows


def growth() -> None:
    rows = []
    print("A process from start to end, 64 in flight: CPU an article, peak memory")
    with course(GROWN) as given:
        for name in given.urls:
            for articles in GROWN[name]:
                got = given.run(name, 64, articles)
                cpu_ms = got.whole_cpu / articles * 1000
                rows.append(
                    {
                        "contender": name,
                        "articles": articles,
                        "cpu_ms": round(cpu_ms, 3),
                        "peak_mb": round(got.peak),
                    }
                )
                print(f"  {LABELS[name]:<20}{articles:7,} articles{cpu_ms:8.2f} ms{got.peak:7.0f} MB")
    _keep("growth", rows)


def table(rows: list[Row]) -> Iterator[str]:
    for in_flight in SHOWN:
        here = {
            name: [row for row in rows if (row["contender"], row["in_flight"]) == (name, in_flight)]
            for name in LABELS
        }
        bare, other = here["bare"], here["langextract"]
        yield (
            f"{in_flight} in flight, {bare[0]['articles']:,} articles, {RECORDS} records each, medians of {len(bare)}"
        )
        yield f"{'':20}CPU an article  × bare  × LangExtract    articles a second  × bare"
        for name, mine in here.items():
            if mine:
                cpu, rate = (median(row[key] for row in mine) for key in ("cpu_ms", "per_second"))
                yield (
                    f"  {LABELS[name]:<18}{cpu:11.2f} ms{_ratio(mine, bare, 'cpu_ms'):>8}"
                    f"{_ratio(mine, other, 'cpu_ms'):>15}{rate:21.0f}{_ratio(mine, bare, 'per_second'):>8}"
                )


def _ratio(mine: list[Row], other: list[Row], key: str) -> str:
    """The median of the rounds' own: what slows the machine slows all that run in the same minute."""
    if not other:
        return "–"
    return f"{median(row[key] / its[key] for row, its in zip(mine, other, strict=True)):.2f}"


@contextmanager
def course(names: Iterable[str]) -> Iterator[Course]:
    from summariser import Article

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    content, body = recorded(article.id)
    answer = first(RECORDS, content)
    answers = dict.fromkeys(_present(names), answer)
    if "langextract" in answers:
        answers["langextract"] = as_extractions(answer, article.text)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        servers = {each: stack.enter_context(server(each)) for each in set(answers.values())}
        urls = {name: servers[each] for name, each in answers.items()}
        yield Course(folder, urls, answers, body, article.text)


def _present(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name == "langextract" and find_spec(name) is None:
            print("LangExtract is not installed: pip install 'structured-summariser[bench]'")
        else:
            yield name


def _keep(name: str, rows: list[Row]) -> None:
    """One row a line, under what they were measured with."""
    packages = ("openai", "instructor", "langextract")
    made = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "seconds_to_answer": DELAY,
        "records": RECORDS,
        **{name: version(name) for name in packages if find_spec(name)},
    }
    lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    (MEASURED / f"{name}.json").write_text(
        f'{{\n  "made_with": {json.dumps(made)},\n  "rows": [\n{lines}\n  ]\n}}\n', "utf-8"
    )
