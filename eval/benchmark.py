"""Benchmarks: CPU of a call against the bare client, batches, grounding, start-up, and the size of what is sent.

    python -m eval.benchmark [calls|batches|ray|memory|ledger|grounding|start_up|size|scoring]…
    python -m eval.benchmark contenders growth plots    # long, so only when they are named; the last one draws

Everything is measured in one run, side by side, on a local server in a process of its own that answers with a
recorded response after 50 ms. Ratios matter; the times depend on the machine.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eval.contest import growth, side_by_side, table, throughput
from eval.plots import draw
from eval.serving import EXAMPLE, FIXTURES, RECORDS, first, recorded, server

IN_FLIGHT = 64
CALLS = 512
ROUNDS = 7
BATCH = 1_024
LEDGER_ROWS = 20_000
MEMORY = (1_000, 20_000)

_PLAIN = str.maketrans("’“”—", '\'""-')


def main() -> None:
    parts = {
        each.__name__: each
        for each in (calls, batches, ray, memory, ledger, grounding, start_up, size, scoring)
    }
    long: dict[str, Callable[[], None]] = {"contenders": throughput, "growth": growth, "plots": draw}
    for name in sys.argv[1:] or parts:
        (parts | long)[name]()


def batches() -> None:
    """The command's own run, from a feed to an exported table, beside as many bare calls."""
    for line in table(side_by_side({64: BATCH, 512: BATCH}, ("bare", "summariser"))):
        print(line)


def ray() -> None:
    from eval.past_one_machine import side_by_side
    from summariser import Article

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    with server(first(RECORDS, recorded(article.id)[0])) as url:
        side_by_side(url, article.text)


