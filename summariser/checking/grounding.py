"""Grounding: a quote is where the article has it, to the letter, or it is nowhere.

`exact`: verbatim. `normalised`: the same once typography, white space and Unicode form are folded. `elided`:
pieces of one sentence, in order, around an ellipsis. Everything else is `ungrounded`: a sentence and its
negation are 99 % alike, so no near match is ever accepted. The nearest passage serves re-asking alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal

from summariser.checking.folding import Folded, fold, fold_text
from summariser.checking.words import cuts_word

_ELLIPSIS = re.compile(r"[\[(]?\s*\.(?:\s?\.){2,}\s*[\])]?")
# A line end is one too, unless the next line goes on in small letters, as in a text with hard line ends.
_SENTENCE_END = re.compile(r"[.!?…][\"'’”»)\]]*(?=\s)|[。！？]|\n(?![^\S\n]*[a-zß-öø-ÿа-џ])")
# What an elided quote is made of must say something by itself; "the … of" is in every article.
_SHORTEST_PIECE = 8
# A quote that stands in more places than this supports nothing in particular; one place is as good as another.
_MOST_PLACES = 1000
_NEAREST_SCORE = 60.0
_NEAREST_MARGIN = 200


Status = Literal["exact", "normalised", "elided", "ungrounded"]


@dataclass(frozen=True, slots=True)
class Grounding:
    """Where a quote stands: half-open offsets into the text, None where it is `ungrounded`."""

    status: Status
    start: int | None = None
    end: int | None = None


UNGROUNDED = Grounding("ungrounded")


class Grounder:
    """Finds quotes in one text; the text is folded once, when the first quote needs it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    def ground(self, quote: str) -> Grounding:
        """The first place of the quote."""
        return next(self._places(quote), UNGROUNDED)

    def ground_all(self, quotes: Sequence[str]) -> tuple[Grounding, ...]:
        """One place for each quote: where a quote stands in several, the one nearest to the others."""
        places = [self._alone(quote.strip()) or self._several(quote) for quote in quotes]
        if all(len(each) == 1 for each in places):
            return tuple(each[0] for each in places)
        rarest = min((each for each in places if each[0].start is not None), key=len)
        choices = [tuple(_nearest(each, anchor) for each in places) for anchor in rarest]
        return min(choices, key=_spread)

    def _alone(self, quote: str) -> list[Grounding]:
        """The place of a quote that stands verbatim in one place only, as nearly all do; else nothing."""
        start = self.text.find(quote)
        end = start + len(quote)
        if not quote or start < 0 or self.text.find(quote, start + 1) >= 0:
            return []
        if cuts_word(self.text, start) or cuts_word(self.text, end):
            return []
        return [Grounding("exact", start, end)]

    def _several(self, quote: str) -> list[Grounding]:
        return list(islice(self._places(quote), _MOST_PLACES)) or [UNGROUNDED]

    def nearest(self, quote: str) -> str | None:
        """The passage that a quote seems to mean, in whole sentences where they are short; never a match."""
        from rapidfuzz import fuzz

        found = fuzz.partial_ratio_alignment(quote, self.text, score_cutoff=_NEAREST_SCORE)
        if found is None or not quote.strip():
            return None
        # The alignment is not exact to the letter: a sentence may begin or end a little inside it.
        slack = (found.dest_end - found.dest_start) // 5
        start = max(0, found.dest_start - _NEAREST_MARGIN)
        begins = [match.end() for match in _SENTENCE_END.finditer(self.text, start, found.dest_start + slack)]
        ends = _SENTENCE_END.search(self.text, found.dest_end - slack, found.dest_end + _NEAREST_MARGIN)
        end = ends.end() if ends else found.dest_end + _NEAREST_MARGIN
        return " ".join(self.text[begins[-1] if begins else start : end].split())

    def _places(self, quote: str) -> Iterator[Grounding]:
        """All places of the strictest kind that there is."""
        quote = quote.strip()
        kinds: tuple[tuple[Status, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
            ("exact", self._exact),
            ("normalised", self._normalised),
            ("elided", self._elided),
        )
        for status, places in kinds:
            found = False
            for start, end in places(quote):
                found = True
                yield Grounding(status, start, end)
            if found:
                return

    def _exact(self, quote: str) -> Iterator[tuple[int, int]]:
        for start in occurrences(self.text, quote):
            if not cuts_word(self.text, start) and not cuts_word(self.text, start + len(quote)):
                yield start, start + len(quote)

    def _normalised(self, quote: str) -> Iterator[tuple[int, int]]:
        folded = fold_text(quote).strip()
        # Models like to put a quote into quotation marks of their own.
        bare = folded[1:-1].strip() if len(folded) > 2 and folded[0] == folded[-1] == '"' else ""
        for wanted in filter(None, (folded, bare)):
            found = False
            for place in self._in_folded(wanted):
                found = True
                yield place
            if found:
                return

    def _in_folded(self, wanted: str) -> Iterator[tuple[int, int]]:
        for start in occurrences(self.folded.text, wanted):
            place = self.folded.origin(start, start + len(wanted))
            if place and not any(cuts_word(self.text, edge) for edge in place):
                yield place

    def _elided(self, quote: str) -> Iterator[tuple[int, int]]:
        pieces = [piece.strip() for piece in _ELLIPSIS.split(fold_text(quote))]
        pieces = [piece for piece in pieces if piece]
        if len(pieces) < 2 or min(map(len, pieces)) < _SHORTEST_PIECE:
            return
        later = [sorted(self._in_folded(piece)) for piece in pieces[1:]]
        for start, end in self._in_folded(pieces[0]):
            last = self._continued(end, later)
            if last is not None:
                yield start, last

    def _continued(self, end: int, later: list[list[tuple[int, int]]]) -> int | None:
        """Where the quote ends if each further piece follows in the same sentence, else None."""
        for places in later:
            following = bisect_left(places, (end, end))
            if following == len(places):
                return None
            start, next_end = places[following]
            # From the last letter of the piece before: a full stop that ends it ends the sentence too.
            if _SENTENCE_END.search(self.text, end - 1, start + 1):
                return None
            end = next_end
        return end


def occurrences(text: str, wanted: str) -> Iterator[int]:
    """Each place where the non-empty `wanted` begins in the text, overlapping ones too."""
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _nearest(places: list[Grounding], anchor: Grounding) -> Grounding:
    return min(places, key=lambda place: _spread((place, anchor)))


def _spread(places: Sequence[Grounding]) -> int:
    """The length of text that holds all the places."""
    starts = [place.start for place in places if place.start is not None]
    ends = [place.end for place in places if place.end is not None]
    return max(ends, default=0) - min(starts, default=0)
