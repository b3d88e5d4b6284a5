"""The recorded answer in LangExtract's own format."""

from __future__ import annotations

import json
from typing import Any

from summariser import Grounder


def as_extractions(answer: str, article: str) -> str:
    """The same answer as LangExtract asks for it: the quotes of a record one by one, its fields with the first.

    Two quotes for each record, in the article's order and none over another, for which its aligner is quickest:
    what an earlier record quotes is left out, and a quote that is left alone is cut in two.
    """
    grounder, extractions, end = Grounder(article), list[dict[str, Any]](), 0
    for number, record in enumerate(json.loads(answer)["events"], 1):
        found = [(quote, grounder.ground(quote)) for quote in record["evidence"]]
        quotes = [quote for quote, at in found if at.start is not None and at.start >= end]
        end = max(at.end for _, at in found if at.end is not None)
        first, second = quotes if len(quotes) > 1 else _halves(quotes[0])
        kind = record["type"]
        fields = {
            name: _flat(value) for name, value in record.items() if value and name not in ("evidence", "type")
        }
        for quote, attributes in ((first, fields), (second, {})):
            extractions.append({kind: quote, f"{kind}_attributes": {"record": str(number), **attributes}})
    return json.dumps({"extractions": extractions}, ensure_ascii=False)


def _halves(quote: str) -> tuple[str, str]:
    words = quote.split(" ")
    half = len(words) // 2
    return " ".join(words[:half]), " ".join(words[half:])


def _flat(value: Any) -> str | list[str]:
    """An attribute is text or a list of texts."""
    return [_text(each) for each in value] if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(_text(each) for each in value.values() if each is not None)
    return str(value)
