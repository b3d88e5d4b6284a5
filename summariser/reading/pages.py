"""A web page → the article in it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from summariser.errors import InputError
from summariser.reading.cleaning import (
    OUTLET_LIMIT,
    TITLE_LIMIT,
    language_code,
    one_line,
    web_address,
    with_title,
)
from summariser.reading.texts import first_line
from summariser.values import Article

if TYPE_CHECKING:
    from trafilatura.settings import Document

# Possessive (*+), since a start made of many comments would take for ever otherwise.
_PAGE_START = re.compile(
    r"(?:\s+|<!--.*?-->|<\?xml[^>]*\?>)*+<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)
# Room for a declaration and a comment, such as the address browsers note in a page they save.
_PAGE_START_WITHIN = 1024


def looks_like_page(text: str) -> bool:
    return _PAGE_START.match(text[:_PAGE_START_WITHIN]) is not None


def article_from_page(html: str, *, published: date | None, url: str | None = None) -> Article:
    """The headline, an empty line, and the body; `published` and `url` win over what the page says."""
    document, language = _extract(html, url)
    body = (document.text or "").strip("\n")
    if not body.strip():
        raise _nothing_found()
    title = one_line(document.title or "", TITLE_LIMIT)
    return Article(
        text=with_title(title, body),
        title=title or first_line(body),
        published=published or _day(document.date),
        outlet=one_line(document.sitename or document.hostname or "", OUTLET_LIMIT) or None,
        url=url or web_address(document.url),
        language=language_code(language),
    )


def _extract(html: str, url: str | None) -> tuple[Document, str | None]:
    import trafilatura

    try:
        tree = trafilatura.load_html(html)
        if tree is None:
            raise _nothing_found()
        language = tree.get("lang") or tree.get("xml:lang")
        document = trafilatura.bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            # A sentence that is not of the article could become evidence, a missing one is only missing.
            favor_precision=True,
            include_comments=False,
            # Tables come out as rows of | cells |, which no quote matches, and hold prices and schedules.
            include_tables=False,
            # The thorough search takes any date in the text; a wrong day is worse than none, since
            # "yesterday" is counted from it.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except InputError:
        raise
    except Exception as error:
        # A parser of pages that anyone may write: whatever it stumbles over is the fault of this one page.
        raise InputError(f"the page cannot be read ({type(error).__name__})", hint=_HINT) from error
    if document is None or isinstance(document, dict):
        raise _nothing_found()
    return document, language


_HINT = "Copy the text of the article into a file, and read that."


def _nothing_found() -> InputError:
    return InputError("no article text found in the page", hint=_HINT)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None
