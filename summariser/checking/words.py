"""Where words and numbers begin and end."""

from __future__ import annotations

import re
import unicodedata

from summariser.checking.folding import INVISIBLE

# Scripts that are written without spaces, or (Hangul) that join particles to words: a quote may end anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_JOINTS = "-\u2010\u2011"
_APOSTROPHES = "'’"
# "can" is not in "can't": a quote must not lose its negation.
_NEGATION = re.compile(r"t(?!\w)")
# 1\u00a0300 and 1'300: what follows must be a whole group, as these stand between two numbers as well.
_GROUPING = "\u00a0\u202f" + _APOSTROPHES
_GROUP = re.compile(r"\d{3}(?!\d)")


def cuts_word(text: str, edge: int) -> bool:
    """Whether a passage that begins or ends at this offset would cut a word or a number in two.

    "300 soldiers" is not in "1,300 soldiers", nor "combatants" in "non-combatants".
    """
    if not 0 < edge < len(text):
        return False
    if _is_mark(text[edge]):
        return True
    # A soft hyphen or an accent of its own does not end a word: "armed" is not in "un\u00adarmed".
    start = end = edge
    while start and (text[start - 1] in INVISIBLE or _is_mark(text[start - 1])):
        start -= 1
    while end < len(text) and text[end] in INVISIBLE:
        end += 1
    if start == 0 or end == len(text):
        return False
    before, after = text[start - 1], text[end]
    if _wordlike(before) and _wordlike(after):
        return not (_UNSPACED.match(before) or _UNSPACED.match(after)) or (
            before.isdigit() and after.isdigit()
        )
    beyond, further = text[end + 1 : end + 2], text[start - 2 : start - 1]
    if after in _JOINTS:
        return _wordlike(before) and _wordlike(beyond)
    if before in _JOINTS:
        return _wordlike(further) and _wordlike(after)
    if before == "n" and after in _APOSTROPHES and _NEGATION.match(text, end + 1):
        return True
    if after in _GROUPING:
        return before.isdigit() and _GROUP.match(text, end + 1) is not None
    if before in _GROUPING:
        return further.isdigit() and _GROUP.match(text, end) is not None
    if after in ",.":
        return before.isdigit() and beyond.isdigit()
    return before in ",." and further.isdigit() and after.isdigit()


def _wordlike(character: str) -> bool:
    return character.isalnum()


def _is_mark(character: str) -> bool:
    """Accents, and the vowel signs of the scripts of India."""
    return not character.isascii() and unicodedata.category(character).startswith("M")
