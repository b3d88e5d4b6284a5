"""The summary that a person reads in under a minute: verdict, scores, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..aligning import GATE, nearest
from ..comparing import Contrast, Verdict
from ..counting import Counts, Tally, total
from ..fields import FIELDS
from ..records import Record
from ..results import ArticleResult, Run
from ..scoring import LEVELS, Score, event_credit
from ..uncertainty import RESAMPLES, bootstrap
from ..words import LINES, headline, lines, percent, rate, signed

MEANINGS = {
    "found": "the record is there",
    "typed": "… and its type is right",
    "event": "… mean credit of its fields",
    "exact": "… every field is right",
}
_MOST_ARTICLES = 10


def summary(run: Run, contrast: Contrast | None) -> Group:
    """`contrast` is the one to the baseline, if there is one."""
    parts: list[RenderableType] = [_head(run), Text(), _levels(run, contrast), Text()]
    parts += [_fields(run), Text(), *_rates(run), Text(), _mistakes(run), Text()]
    parts += _confusions(run)
    if contrast and contrast.changes:
        parts += [Text(), *changes(contrast)]
    parts += [Text(), verdict(contrast), Text(run.result.signature.line(), style="dim")]
    return Group(*parts)


def verdict(contrast: Contrast | None) -> Text:
    if contrast is None:
        return Text("no baseline: summariser-eval accept writes one", style="bold")
    style = "bold green" if contrast.verdict is Verdict.HOLDS else "bold red"
    return Text(contrast.sentence(), style=style)


def changes(contrast: Contrast) -> Iterator[RenderableType]:
    """What moved the score, article by article, the largest share first."""
    comparison = contrast.comparison
    yield Text(
        f"event F1 {percent(comparison.before)} → {percent(comparison.after)} ({signed(comparison.delta)}); "
        f"{comparison.changed} of {len(contrast.before.articles)} articles changed",
        style="bold",
    )
    for change in contrast.changes[:_MOST_ARTICLES]:
        own = f"{percent(change.before.score)} → {percent(change.after.score)}"
        yield Text(f"  {signed(change.share):>5}  {change.slug}, own F1 {own}")
        if losses := change.losses():
            yield Text(f"         {'; '.join(losses)}", style="red")
    if (more := len(contrast.changes) - _MOST_ARTICLES) > 0:
        yield Text(f"… and {more} more", style="dim")


def _head(run: Run) -> Text:
    result = run.result
    gold = sum(len(each.gold) for each in run.articles)
    predicted = sum(len(each.predicted) for each in run.articles)
    half = "" if result.signature.half == "all" else f" ({result.signature.half} half)"
    failed = f"{result.failed} failed and count as zero" if result.failed else "none failed"
    text = f"{len(run.articles)} articles{half}, {failed}; {gold} records in gold, {predicted} predicted"
    return Text(text, style="bold")


def _levels(run: Run, contrast: Contrast | None) -> Table:
    intervals = bootstrap([_only(each, LEVELS) for each in run.result.articles.values()])
    before = contrast.before.total() if contrast else None
    table = _table("level", "precision", "recall", "F1", "95 %", "ceiling", "baseline", "")
    for name, tally in run.result.total().items():
        interval, ceiling = intervals[name], run.ceiling.get(name)
        table.add_row(
            name,
            *_scores(tally),
            f"{percent(interval.low)}–{percent(interval.high)}",
            percent(ceiling.f1) if ceiling else "",
            signed(tally.f1 - before[name].f1) if before else "",
            MEANINGS[name],
        )
    found = run.result.total()["found"]
    missed, spurious = found.gold - found.gold_hits, found.predicted - found.predicted_hits
    table.caption = (
        f"{missed:.0f} missed, {spurious:.0f} spurious. Interval: {RESAMPLES:,} bootstraps over articles, seed "
        f"{run.result.signature.seed}. Ceiling: two labellings of {run.labelled_twice} articles against each other."
    )
    table.caption_justify = "left"
    return table


def _only(kept: Any, names: tuple[str, ...]) -> dict[str, Tally]:
    return {name: kept.counts[name] for name in names}


def _fields(run: Run) -> Table:
    table = _table("field", "precision", "recall", "F1", "in gold")
    for name, tally in run.result.total(FIELDS).items():
        table.add_row(name, *_scores(tally), f"{tally.gold:,.0f}")
    return table


def _scores(tally: Tally) -> tuple[str, str, str]:
    return percent(tally.precision), percent(tally.recall), percent(tally.f1)


def _rates(run: Run) -> Iterator[Text]:
    rates = run.result.total(("grounded", "supported", "kept"))
    kept = rates["kept"]
    yield Text(f"quotes that are in the article       {rate(rates['grounded'])}")
    yield Text(
        f"records all of whose numbers, dates and names are in their quotes  {rate(rates['supported'])}"
    )
    yield Text(f"records rejected                     {kept.predicted - kept.predicted_hits:.0f}")
    empty = [each for each in run.result.articles.values() if each.empty]
    alarms = sum(each.false_alarm for each in empty)
    yield Text(f"false alarms on empty articles       {alarms} of {len(empty)}")
    for each in run.articles:
        if each.prediction.error:
            yield Text(f"failed: {each.fixture.slug}: {each.prediction.error}", style="red")


def _mistakes(run: Run) -> Table:
    counts, mended = run.mistakes, run.f1_if_mended()
    now = run.result.total()["event"].f1
    table = _table("mistake", "count", "event F1 if mended", "gain")
    for kind in sorted(counts, key=lambda kind: -mended[kind]):
        table.add_row(kind, str(counts[kind]), percent(mended[kind]), signed(mended[kind] - now))
    return table


def _confusions(run: Run) -> Iterator[RenderableType]:
    for name in ("type", "mode", "status", "certainty"):
        wrong = [(pair, count) for pair, count in run.confusions[name].most_common() if pair[0] != pair[1]]
        shown = ", ".join(
            f"{gold} → {said} {count}" for (gold, said), count in wrong if "—" not in (gold, said)
        )
        yield Text(f"{name} confused (gold → predicted): {shown or 'never'}")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right" if name else "left")
    return table


def article(result: ArticleResult) -> Group:
    """Gold, prediction and differences of one article, side by side."""
    parts: list[RenderableType] = [
        Text(f"{result.fixture.slug}: {result.fixture.article.title}", style="bold"),
        Text(f"{result.fixture.meta.published}, {result.fixture.meta.outlet}, {result.fixture.meta.shape}"),
    ]
    if result.prediction.error:
        parts.append(Text(f"failed: {result.prediction.error}", style="bold red"))
    alignment = result.score.alignment
    for pair in sorted(alignment.pairs, key=lambda pair: pair.gold.number):
        parts += [Text(), *_side_by_side(result, pair)]
    for kind, records in (("missed", alignment.missed), ("spurious", alignment.spurious)):
        for record in records:
            text = f"{kind} {record.number}: {headline(record.event.model_dump(mode='json'))}"
            parts += [Text(), Text(text, style="red"), Text("  " + _nearest(result, record, kind))]
    return Group(*parts)


def _nearest(result: ArticleResult, record: Record, kind: str) -> str:
    """The candidate most like an unmatched record, and why it is not its partner."""
    found = nearest(record, result.predicted if kind == "missed" else result.gold)
    if found is None:
        return "nothing to compare it with"
    other, similarity = found
    side = "predicted" if kind == "missed" else "gold"
    why = f"below the gate of {GATE}" if similarity < GATE else "which has a better partner"
    return f"nearest: {side} {other.number} at {similarity:.2f}, {why}"


def _side_by_side(result: ArticleResult, pair: Any) -> Iterator[RenderableType]:
    gold, predicted = (lines(each.event.model_dump(mode="json")) for each in (pair.gold, pair.predicted))
    kinds = [each.kind for each in result.score.mistakes if each.gold == pair.gold.number]
    yield Text(
        f"gold {pair.gold.number} = predicted {pair.predicted.number} (similarity {pair.similarity:.2f}, "
        f"credit {event_credit(pair):.2f}) {', '.join(kinds)}",
        style="bold",
    )
    table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
    for name in ("field", "gold", "predicted"):
        table.add_column(name, ratio=1 if name == "field" else 4)
    for name in LINES:
        if gold[name] or predicted[name]:
            style = "dim" if gold[name] == predicted[name] else "yellow"
            table.add_row(Text(name), Text(gold[name], style=style), Text(predicted[name], style=style))
    yield table


def console(width: int | None = None) -> Console:
    return Console(width=width, highlight=False, markup=False, emoji=False)


def agreement(scores: dict[str, Score]) -> Group:
    """Each article's agreement, and that of all together."""
    table = _table("article", *LEVELS, "records")
    for slug, each in scores.items():
        found = each.levels["found"]
        f1s = ("—" if found.empty else percent(each.levels[name].f1) for name in LEVELS)
        table.add_row(slug, *f1s, f"{found.gold:.0f} / {found.predicted:.0f}")
    together = total(each.levels for each in scores.values())
    table.add_section()
    table.add_row("all", *(percent(together[name].f1) for name in LEVELS), "", style="bold")
    kinds = Counter(mistake.kind for each in scores.values() for mistake in each.mistakes)
    shown = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    return Group(table, Text(f"differences: {shown or 'none'}"))


def muc4(gtt: Counts, ceaf: Counts) -> Group:
    """As published: in per cent with two decimals."""
    tables: list[RenderableType] = []
    for title, counts in (("GTT template F1", gtt), ("IterX CEAF-RME", ceaf)):
        table = _table(title, "P", "R", "F1")
        for name, tally in counts.items():
            table.add_row(name, *(f"{100 * each:.2f}" for each in (tally.precision, tally.recall, tally.f1)))
        tables += [table, Text()]
    return Group(*tables[:-1])
