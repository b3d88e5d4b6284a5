"""Verification without a model: the record's numbers, times and names, looked for in its own evidence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from summariser.checking.folding import fold_text
from summariser.checking.grounding import Grounder
from summariser.checking.names import Words
from summariser.checking.numbers import states
from summariser.schemas import Check, Event


class Verifier:
    """Checks the records of one article; `language` (ISO 639-1) is that of its number words."""

    def __init__(self, grounder: Grounder, language: str | None) -> None:
        self._grounder = grounder
        self._language = language

    @cached_property
    def _article(self) -> Words:
        return Words(self._grounder.folded.text)

    def verify(self, event: Event) -> tuple[Check, ...]:
        """The values that the evidence does not hold; an empty tuple if it holds all of them."""
        evidence = Words(" \n ".join(fold_text(each.quote) for each in event.evidence))
        return (*self._phrases(event, evidence), *self._bounds(event), *self._names(event, evidence))

    def _phrases(self, event: Event, evidence: Words) -> Iterator[Check]:
        phrases = {
            f"items[{n}].quantity.text": item.quantity.text
            for n, item in enumerate(event.items)
            if item.quantity
        }
        if event.time and event.time.text:
            phrases["time.text"] = event.time.text
        for field, phrase in phrases.items():
            if not evidence.hold(phrase):
                yield self._elsewhere(field, phrase, found=self._article.hold(phrase))

    def _bounds(self, event: Event) -> Iterator[Check]:
        """Each bound must be a number that the quantity's own phrase states."""
        for n, item in enumerate(event.items):
            for bound in ("low", "high") if item.quantity else ():
                number = getattr(item.quantity, bound)
                if (
                    number is not None
                    and item.quantity
                    and not states(item.quantity.text, number, self._language)
                ):
                    yield self._elsewhere(f"items[{n}].quantity.{bound}", f"{number:,}", found=False)

    def _names(self, event: Event, evidence: Words) -> Iterator[Check]:
        for field in ("actors", "targets", "attribution"):
            for n, actor in enumerate(getattr(event, field)):
                wanted = (actor.name, actor.kind, actor.country)
                if not evidence.name(*wanted):
                    yield self._elsewhere(f"{field}[{n}].name", actor.name, found=self._article.name(*wanted))

    @staticmethod
    def _elsewhere(field: str, value: str, *, found: bool) -> Check:
        return Check(field=field, value=value, found="article" if found else "nowhere")
