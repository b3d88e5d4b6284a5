"""A text folded to one typography, with every offset mapped back to the text as it stands."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Characters that differ in print and not in wording. Superscripts, fractions and other compatibility forms
# are left alone: 10² is not 102. All quotation marks become one, as models swap single for double.
_TYPOGRAPHY = {
    **dict.fromkeys("'`´‘’‚‛“”„‟«»‹›＂＇「」『』〝〞′″", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    "…": "...",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    **{chr(wide): chr(wide - 0xFEE0) for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))},
}
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # soft hyphen, joiners, directions, BOM
_SPECIAL = re.compile(
    rf"(?:[^\S ]| (?=[\s{INVISIBLE}])|[{INVISIBLE}])[\s{INVISIBLE}]*"
    rf"|''|--+|[{re.escape(''.join(_TYPOGRAPHY))}]"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is the folded form, made of pieces. Piece k begins at `starts[k]` and stands for the source from
    `origins[k]` on; it is `verbatim`, letter for letter, or a replacement that stands for its source as a
    whole. A last, empty piece closes both."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    verbatim: tuple[bool, ...]

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """Source offsets of the non-empty `text[start:end]`; None if an end of it cuts a replacement."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        source_start, source_end = self.origins[first], self.origins[last + 1]
        if self.verbatim[first]:
            source_start += start - self.starts[first]
        elif start != self.starts[first]:
            return None
        if self.verbatim[last]:
            source_end = self.origins[last] + end - self.starts[last]
        elif end != self.starts[last + 1]:
            return None
        return source_start, source_end


def fold(source: str) -> Folded:
    """Fold quotation marks, dashes, ligatures, invisible characters, white space and Unicode form (to NFC)."""
    parts: list[str] = []
    starts, origins, verbatim = [], [], []
    length = position = 0
    for start, end, replacement in _replacements(source):
        if position < start:
            parts.append(source[position:start])
            starts.append(length)
            origins.append(position)
            verbatim.append(True)
            length += start - position
        parts.append(replacement)
        starts.append(length)
        origins.append(start)
        verbatim.append(False)
        length += len(replacement)
        position = end
    parts.append(source[position:])
    starts += [length, length + len(source) - position]
    origins += [position, len(source)]
    verbatim += [True, True]
    return Folded("".join(parts), tuple(starts), tuple(origins), tuple(verbatim))


def fold_text(source: str) -> str:
    """The folded form alone, where no offsets are wanted."""
    if not source.isascii():
        source = unicodedata.normalize("NFC", source)
    return _SPECIAL.sub(lambda match: _folded(match[0]), source)


def _replacements(source: str) -> Iterator[tuple[int, int, str]]:
    if not unicodedata.is_normalized("NFC", source):
        yield from _recomposed(source)
        return
    for match in _SPECIAL.finditer(source):
        yield *match.span(), _folded(match[0])


@lru_cache(maxsize=4096)
def _folded(special: str) -> str:
    if special in _TYPOGRAPHY:
        return _TYPOGRAPHY[special]
    if special[0].isspace() or special[0] in INVISIBLE:
        return " " if any(mark.isspace() for mark in special) else ""
    return '"' if special == "''" else "-"


def _recomposed(source: str) -> Iterator[tuple[int, int, str]]:
    """As above for a text that is not in NFC: combining sequences are replaced as wholes too."""
    edges = [match.span() for match in _SPECIAL.finditer(source)]
    position = 0
    for start, end in [*edges, (len(source), len(source))]:
        yield from _sequences(source, position, start)
        if start < end:
            yield start, end, _folded(source[start:end])
        position = end


def _sequences(source: str, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    while start < stop:
        end = start + 1
        while end < stop and _joins(source[start:end], source[end]):
            end += 1
        composed = unicodedata.normalize("NFC", source[start:end])
        if composed != source[start:end]:
            yield start, end, composed
        start = end


def _joins(sequence: str, character: str) -> bool:
    """Whether NFC treats the character as one with what stands before it."""
    if character.isascii():
        return False
    if unicodedata.combining(character):
        return True
    apart = unicodedata.normalize("NFC", sequence) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", sequence + character) != apart
