"""Whether a text names an actor: by its name, or by a form that stands for it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

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
        if self.hold(name):
            return True
        name = _TITLES.sub("", name)
        if self.hold(name) or self._abbreviated(name):
            return True
        if kind == "person" and len(name.split()) > 1:
            return self._surname(name)
        return kind == "state" and country is not None and any(map(self._alias, aliases(country)))

    def _surname(self, name: str) -> bool:
        """Family names come last in most of the world, and first in East Asia."""
        words = name.split()
        return any(len(word) > 2 and self.hold(word) for word in (words[-1], words[0]))

    def _abbreviated(self, name: str) -> bool:
        given = re.search(r"\(([A-Z][\w-]+)\)", name)
        bare = re.sub(r"\s*\([^)]*\)", "", name)
        initials = "".join(word[0] for word in re.findall(r"\w+", bare) if word[0].isupper())
        acronyms = {initials} | ({given[1]} if given else set())
        return (bool(given) and self.hold(bare)) or any(map(self._upper, acronyms))

    def _alias(self, alias: str) -> bool:
        return self._upper(alias) if len(alias) < 4 else self._hold_folded(_plain(alias))

    def _upper(self, acronym: str) -> bool:
        """Short forms count in capitals alone: US is a state, us is not."""
        if len(acronym) < 2 or not acronym.isupper():
            return False
        dotted = r"\.?".join(acronym)
        return re.search(rf"(?<!\w){dotted}(?!\w)", self.folded) is not None


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