def memory() -> None:
    """Peak of a process that runs a short batch, and of one that runs a long one."""
    from summariser import Article

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    code = (
        "import sys; from pathlib import Path; from summariser import Settings, Summariser;"
        "from summariser.batching.running import Job, run; url, feed, into = sys.argv[1:];"
        "run(Job(Summariser(settings=Settings(base_url=url, model='m')), [feed]), Path(into));"
        # Not by getrusage, whose peak a process inherits from the one that started it.
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    print("Peak memory of a batch, 64 in flight")
    with TemporaryDirectory() as name, server(first(1, recorded(article.id)[0])) as url:
        for count in MEMORY:
            feed, into = Path(name) / f"{count}.jsonl", Path(name) / f"{count}.sqlite"
            with feed.open("w") as out:
                for n in range(count):
                    out.write(json.dumps({"text": f"{article.text}\n{n}", "published": "2025-05-09"}) + "\n")
            command = [sys.executable, "-c", code, url, str(feed), str(into)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            print(f"  {count:7,} articles             {int(done.stdout) / 1024:6.0f} MB")


def ledger() -> None:
    """Results written in groups, and the first request of a run over a ledger that holds a million."""
    from summariser import Article, Settings, Summariser
    from summariser.batching.ledger import Ledger
    from summariser.batching.rows import Done
    from summariser.batching.running import Job, run
    from summariser.values import Usage

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    content, _ = recorded(article.id)
    rows, group = 1_000_000, 500
    with TemporaryDirectory() as name, server(first(RECORDS, content)) as url:
        path = Path(name) / "run.sqlite"
        job = Job(Summariser(settings=Settings(base_url=url, model="m")), (), in_flight=1)
        kept = Ledger.open(path)
        kept.configure(job.configuration())
        spent = 0.0
        for start in range(0, rows, group):
            given = [(f"feed.jsonl:{n}", Article(f"Story {n}.")) for n in range(start, start + group)]
            long = start < LEDGER_ROWS
            summary = json.dumps({"events": [], "filler": "x" * (10_000 if long else 100)})
            kept.add(given, [])
            tasks = kept.claim(group)
            done = [Done(task.id, summary, (), "m", Usage(), None, 0.1, 0, 0) for task in tasks]
            begun = time.perf_counter()
            kept.settle(done)
            spent += time.perf_counter() - begun if long else 0.0
        kept.add([("last", article)], [])
        kept.close()
        begun = time.perf_counter()
        run(job, path)
        print("Ledger")
        print(f"  results of 10 kB written       {LEDGER_ROWS / spent:6,.0f} a second, in groups of {group}")
        print(
            f"  a run over {rows:,} finished rows, one new: {time.perf_counter() - begun:.2f} s from start to end"
        )


def scoring() -> None:
    """The fixtures in turn, labels against labels: alignment, counts, mistakes, and intervals of four levels."""
    from itertools import cycle, islice

    from eval.fixtures import load
    from eval.records import from_gold
    from eval.scoring import score
    from eval.uncertainty import bootstrap

    fixtures = list(islice(cycle(load()), 200))
    begun = time.process_time()
    both = [[from_gold(each.gold.events, each.article) for _ in range(2)] for each in fixtures]
    scores = [score(gold, predicted) for gold, predicted in both]
    bootstrap([each.levels for each in scores])
    spent = time.process_time() - begun
    records = sum(len(gold) for gold, _ in both)
    print("Scoring 200 articles")
    print(f"  CPU, {records:,} records a side      {spent:6.2f} s")


def calls() -> None:
    from summariser import Article

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    content, body = recorded(article.id)
    content = first(RECORDS, content)
    with server(content) as url:
        bare, ours = asyncio.run(_side_by_side(url, article, body))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    print(
        f"CPU of one article, {RECORDS} records, {IN_FLIGHT} in flight, medians of {ROUNDS} rounds of {CALLS} calls"
    )
    print(f"  bare AsyncOpenAI call          {statistics.median(bare):6.2f} ms")
    print(f"  whole pipeline of summariser   {statistics.median(ours):6.2f} ms")
    print(f"  ratio                          {ratio:6.2f}")


async def _side_by_side(url: str, article: Any, body: dict[str, Any]) -> tuple[list[float], list[float]]:
    import openai

    from summariser import Settings, Summariser

    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    async with Summariser(settings=Settings(base_url=url, model="m")) as summariser:

        async def bare() -> None:
            await client.chat.completions.create(**body)

        async def ours() -> None:
            assert (await summariser.asummarise(article)).events

        times: tuple[list[float], list[float]] = ([], [])
        for call in (bare, ours):
            await _cpu(call)  # connections are made, caches are filled
        for _ in range(ROUNDS):
            for call, kept in zip((bare, ours), times, strict=True):
                kept.append(await _cpu(call))
    await client.close()
    return times


async def _cpu(call: Callable[[], Awaitable[None]]) -> float:
    """CPU milliseconds of this process for one call."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one() -> None:
        async with gate:
            await call()

    start = time.process_time()
    await asyncio.gather(*(one() for _ in range(CALLS)))
    return (time.process_time() - start) / CALLS * 1000


def grounding() -> None:
    from summariser import Grounder

    draw = random.Random(1)
    texts = [path.read_text("utf-8") for path in sorted(FIXTURES.glob("*/article.txt"))]
    sentences = [line for text in texts for line in text.splitlines() if len(line.split()) > 20]
    words: list[str] = []
    while len(words) < 50_000:
        words += [*draw.choice(sentences).split(), "\n"]
    text = " ".join(words)
    true = [_passage(draw.choice(sentences), draw) for _ in range(100)]
    invented = [_reworded(draw.choice(sentences), draw) for _ in range(50)]
    mosaics = [_mosaic(draw, sentences) for _ in range(50)]
    times, found, false = [], 0, 0
    for _ in range(5):
        start = time.process_time()
        grounder = Grounder(text)
        found = sum(grounder.ground(quote).start is not None for quote in true)
        false = sum(grounder.ground(quote).start is not None for quote in invented + mosaics)
        times.append(time.process_time() - start)
    print(f"Grounding 200 quotes in a text of {len(text.split()):,} words")
    print(f"  CPU, index included            {statistics.median(times):6.3f} s")
    print(f"  true quotes found              {found:6} of 100, half of them with other typography")
    print(f"  invented and mosaic ones found {false:6} of 100")


def _passage(sentence: str, draw: random.Random) -> str:
    words = sentence.split()
    start = draw.randrange(len(words) - 10)
    passage = " ".join(words[start : start + 10])
    if draw.random() < 0.5:
        passage = passage.translate(_PLAIN).replace(" ", "  ", 1)
    return passage


def _reworded(sentence: str, draw: random.Random) -> str:
    words = _passage(sentence, draw).split()
    words[draw.randrange(2, 8)] = draw.choice(["never", "unharmed", "9,417", "allegedly"])
    return " ".join(words)


def _mosaic(draw: random.Random, sentences: list[str]) -> str:
    first, second = draw.sample(sentences, 2)
    joint = draw.choice([" ", " ... ", " … "])
    return " ".join(first.split()[:8]) + joint + " ".join(second.split()[-8:])


def start_up() -> None:
    python, summariser = sys.executable, str(Path(sys.executable).with_name("summariser"))
    empty = _wall([python, "-c", "pass"])
    imported = _wall([python, "-c", "import summariser"])
    helped = _wall([summariser, "--help"])
    print("Start-up, best of 5")
    print(f"  import summariser              {imported - empty:6.3f} s beyond an empty interpreter")
    print(f"  summariser --help              {helped:6.3f} s")


def _wall(command: list[str]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def size() -> None:
    from summariser import Article, Summariser
    from summariser.errors import Pending

    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    try:
        Summariser(pending=True).summarise(article)
    except Pending as pending:
        body = json.dumps(pending.requests[0].body, ensure_ascii=False, separators=(",", ":")).encode()
        beside = len(body) - len(json.dumps(article.text, ensure_ascii=False).encode())
        print("Size of a request, in tokens counted as UTF-8 bytes / 4")
        print(f"  all that is sent beside the article {beside / 4:,.0f}")


if __name__ == "__main__":
    main()
