"""The formats for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from summariser.errors import SummariserError
from summariser.schemas import Event, Summary
from summariser.writing.words import names, quantities, whereabouts


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that gave no summary, and why: never the same as an article without events."""

    source: str
    error: SummariserError

    def __str__(self) -> str:
        text = str(self.error)
        return text if text.startswith(self.source) else f"{self.source}: {text}"

    def as_dict(self) -> dict[str, str]:
        return {
            "source": self.source,
            "error": type(self.error).__name__,
            "message": str(self.error),
            "hint": self.error.hint,
        }


Result = Summary[Any] | Failure


@dataclass(frozen=True, slots=True)
class Page:
    """What a person looks at it on; formats for programs do not care."""

    width: int = 80
    colour: bool = False


Exporter = Callable[[Iterable[Result], Page], Iterator[str]]
EXPORTERS: dict[str, Exporter] = {}


def exporter(export: Exporter) -> Exporter:
    EXPORTERS[export.__name__.removesuffix("_")] = export
    return export


def _line(result: Result) -> str:
    if isinstance(result, Failure):
        return json.dumps(result.as_dict(), ensure_ascii=False)
    return result.model_dump_json()


@exporter
def jsonl(results: Iterable[Result], _: Page) -> Iterator[str]:
    """One summary or failure a line."""
    for result in results:
        yield _line(result) + "\n"


@exporter
def json_(results: Iterable[Result], _: Page) -> Iterator[str]:
    """A list of summaries and failures, also where there is only one."""
    start = "[\n"
    for result in results:
        yield start + json.dumps(json.loads(_line(result)), ensure_ascii=False, indent=2)
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"


COLUMNS = (
    "article_id",
    "article_title",
    "published",
    "url",
    "number",
    "type",
    "mode",
    "actors",
    "targets",
    "items",
    "places",
    "start",
    "end",
    "time_text",
    "topic",
    "status",
    "certainty",
    "attribution",
    "summary",
    "quotes",
    "offsets",
    "unsupported",
)


@exporter
def csv_(results: Iterable[Result], _: Page) -> Iterator[str]:
    """One record a row; lists joined by "; ". Failures and rejected records have no row."""
    yield _row(COLUMNS)
    for result in results:
        if not isinstance(result, Failure):
            for number, event in enumerate(result.events, 1):
                yield _row(_cells(result, number, event))


def _cells(summary: Summary[Any], number: int, event: Event) -> list[object]:
    article, time = summary.article, event.time
    return [
        article.id,
        article.title,
        article.published or "",
        article.url or "",
        number,
        event.type,
        event.mode,
        names(event.actors),
        names(event.targets),
        quantities(event.items),
        whereabouts(event.places),
        (time and time.start) or "",
        (time and time.end) or "",
        (time and time.text) or "",
        event.topic or "",
        event.status,
        event.certainty,
        names(event.attribution),
        event.summary,
        " | ".join(each.quote for each in event.evidence),
        "; ".join(f"{each.start}-{each.end}" for each in event.evidence),
        "; ".join(f"{check.field}={check.value} ({check.found})" for check in event.checks),
    ]


def _row(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return out.getvalue()


def harmless(cell: str) -> str:
    """Spreadsheets run a cell that begins like a formula, and the text is not ours."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
