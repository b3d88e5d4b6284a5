"""The day of publication, from the notations that feeds, pages and people use."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from summariser.errors import InputError
from summariser.reading.cleaning import one_line

# The parser of the standard library reads much that is no RFC 2822 date, and guesses what is missing.
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3},\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{2}:\d{2}(?::\d{2})?\s+(?:[+-]\d{4}|[A-Za-z]{1,5})",
    re.ASCII,
)


def parse_published(value: str | date | None) -> date | None:
    """The day as it is written, whatever the time zone: a reader of the paper would name the same day.

    Takes an ISO 8601 date or date-time and an RFC 2822 one. Raises `InputError` for anything else.
    """
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    written = value.strip()
    try:
        if _RFC_2822.fullmatch(written):
            return parsedate_to_datetime(written).date()
        return datetime.fromisoformat(written).date()
    except ValueError:
        raise InputError(
            f"the date of publication cannot be read: {one_line(value, 60)!r}",
            hint="Write it like 2025-03-27, 2025-03-27T10:00:00Z or Thu, 27 Mar 2025 10:00:00 GMT.",
        ) from None
