"""Judging an answer: which records and sentences stand, and what exactly is wrong with the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic

from summariser.checking.grounding import Grounder, Grounding
from summariser.checking.verification import Verifier
from summariser.schemas import E, Entry, Evidence, Ontology, Rejected, Sentence, read_answer
from summariser.values import Chunk, Fault, Span


@dataclass(frozen=True)
class Verdict(Generic[E]):
    """An answer as it was judged: each entry stands or has faults."""

    records: tuple[Entry[E], ...]
    sentences: tuple[Entry[Sentence], ...]
    rest: Entry[None] | None

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for entry in self._entries() for fault in entry.faults)

    def _entries(self) -> Iterator[Entry[Any]]:
        yield from self.records
        yield from self.sentences
        if self.rest:
            yield self.rest


@dataclass(frozen=True)
class Outcome(Generic[E]):
    """What is left of an answer when nothing more is asked: what stands, and what was rejected and why."""

    events: tuple[E, ...]
    synopsis: tuple[Sentence, ...]
    rejected: tuple[Rejected, ...]
    request: str
    """Fingerprint of the request that was answered, the first one where there were several."""
    repeated: int = 0
    """Records that a part of the article gave and another had given already."""


class Judge(Generic[E]):
    """Judges the answers about one chunk: quotes are looked for in what the model was shown, values in the whole
    article, which `article` has indexed."""

    def __init__(self, chunk: Chunk, article: Grounder, ontology: Ontology[E]) -> None:
        self._chunk = chunk
        self._grounder = article if chunk.count == 1 else Grounder(chunk.text)
        self._verifier = Verifier(article, chunk.article.language)
        self._ontology = ontology

    def judge(self, answer: str) -> Verdict[E]:
        """Raises `EmptyAnswer`, `NotJSON` or `WrongShape` where there is nothing to judge."""
        draft = read_answer(answer, self._ontology)
        return Verdict(tuple(map(self._grounded, draft.records)), draft.sentences, draft.rest)

    def settle(self, verdict: Verdict[E], request: str) -> Outcome[E]:
        """Leave out what has faults, number the rest from 1, and list what the evidence does not hold."""
        standing = [entry for entry in verdict.records if entry.value is not None and not entry.faults]
        numbers = {entry.number: number for number, entry in enumerate(standing, 1)}
        sentences = [_resting_on(entry, numbers) for entry in verdict.sentences]
        entries: list[Entry[Any]] = [*verdict.records, *sentences, *([verdict.rest] if verdict.rest else [])]
        return Outcome(
            events=tuple(self._verified(entry.value) for entry in standing if entry.value is not None),
            synopsis=tuple(
                entry.value for entry in sentences if entry.value is not None and not entry.faults
            ),
            rejected=tuple(_rejected(entry, request) for entry in entries if entry.faults),
            request=request,
        )

    def _grounded(self, entry: Entry[E]) -> Entry[E]:
        if entry.value is None:
            return entry
        quotes = [each.quote for each in entry.value.evidence]
        faults, evidence = [], []
        for n, (quote, found) in enumerate(zip(quotes, self._grounder.ground_all(quotes), strict=True)):
            place = self._place(found)
            if place is None:
                problem = f"the quote {json.dumps(quote[:200], ensure_ascii=False)} is not in the article"
                where = f"record {entry.number}, evidence[{n}]"
                faults.append(Fault(where, problem, self._grounder.nearest(quote)))
                continue
            own = quote if found.status == "elided" else self._chunk.article.text[place.start : place.end]
            # Nothing in it needs to be validated again.
            evidence.append(
                Evidence.model_construct(quote=own, status=found.status, start=place.start, end=place.end)
            )
        if faults:
            return replace(entry, faults=tuple(faults))
        located = entry.value.model_copy(update={"evidence": tuple(evidence)})
        return Entry(entry.what, entry.number, entry.raw, located, ())

    def _place(self, found: Grounding) -> Span | None:
        if found.start is None or found.end is None:
            return None
        return self._chunk.origin(found.start, found.end)

    def _verified(self, event: E) -> E:
        checks = self._verifier.verify(event)
        return event.model_copy(update={"checks": checks}) if checks else event


def _resting_on(entry: Entry[Sentence], numbers: dict[int, int]) -> Entry[Sentence]:
    """The sentence with the numbers of the records that stand; one that rests on another record falls too."""
    if entry.value is None or entry.faults:
        return entry
    fallen = [cited for cited in entry.value.events if cited not in numbers]
    if fallen:
        reason = f"rests on record {', '.join(map(str, fallen))}, which was rejected"
        return replace(entry, faults=(Fault(f"synopsis, sentence {entry.number}", reason),))
    cited = tuple(numbers[number] for number in entry.value.events)
    return replace(entry, value=entry.value.model_copy(update={"events": cited}))


def _rejected(entry: Entry[Any], request: str) -> Rejected:
    return Rejected(
        what=entry.what,
        number=entry.number,
        reasons=tuple(map(str, entry.faults)),
        content=entry.raw,
        request=request,
    )
