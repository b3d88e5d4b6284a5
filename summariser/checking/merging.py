"""The outcomes of several answers about one article, made one: nothing counted twice, nothing lost in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from summariser.checking.folding import fold_text
from summariser.checking.judging import Outcome
from summariser.schemas import Actor, E, Event, Rejected, Sentence
from summariser.values import Span


def with_missed(found: Outcome[E], later: Outcome[E]) -> Outcome[E]:
    """What a later pass gave is added where its evidence overlaps none that was found before; what overlaps is
    rejected, with the reason."""
    taken = [span for event in found.events for span in _spans(event)]
    numbers: dict[int, int] = {}
    events, rejected = list(found.events), [*found.rejected, *later.rejected]
    for number, event in enumerate(later.events, 1):
        if any(span.overlaps(other) for span in _spans(event) for other in taken):
            rejected.append(_overlapping(number, event, later.request))
        else:
            events.append(event)
            numbers[number] = len(events)
    sentences, fallen = _renumbered(later, numbers)
    return replace(
        found,
        events=tuple(events),
        synopsis=(*found.synopsis, *(each for each in sentences if each.events)),
        rejected=(*rejected, *fallen),
    )


def merged(outcomes: Sequence[Outcome[E]]) -> Outcome[E]:
    """The outcomes of an article's chunks, in their order. A record that two of them gave is one: the fuller of the
    two, as it was answered, in the place of the earlier."""
    if len(outcomes) == 1:
        return outcomes[0]
    events: list[E] = []
    sentences: list[Sentence] = []
    repeated = 0
    for outcome in outcomes:
        open_to = list(range(len(events)))  # two records of one chunk are two
        numbers = {}
        for number, event in enumerate(outcome.events, 1):
            twin = _twin(event, events, open_to)
            if twin is None:
                events.append(event)
                numbers[number] = len(events)
                continue
            open_to.remove(twin)
            events[twin] = max(events[twin], event, key=_filled)
            numbers[number] = twin + 1
            repeated += 1
        sentences += _renumbered(outcome, numbers)[0]
    return Outcome(
        events=tuple(events),
        # A part without events says what it is about; that counts where the whole article has none.
        synopsis=tuple(each for each in sentences if each.events) or tuple(sentences[:1]),
        rejected=tuple(each for outcome in outcomes for each in outcome.rejected),
        request=outcomes[0].request,
        repeated=repeated,
    )


def _twin(event: Event, events: Sequence[Event], among: Iterable[int]) -> int | None:
    """The same record from an earlier chunk; of several the one with most evidence in common."""
    same = [each for each in among if _same(event, events[each])]
    return max(same, key=lambda each: _common(event, events[each]), default=None)


def _same(one: Event, other: Event) -> bool:
    """In doubt they are two: a record too many can be seen, one too few cannot."""
    return (
        (one.type, one.mode, _when(one), _amounts(one))
        == (other.type, other.mode, _when(other), _amounts(other))
        and _sides(one) == _sides(other)
        and _common(one, other) > 0
    )


def _sides(event: Event) -> tuple[frozenset[str], frozenset[str]]:
    return _names(event.actors), _names(event.targets)


def _names(actors: Iterable[Actor]) -> frozenset[str]:
    return frozenset(fold_text(actor.name).strip().casefold() for actor in actors)


def _when(event: Event) -> tuple[str | None, str | None] | str | None:
    if event.time is None:
        return None
    return (event.time.start, event.time.end) if event.time.start or event.time.end else event.time.text


def _amounts(event: Event) -> list[tuple[Any, ...]]:
    """ "3,000 more" and "11,000 in all" stand in one sentence, and are two records."""
    quantities = [item.quantity for item in event.items if item.quantity]
    return [(each.low, each.high, each.qualifier, each.unit) for each in quantities]


def _common(one: Event, other: Event) -> int:
    """Characters of evidence that both rest on."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in _spans(one) for b in _spans(other))


def _spans(event: Event) -> Iterator[Span]:
    for each in event.evidence:
        if each.start is not None and each.end is not None:
            yield Span(each.start, each.end)


def _filled(event: Event) -> int:
    return _leaves(event.model_dump(exclude={"evidence", "summary", "checks"}))


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list | tuple) else value is not None


def _renumbered(outcome: Outcome[Any], numbers: dict[int, int]) -> tuple[list[Sentence], list[Rejected]]:
    """Sentences that cite records by their new numbers; one that rests on a record that fell falls too."""
    stand, fallen = [], []
    for number, sentence in enumerate(outcome.synopsis, 1):
        if all(cited in numbers for cited in sentence.events):
            cited = tuple(dict.fromkeys(numbers[each] for each in sentence.events))
            stand.append(sentence.model_copy(update={"events": cited}))
        else:
            reason = f"synopsis, sentence {number}: rests on a record that was rejected"
            content = sentence.model_dump(mode="json")
            fallen.append(
                Rejected(
                    what="sentence",
                    number=number,
                    reasons=(reason,),
                    content=content,
                    request=outcome.request,
                )
            )
    return stand, fallen


def _overlapping(number: int, event: Event, request: str) -> Rejected:
    reason = f"record {number}: its evidence overlaps that of a record which an earlier pass found"
    return Rejected(
        what="record",
        number=number,
        reasons=(reason,),
        content=event.model_dump(mode="json"),
        request=request,
    )
