"""How a ledger stands, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from summariser.batching.progress import dollars, span, tokens
from summariser.batching.reader import Reader
from summariser.batching.rows import Counts, Totals
from summariser.batching.running import Ended

_SLOWEST = 3
_UNREAD = 10


def standing(ledger: Reader) -> Iterator[str]:
    yield counted(ledger.counts(), ledger.totals())
    yield spent(ledger.totals())
    if duplicates := ledger.duplicates():
        yield f"{duplicates:,} sources held the text of another and were not asked again"
    yield from failed(ledger)
    yield from unread(ledger)
    slowest = [f"{span(seconds)} {source}" for source, seconds in ledger.slowest(_SLOWEST)]
    if slowest:
        yield "slowest: " + ", ".join(slowest)
    others = ledger.configurations()
    if len(others) > 1:
        yield "asked in more than one way; the above is of the last:"
        for number, model, _, made_at, articles in others:
            yield f"  configuration {number}: {model}, since {made_at[:19]}Z, {articles:,} articles"


def told(ended: Ended, ledger: Reader, folder: Path | None) -> Iterator[str]:
    """What a run has to say at its end, what is to be done next last; `folder` is where its requests went."""
    yield from failed(ledger)
    yield from unread(ledger)
    yield counted(ended.counts, ended.totals)
    yield spent(ended.totals)
    if ended.taken:
        yield from (f"skipped: {line}" for line in ended.taken.skipped)
        yield f"{ended.taken.answers:,} answers taken back from {folder}, {ended.written:,} requests written there"
    if ended.counts.sent:
        yield f"{ended.counts.sent:,} articles wait for answers"
        yield (
            f"  Have the files {folder or 'of --via'}/requests-*.jsonl answered, put the output and error files beside"
            " them, and run the same command again."
        )
    if ended.why:
        yield f"stopped: {ended.why}"
        yield "  The same command goes on from here."


def counted(counts: Counts, totals: Totals) -> str:
    parts = [f"{counts.done:,} done", f"{counts.failed:,} failed", f"{counts.waiting:,} waiting"]
    if counts.asking:
        parts.append(f"{counts.asking:,} in flight")
    if counts.sent:
        parts.append(f"{counts.sent:,} sent away")
    return f"{counts.total:,} articles: {', '.join(parts)}; {totals.events:,} records, {totals.rejected:,} rejected"


def spent(totals: Totals) -> str:
    used = f"{tokens(totals.prompt_tokens)} tokens in ({tokens(totals.cached_tokens)} cached), {tokens(totals.completion_tokens)} out"
    return (
        f"{used}; {dollars(totals.cost)}" if totals.cost is not None else f"{used}; no price known (--price)"
    )


def failed(ledger: Reader) -> Iterator[str]:
    for each in ledger.failures():
        yield f"{each.articles:,} × {each.error}, the last {each.source}: {each.message}"
        if each.hint:
            yield f"  {each.hint}"


def unread(ledger: Reader) -> Iterator[str]:
    every = ledger.unread()
    for _, message, hint in every[:_UNREAD]:
        yield f"not read: {message}"
        if hint:
            yield f"  {hint}"
    if len(every) > _UNREAD:
        yield f"… and {len(every) - _UNREAD:,} more that could not be read; they are in the table unread"
