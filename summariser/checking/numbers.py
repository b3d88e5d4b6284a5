"""The numbers that a phrase states, in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod

# The scales of the languages of most of the world's wire copy. A single letter may be a unit instead (300 m).
_SCALES = {
    1e2: r"hundreds?|cents?|centaines?|centenar(?:es)?|centenas?|centinai[oa]|сот\w*",
    1e3: r"thousands?|mille|milliers?|millar(?:es)?|milhar(?:es)?|migliai[oa]|mil|mila|tausend|тисяч\w*|тысяч\w*|тис|тыс|k",
    1e6: r"millions?|million\w*|milioni?|mill[óo]n|millones|milh(?:ão|ões)|miljoen|miljoner|mio|mn|млн"
    r"|мільйон\w*|миллион\w*|m",
    1e9: r"billions?|milliards?|milliarde[nr]?|miliard[oi]|miljard(?:er)?|bilh(?:ão|ões)|mrd|mds|bn|млрд"
    r"|мільярд\w*|миллиард\w*|b",
    1e12: r"trillions?|billionen|billón|billones|biljoen|trilh(?:ão|ões)|tn|трильйон\w*|триллион\w*",
    12.0: r"dozens?|douzaines?|docenas?|dutzend|дюжин\w*",
    10.0: r"dizaines?|decenas?|dezenas?|decine|десятк\w*|десятків",
    15.0: r"quinzaines?|quincenas?",
    20.0: r"vingtaines?|veintenas?|ventina",
    30.0: r"trentaines?|treintenas?|trentina",
    40.0: r"quarantaines?|cuarentenas?|quarantina",
    50.0: r"cinquantaines?|cinquantina",
    60.0: r"soixantaines?|sessantina",
}
_SCALE = re.compile("|".join(rf"(\b(?:{words})\b)" for words in _SCALES.values()), re.IGNORECASE)
# 10^12, as its plural; in English the same word is 10^9.
_GERMAN_BILLION = re.compile(r"\bbillion\b", re.IGNORECASE)
_LETTER = re.compile(r"[kmb]", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<digits>\d+(?:[.,'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*)"
    rf"(?P<scale>(?:[\s\u00a0-]*\b(?:{'|'.join(_SCALES.values())})\b|(?:k|m|bn|b|tn)\b)*)",
    re.IGNORECASE,
)
_GROUPED_BY_COMMA = {"en", "he", "hi", "ja", "ko", "th", "zh"}
_ONE = {
    language: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for language, words in {
        "de": "ein(?:e[mnrs]?)?",
        "en": "an?|another|single",
        "es": "una?|otr[oa]",
        "fr": "une?",
        "it": "un[ao']?",
        "nl": "een",
        "pt": "uma?|outr[oa]",
    }.items()
}
# What an article can stand before and still not be one of: a number of men, a few.
_AMOUNT = re.compile(
    r"\b(?:amounts?|numbers?|quantity|lot|few|couple|pair|handful|majority|minority|part|third|quarter|half"
    r"|nombre|quantité|paire|poignée|majorité|partie|tiers|cantidad|número|par|puñado|mayoría|parte|tercio"
    r"|anzahl|menge|paar|handvoll|mehrheit|teil|drittel|paio|numero|quantità|aantal|deel|quantidade)\b",
    re.IGNORECASE,
)
_WORDS_KNOWN = {"da", "de", "en", "es", "fr", "it", "nl", "pt"}


def states(phrase: str, number: float, language: str | None) -> bool:
    """Whether the phrase states the number. The language (ISO 639-1; English if None) tells 1.500 from 1,500."""
    language = language or "en"
    stated = _stated(phrase, language)
    # "an officer" is one where no other number is stated; "a dozen officers" are not.
    return number in stated or (number == 1 and not stated and _one(phrase, language))


@lru_cache(maxsize=4096)
def _stated(phrase: str, language: str) -> frozenset[float]:
    """Asked for each of the two bounds, and the same phrases come again and again."""
    if language == "de":
        phrase = _GERMAN_BILLION.sub("Billionen", phrase)
    return frozenset(_in_digits(phrase, language) | _in_words(phrase, language))


def _one(phrase: str, language: str) -> bool:
    words = _ONE.get(language)
    return words is not None and words.search(phrase) is not None and not _AMOUNT.search(phrase)


def _in_digits(phrase: str, language: str) -> set[float]:
    anywhere = {_scale(match[0]) for match in _SCALE.finditer(phrase)}
    stated: set[float] = set()
    for match in _NUMBER.finditer(phrase):
        scale = match["scale"].strip(" \u00a0\u202f-")
        for value in _values(match["digits"], language):
            stated.add(value * _scale(scale))
            if not scale:
                # "10 to 15 million": the scale stands once, behind the last number.
                stated.update(value * each for each in anywhere)
            elif _LETTER.fullmatch(scale):
                stated.add(value)
    return stated


def _scale(words: str) -> float:
    scales = list(_SCALES)
    found = _SCALE.finditer(re.sub(r"(?<=\d)(?=\D)", " ", words))
    return prod((scales[(match.lastindex or 1) - 1] for match in found), start=1.0)


def _values(digits: str, language: str) -> Iterator[float]:
    digits = re.sub(r"['’\s]", "", digits)
    group, point = (",", ".") if language in _GROUPED_BY_COMMA else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", digits):
        digits = digits.replace(group, "")
    try:
        yield float(digits.replace(",", "."))
    except ValueError:  # a date such as 27.03.2025, or a section number
        return


def _in_words(phrase: str, language: str) -> set[float]:
    """Numbers written as words, as far as text2num knows the language, and scales alone ("a dozen")."""
    words = _NUMBER.sub(" ", phrase)
    if language in _WORDS_KNOWN:
        from text_to_num import alpha2digit

        words = alpha2digit(words, language, threshold=0)
    alone = {_scale(match[0]) for match in _SCALE.finditer(_NUMBER.sub(" ", words))}
    return _in_digits(words, language) | alone
