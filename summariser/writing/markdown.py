"""Markdown, for a report or a comment: a table of the records, and their quotes below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from summariser.schemas import Summary
from summariser.writing.exporters import Failure, Page, Result, exporter
from summariser.writing.words import names, quantities, visible, when, whereabouts

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&]|^[#+-])")
_HEAD = ("#", "what", "who → whom", "how many", "when", "where", "says who", "how sure")


@exporter
def markdown(results: Iterable[Result], _: Page) -> Iterator[str]:
    for result in results:
        if isinstance(result, Failure):
            yield f"**Failed:** {_plain(str(result))}\n\n"
        else:
            yield "\n".join(_lines(result)) + "\n\n"


def _lines(summary: Summary[Any]) -> Iterator[str]:
    yield f"## {_plain(summary.article.title)}\n"
    for sentence in summary.synopsis:
        cited = f" \\[{', '.join(map(str, sentence.events))}\\]" if sentence.events else ""
        yield _plain(sentence.text) + cited
    if summary.events:
        yield "\n| " + " | ".join(_HEAD) + " |"
        yield "|---" * len(_HEAD) + "|"
    for number, event in enumerate(summary.events, 1):
        who = " → ".join(filter(None, (names(event.actors), names(event.targets))))
        cells = (
            str(number),
            f"{event.type}: {event.mode}",
            who,
            quantities(event.items) or event.topic or "",
            when(event.time),
            whereabouts(event.places),
            names(event.attribution),
            event.certainty if event.status == "occurred" else f"{event.status}, {event.certainty}",
        )
        yield "| " + " | ".join(map(_plain, cells)) + " |"
    for number, event in enumerate(summary.events, 1):
        for evidence in event.evidence:
            yield f"\n{number}. “{_plain(evidence.quote)}” ({evidence.start}–{evidence.end})"
        for check in event.checks:
            yield f"\n   ⚠ {_plain(f'{check.field}: {check.value}')} is not in the quotes ({check.found})"
    for rejected in summary.rejected:
        yield f"\n**Rejected {rejected.what} {rejected.number}:** {_plain('; '.join(rejected.reasons))}"


def _plain(text: str) -> str:
    """The text of strangers, with nothing in it that Markdown or HTML would act on."""
    return _MARKUP.sub(r"\\\1", visible(text))
