"""Markdown for a CI summary."""

from __future__ import annotations

from collections.abc import Iterator

from ..comparing import Contrast, Verdict
from ..results import Run
from ..scoring import LEVELS
from ..uncertainty import bootstrap
from ..words import percent, rate, signed

_MOST_ARTICLES = 10
_MOST_MISTAKES = 8


def render(run: Run, contrast: Contrast | None) -> str:
    return "\n".join(_lines(run, contrast)) + "\n"


def _lines(run: Run, contrast: Contrast | None) -> Iterator[str]:
    result = run.result
    yield "## summariser-eval\n"
    if contrast:
        mark = "✅" if contrast.verdict is Verdict.HOLDS else "❌"
        yield f"{mark} **{contrast.sentence()}**\n"
    half = "" if result.signature.half == "all" else f" ({result.signature.half} half)"
    yield f"{len(run.articles)} articles{half}, {result.failed} failed.\n"
    yield from _levels(run, contrast)
    yield from _rates(run)
    if contrast and contrast.changes:
        yield "\n| what moved it | share | own F1 | |\n|---|--:|--:|---|"
        for change in contrast.changes[:_MOST_ARTICLES]:
            own = f"{percent(change.before.score)} → {percent(change.after.score)}"
            yield f"| {change.slug} | {signed(change.share)} | {own} | {_cell('; '.join(change.losses()))} |"
        if (more := len(contrast.changes) - _MOST_ARTICLES) > 0:
            yield f"\n… and {more} more"
    yield "\n<details><summary>Mistakes</summary>\n\n| mistake | count | event F1 if mended |\n|---|--:|--:|"
    mended = run.f1_if_mended()
    for kind in sorted(run.mistakes, key=lambda kind: -mended[kind])[:_MOST_MISTAKES]:
        yield f"| {kind} | {run.mistakes[kind]} | {percent(mended[kind])} |"
    yield f"\n</details>\n\n`{result.signature.line()}`"


def _levels(run: Run, contrast: Contrast | None) -> Iterator[str]:
    parts = [{name: each.counts[name] for name in LEVELS} for each in run.result.articles.values()]
    intervals = bootstrap(parts)
    before = contrast.before.total() if contrast else None
    yield "| level | precision | recall | F1 | 95 % | ceiling | baseline |\n|---|--:|--:|--:|:-:|--:|--:|"
    for name, tally in run.result.total().items():
        ceiling = percent(run.ceiling[name].f1) if run.ceiling else ""
        delta = signed(tally.f1 - before[name].f1) if before else ""
        interval = f"{percent(intervals[name].low)}–{percent(intervals[name].high)}"
        scores = " | ".join(map(percent, (tally.precision, tally.recall, tally.f1)))
        yield f"| {name} | {scores} | {interval} | {ceiling} | {delta} |"


def _rates(run: Run) -> Iterator[str]:
    rates = run.result.total(("grounded", "supported", "kept"))
    empty = [each for each in run.result.articles.values() if each.empty]
    yield f"\nQuotes in the article {rate(rates['grounded'])}; records supported {rate(rates['supported'])}; "
    yield f"false alarms on empty articles {sum(each.false_alarm for each in empty)} of {len(empty)}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
