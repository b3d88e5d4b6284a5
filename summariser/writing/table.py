"""The table for eyes: fits 80 columns, and reads as well in a pipe as on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from summariser.schemas import Event, Evidence, Rejected, Summary
from summariser.writing.exporters import Failure, Page, Result, exporter
from summariser.writing.words import names, quantities, visible, when, whereabouts

_INDENT = 4


@exporter
def table(results: Iterable[Result], page: Page) -> Iterator[str]:
    """What, who → whom, how many, when, where, says who, how sure, and the quotes."""
    for result in results:
        out = StringIO()
        console = Console(
            file=out,
            width=page.width,
            force_terminal=page.colour,
            color_system="auto" if page.colour else None,
            highlight=False,
            emoji=False,
            markup=False,
        )
        if isinstance(result, Failure):
            console.print(Text(f"✗ {visible(str(result))}", style="bold red"))
        else:
            _summary(console, result)
        console.print()
        yield out.getvalue()


def _summary(console: Console, summary: Summary[Any]) -> None:
    article = summary.article
    console.print(Text(visible(article.title), style="bold"))
    facts = (str(article.published or "no publication date"), article.outlet, article.url)
    console.print(Text(" · ".join(visible(fact) for fact in facts if fact), style="dim"))
    console.print()
    for sentence in summary.synopsis:
        cited = f" [{', '.join(map(str, sentence.events))}]" if sentence.events else ""
        console.print(Text(visible(sentence.text) + cited))
    if summary.events:
        console.print()
        console.print(_row("#", "what", "who → whom", "how many", "when", style="dim"))
        console.print(Text(" " * _INDENT + "where · says who · how sure · “quote”", style="dim"))
    for number, event in enumerate(summary.events, 1):
        _record(console, number, event)
    for rejected in summary.rejected:
        _rejection(console, rejected)
    console.print()
    console.print(Text(_foot(summary), style="dim"))


def _record(console: Console, number: int, event: Event) -> None:
    console.rule(style="dim", characters="─")
    who = names(event.actors, ", ") or "—"
    whom = names(event.targets, ", ")
    console.print(
        _row(
            str(number),
            f"{event.type}\n{event.mode}",
            f"{who} → {whom}" if whom else who,
            quantities(event.items) or event.topic or "",
            when(event.time),
        )
    )
    console.print(_indented(_context(event)))
    for evidence in event.evidence:
        console.print(_indented(_quote(evidence)))
    for check in event.checks:
        place = "elsewhere in the article" if check.found == "article" else "not in the article"
        warning = f"! {check.field} “{visible(check.value)}” is not in the quotes: {place}"
        console.print(_indented(Text(warning, style="yellow")))


def _context(event: Event) -> Text:
    says = names(event.attribution, " ← ") or "the outlet"
    sure = (
        event.certainty
        if event.status == "occurred"
        else f"{event.status.replace('_', ' ')}, {event.certainty}"
    )
    parts = [whereabouts(event.places, ", "), f"says {says}", sure]
    return Text(" · ".join(visible(part) for part in parts if part), style="cyan")


def _quote(evidence: Evidence) -> Text:
    text = Text(f"“{visible(evidence.quote)}”", style="italic")
    if evidence.start is not None:
        text.append(f"  {evidence.start}–{evidence.end}", style="dim")
    if evidence.status not in ("exact", "ungrounded"):
        text.append(f" {evidence.status}", style="dim")
    return text


def _rejection(console: Console, rejected: Rejected) -> None:
    console.rule(style="dim", characters="─")
    console.print(Text(f"✗ rejected: {rejected.what} {rejected.number}", style="bold red"))
    for reason in rejected.reasons:
        console.print(_indented(Text(visible(reason), style="red")))


def _foot(summary: Summary[Any]) -> str:
    made, usage = summary.provenance, summary.provenance.usage
    unsupported = sum(len(event.checks) for event in summary.events)
    counts = (
        f"{len(summary.events)} records, {len(summary.rejected)} rejected, "
        f"{unsupported} values outside their quotes."
    )
    if made.repeated:
        counts += f" {made.repeated} given twice, by parts that overlap."
    how = "recorded" if made.replayed else "answered"
    asked = "" if made.model == made.requested_model else f" for {made.requested_model}"
    tokens = f", {usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens" if usage.prompt_tokens else ""
    tries = f"{usage.tries} {'try' if usage.tries == 1 else 'tries'}"
    return f"{counts}\nBy {visible(made.model)}{visible(asked)}, {how} {made.answered_at:%Y-%m-%d}; {tries}{tokens}."


def _row(number: str, what: str, who: str, how_many: str, time: str, style: str = "") -> Table:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=_INDENT - 1, justify="right", style="bold")
    row.add_column(width=18, style="bold")
    row.add_column(ratio=5)
    row.add_column(ratio=4)
    row.add_column(width=12)
    cells = (visible(cell, lines=True) for cell in (number, what, who, how_many, time))
    row.add_row(*(Text(cell, style=style) for cell in cells))
    return row


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT))
