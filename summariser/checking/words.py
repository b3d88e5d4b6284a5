"""Where words and numbers begin and end."""

from __future__ import annotations

import re
import unicodedata

# Scripts that are written without spaces, or (Hangul) that join particles to words: a quote may end anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_JOINTS = "-\u2010\u2011"


def cuts_word(text: str, edge: int) -> bool:
    """Whether a passage that begins or ends at this offset would cut a word or a number in two.

    "300 soldiers" is not in "1,300 soldiers", nor "combatants" in "non-combatants".
    """
    if not 0 < edge < len(text):
        return False
    before, after = text[edge - 1], text[edge]
    if unicodedata.combining(after):
        return True
    if _wordlike(before) and _wordlike(after):
        return not (_UNSPACED.match(before) or _UNSPACED.match(after)) or (
            before.isdigit() and after.isdigit()
        )
    beyond, further = text[edge + 1 : edge + 2], text[edge - 2 : edge - 1]
    if after in _JOINTS:
        return _wordlike(before) and _wordlike(beyond)
    if before in _JOINTS:
        return _wordlike(further) and _wordlike(after)
    if after in ",.":
        return before.isdigit() and beyond.isdigit()
    return before in ",." and further.isdigit() and after.isdigit()


def _wordlike(character: str) -> bool:
    return character.isalnum()
