"""Whether a text names an actor: by its name, or by a form that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from summariser.checking.folding import fold_text
from summariser.checking.grounding import occurrences

# Seats of power that stand for their state, beside its capital.
_SEATS = {
    "CHN": ("Zhongnanhai",),
    "FRA": ("Élysée", "Elysee", "Quai d'Orsay"),
    "GBR": ("Downing Street", "Whitehall"),
    "KOR": ("Blue House",),
    "RUS": ("Kremlin",),
    "USA": ("US", "White House", "Pentagon", "Washington", "State Department"),
    "XKX": ("Kosovo", "Kosovar", "Pristina", "Prishtina"),
}
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
# "World Food Programme (WFP)", "Norwegian security service, PST".
_GIVEN = re.compile(r"\(([A-Z][\w-]+)\)|, ([A-Z]{2,})$")
_TITLES = re.compile(r"^(?:the|an?|der|die|das|les?|la|los|las|el)\s+", re.IGNORECASE)


class Words:
    """A text made ready to be asked whether it holds a phrase, whatever the typography and case."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.lower = folded.casefold()

    def hold(self, phrase: str) -> bool:
        return self._hold_folded(_plain(phrase))

    def _hold_folded(self, wanted: str) -> bool:
        """Whole words, or their plural; by hand, as a pattern for each name would be compiled each time."""
        text = self.lower
        for start in occurrences(text, wanted):
            end = start + len(wanted)
            for plural in ("", "s", "es"):
                if text.startswith(plural, end) and _is_word(text, start, end + len(plural)):
                    return True
        return False

    def name(self, name: str, kind: str, country: str | None) -> bool:
        """Whether the text names the actor: in full, by the surname of a person, by an acronym, or, for a
        state, by its people, its capital or a seat of power."""
        forms = _forms(name, kind, country)
        return any(map(self._hold_folded, forms.words)) or any(
            each.search(self.folded) for each in forms.capitals
        )


class _Forms(NamedTuple):
    """What stands for a name: words whatever their case, and short forms in capitals alone: US is a state, us is
    not."""

    words: tuple[str, ...]
    capitals: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=4096)
def _forms(name: str, kind: str, country: str | None) -> _Forms:
    bare = _TITLES.sub("", name)
    words, capitals = [name, bare], [*_acronyms(bare)]
    if given := _GIVEN.search(bare):
        words.append(_IN_BRACKETS.sub("", bare))
        capitals.append(given[1] or given[2])
    if kind == "person":
        words += _surnames(bare)
    if kind == "state" and country is not None:
        for alias in aliases(country):
            (capitals if len(alias) < 4 else words).append(alias)
    return _Forms(
        tuple(dict.fromkeys(filter(None, map(_plain, words)))),
        tuple(_upper(each) for each in dict.fromkeys(capitals) if len(each) > 1 and each.isupper()),
    )


def _upper(acronym: str) -> re.Pattern[str]:
    dotted = r"\.?".join(map(re.escape, acronym))
    return re.compile(rf"(?<!\w){dotted}(?!\w)")


def _acronyms(name: str) -> Iterator[str]:
    yield "".join(word[0] for word in re.findall(r"\w+", _IN_BRACKETS.sub("", name)) if word[0].isupper())


def _surnames(name: str) -> list[str]:
    """Family names come last in most of the world, and first in East Asia."""
    words = name.split()
    return [word for word in (words[-1], words[0]) if len(word) > 2] if len(words) > 1 else []


@lru_cache(maxsize=4096)
def _plain(phrase: str) -> str:
    return fold_text(phrase).strip().casefold()


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or after.isalnum() or before == "_" or after == "_")


@cache
def aliases(country: str) -> tuple[str, ...]:
    """What stands for a state in the news: its names, people, capital and seats of power."""
    from countryinfo import CountryInfo
    from countryinfo.exceptions import CountryNotFoundError

    seats = _SEATS.get(country, ())
    try:
        known = CountryInfo(country)
    except CountryNotFoundError:
        return seats
    found = (known.name(), known.capital(), known.demonym(), *known.alt_spellings())
    # The two-letter codes are words in capitals too often: IN, IT, NO.
    return (*seats, *(alias for alias in found if alias and alias != known.iso(2)))
