"""Four ways to ask one endpoint about many articles.

    python -m eval.contenders NAME < task.json

Each runs in a process of its own: the objects that one imports would lengthen the other's garbage collections,
and a process has but one peak of memory.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Task:
    url: str
    in_flight: int
    feeds: list[str]
    """JSONL files with `text`. All are asked about in turn, the last one is measured."""
    body: dict[str, Any]
    """A recorded request, for the clients that are given one."""
    article: str
    """The text in it, in whose place those of the feed go."""
    answer: str
    """What the endpoint answers to everything."""

    def requests(self, feed: str) -> Iterator[Messages]:
        system, user = self.body["messages"]
        before, after = user["content"].split(self.article)
        for text in texts(feed):
            yield [system, {"role": "user", "content": f"{before}{text}{after}"}]


@dataclass(frozen=True, slots=True)
class Measured:
    cpu: float
    """Seconds of CPU of the process, all threads, for the last feed."""
    wall: float
    whole_cpu: float
    """Seconds of CPU from the start of the process, imports and all."""
    peak: float
    """MB of memory."""


def texts(feed: str) -> Iterator[str]:
    with Path(feed).open("rb") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def bare(task: Task, feed: str) -> None:
    """The client of `openai` with its default transport; what it answers is not looked into."""
    import openai

    async def run() -> None:
        async with openai.AsyncOpenAI(base_url=task.url, api_key="none", max_retries=0) as client:

            async def ask(messages: Messages) -> None:
                await client.chat.completions.create(**{**task.body, "messages": messages})

            await _each(ask, task.requests(feed), task.in_flight)

    asyncio.run(run())


def summariser(task: Task, feed: str) -> None:
    """The whole batch: feed, requests, grounding, ledger, and the tables that are exported from it."""
    from summariser import Settings, Summariser
    from summariser.batching.reader import Reader
    from summariser.batching.running import Job, run
    from summariser.writing.tables import write_tables

    with TemporaryDirectory() as folder:
        into = Path(folder) / "run.sqlite"
        job = Job(
            Summariser(settings=Settings(base_url=task.url, model="m")), [feed], in_flight=task.in_flight
        )
        ended = run(job, into)
        opened = Reader.read(into)
        write_tables(opened.results(), opened.summary_schema(), "jsonl", Path(folder) / "events.jsonl")
    assert ended.counts.done == ended.counts.total > 0


def instructor(task: Task, feed: str) -> None:
    """`instructor` as its documentation has it, with a pydantic model of the same answer."""
    import instructor
    import openai

    schema = task.body["response_format"]["json_schema"]["schema"]
    model, wanted = _model("Answer", schema), len(json.loads(task.answer)["events"])

    async def run() -> None:
        async with openai.AsyncOpenAI(base_url=task.url, api_key="none") as client:
            asking = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)

            async def ask(messages: Any) -> None:
                answer: Any = await asking.create(
                    model=task.body["model"], messages=messages, response_model=model
                )
                assert len(answer.events) == wanted

            await _each(ask, task.requests(feed), task.in_flight)

    asyncio.run(run())


def langextract(task: Task, feed: str) -> None:
    """LangExtract over its own OpenAI provider, each article whole, its aligner as it comes."""
    import langextract as lx  # pyright: ignore[reportMissingImports]
    from langextract.data import AlignmentStatus, Document, ExampleData, Extraction  # pyright: ignore[reportMissingImports]

    extractions = []
    for each in json.loads(task.answer)["extractions"]:
        (kind, quote), (_, attributes) = each.items()
        extractions.append(Extraction(kind, quote, attributes=attributes))
    results: Any = lx.extract(
        [Document(text) for text in texts(feed)],
        prompt_description="Extract every event, in the article's order, with two verbatim quotes each.",
        examples=[ExampleData(task.article, extractions)],
        model_id="gpt-4o",
        api_key="none",
        model_url=task.url,
        max_char_buffer=100_000,
        max_workers=task.in_flight,
        batch_length=8 * task.in_flight,  # it waits for a batch to end before it begins the next
        show_progress=False,
    )
    for result in results:
        assert len(result.extractions) == len(extractions)
        assert all(each.alignment_status is AlignmentStatus.MATCH_EXACT for each in result.extractions)


CONTENDERS: dict[str, Callable[[Task, str], None]] = {
    each.__name__: each for each in (bare, summariser, instructor, langextract)
}


async def _each(
    ask: Callable[[Messages], Awaitable[None]], given: Iterator[Messages], in_flight: int
) -> None:
    async def work() -> None:
        for messages in given:
            await ask(messages)

    await asyncio.gather(*(work() for _ in range(in_flight)))


def _model(name: str, schema: dict[str, Any]) -> Any:
    """The pydantic type that a wire schema describes: the same fields and literals, and no checks beyond them."""
    from pydantic import create_model

    if "anyOf" in schema:
        return _model(name, schema["anyOf"][0]) | None
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    match schema["type"]:
        case "object":
            fields: dict[str, Any] = {
                each: (_model(each.title(), inner), ...) for each, inner in schema["properties"].items()
            }
            return create_model(name, **fields)
        case "array":
            return list[_model(name, schema["items"])]  # type: ignore[misc]
        case [kind, "null"]:
            return _SCALARS[kind] | None
        case kind:
            return _SCALARS[kind]


_SCALARS: dict[str, Any] = {"string": str, "number": float, "integer": int}


def _peak() -> float:
    # Not by getrusage, whose peak a process inherits from the one that started it.
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = (each for each in status if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    run, task = CONTENDERS[sys.argv[1]], Task(**json.load(sys.stdin))
    *before, feed = task.feeds
    for each in before:
        run(task, each)
    cpu, wall = time.process_time(), time.perf_counter()
    run(task, feed)
    measured = Measured(time.process_time() - cpu, time.perf_counter() - wall, time.process_time(), _peak())
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
