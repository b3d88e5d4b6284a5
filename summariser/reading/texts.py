"""A plain text → the article it is."""

from __future__ import annotations

from datetime import date
from io import StringIO

from summariser.reading.cleaning import TITLE_LIMIT, one_line
from summariser.values import Article


def article_from_text(text: str, *, published: date | None, url: str | None = None) -> Article:
    return Article(text=text, title=first_line(text), published=published, url=url)


def first_line(text: str) -> str:
    """The first line that is not blank, as a title."""
    return next((one_line(line, TITLE_LIMIT) for line in StringIO(text) if line.strip()), "")
