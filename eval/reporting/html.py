"""One self-contained page: verdict, what moved the score, and a card for each article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..aligning import GATE, align, nearest, similarity
from ..comparing import Change, Contrast, Verdict
from ..fields import FIELDS
from ..gold import types
from ..records import Record, from_predicted
from ..results import ArticleResult, Run
from ..scoring import LEVELS, NOTHING, event_credit
from ..uncertainty import bootstrap
from ..words import LINES, headline, lines, percent, rate, signed


def render(run: Run, contrast: Contrast | None) -> str:
    """No script or style comes from elsewhere, and every text is escaped: articles are hostile."""
    environment = Environment(
        loader=PackageLoader(__package__ or "", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "signed": signed, "rate": rate}
    result = run.result
    changes = {change.slug: change for change in contrast.changes} if contrast else {}
    cards = [_card(each, changes.get(each.fixture.slug), contrast) for each in run.articles]
    cards.sort(key=lambda card: (-abs(card["share"]), card["score"], card["slug"]))
    return environment.get_template("page.html.j2").render(
        run=run,
        result=result,
        contrast=contrast,
        holds=contrast is not None and contrast.verdict is Verdict.HOLDS,
        levels=result.total(),
        before=contrast.before.total() if contrast else {},
        fields=result.total(FIELDS),
        rates=result.total(("grounded", "supported", "kept")),
        empty=[each for each in result.articles.values() if each.empty],
        intervals=bootstrap(
            [{name: each.counts[name] for name in LEVELS} for each in result.articles.values()]
        ),
        mistakes=sorted(run.mistakes.items(), key=lambda item: -run.f1_if_mended()[item[0]]),
        mended=run.f1_if_mended(),
        cards=cards,
        matrix=_matrix(run),
        gate=GATE,
        NOTHING=NOTHING,
    )


def _matrix(run: Run) -> dict[str, Any]:
    """Types as rows and columns, gold and predicted, with the counts."""
    counts = run.confusions.get("type", Counter[tuple[str, str]]())
    names = [*sorted({name for pair in counts for name in pair} - {NOTHING}), NOTHING]
    return {"names": names, "counts": counts}


def _card(result: ArticleResult, change: Change | None, contrast: Contrast | None) -> dict[str, Any]:
    kept = result.kept()
    slug = result.fixture.slug
    baseline = _baseline(result, contrast)
    aligned = {pair.gold.number: pair.predicted for pair in align(result.gold, baseline).pairs}
    rows = [_row(result, each, _before(*each[:2], baseline, aligned)) for each in _matched(result)]
    return {
        "slug": slug,
        "fixture": result.fixture,
        "score": kept.score,
        "before": change.before.score if change else None,
        "share": change.share if change else 0.0,
        "losses": change.losses() if change else [],
        "levels": result.score.levels,
        "error": kept.error,
        "text": list(_marked_text(result)),
        "ungrounded": result.prediction.ungrounded,
        "rows": rows,
        "confusions": sorted({"/".join(pair) for pair in result.score.confusions["type"]}),
        "rejected": result.prediction.summary.rejected if result.prediction.summary else (),
        "answers": result.prediction.answers,
    }


Matched = tuple[Record | None, Record | None, float | None]
"""Gold, predicted, and their credit."""


def _matched(result: ArticleResult) -> Iterator[Matched]:
    """In the order of the article: pairs, then what has no partner."""
    alignment = result.score.alignment
    for pair in sorted(alignment.pairs, key=lambda pair: pair.gold.number):
        yield pair.gold, pair.predicted, event_credit(pair)
    for record in alignment.missed:
        yield record, None, None
    for record in alignment.spurious:
        yield None, record, None


def _row(result: ArticleResult, matched: Matched, before: dict[str, str] | None) -> dict[str, Any]:
    gold, predicted, credit = matched
    sides = [lines(each.event.model_dump(mode="json")) if each else None for each in (gold, predicted)]
    kinds = [
        each.kind
        for each in result.score.mistakes
        if (each.gold, each.predicted)
        == (gold.number if gold else None, predicted.number if predicted else None)
    ]
    record = gold or predicted
    assert record is not None
    return {
        "gold": gold,
        "predicted": predicted,
        "credit": credit,
        "kinds": kinds,
        "confusion": f"{gold.event.type if gold else NOTHING}/{predicted.event.type if predicted else NOTHING}",
        "headline": headline(record.event.model_dump(mode="json")),
        "nearest": None if gold and predicted else _nearest(result, record, missed=gold is not None),
        "note": getattr(gold.event, "note", None) if gold else None,
        "fields": [
            _field(name, *(each[name] if each else None for each in (sides[0], before, sides[1])))
            for name in LINES
            if any(each and each[name] for each in (*sides, before))
        ],
    }


def _field(name: str, gold: str | None, before: str | None, now: str | None) -> dict[str, Any]:
    said = [each for each in (gold, before, now) if each is not None]
    return {"name": name, "gold": gold, "before": before, "now": now, "differs": len(set(said)) > 1}


def _nearest(result: ArticleResult, record: Record, *, missed: bool) -> dict[str, Any] | None:
    found = nearest(record, result.predicted if missed else result.gold)
    if found is None:
        return None
    other, similarity = found
    return {
        "side": "predicted" if missed else "gold",
        "number": other.number,
        "similarity": similarity,
        "below": similarity < GATE,
        "headline": headline(other.event.model_dump(mode="json")),
    }


def _baseline(result: ArticleResult, contrast: Contrast | None) -> list[Record]:
    """The baseline's records of the article, read back."""
    if contrast is None:
        return []
    kept = contrast.before.articles[result.fixture.slug]
    events = [types()[each["type"]].model_validate(each) for each in kept.events]
    return from_predicted(events, result.fixture.article)


def _before(
    gold: Record | None, predicted: Record | None, baseline: Sequence[Record], aligned: dict[int, Record]
) -> dict[str, str] | None:
    """What the baseline had in this place: the partner of the same gold record, or the most similar one."""
    if gold:
        record = aligned.get(gold.number)
    else:
        assert predicted is not None
        free = [each for each in baseline if each not in aligned.values()]
        record = max(free, key=lambda each: similarity(each, predicted), default=None)
        if record and similarity(record, predicted) < GATE:
            record = None
    return lines(record.event.model_dump(mode="json")) if record else None


def _marked_text(result: ArticleResult) -> Iterator[tuple[str, str]]:
    """The article in pieces: a piece of text, and the classes of what quotes it."""
    text = result.fixture.article.text
    marks = {"gold": _covered(result.gold), "said": _covered(result.predicted)}
    edges = sorted({0, len(text), *(edge for spans in marks.values() for span in spans for edge in span)})
    for start, end in pairwise(edges):
        inside = [
            name
            for name, spans in marks.items()
            if any(span[0] <= start and end <= span[1] for span in spans)
        ]
        yield text[start:end], " ".join(inside)


def _covered(records: Sequence[Record]) -> set[tuple[int, int]]:
    return {(span.start, span.end) for record in records for span in record.spans}
