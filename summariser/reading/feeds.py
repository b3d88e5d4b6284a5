"""A feed: one JSON object a line, read one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import BinaryIO, NoReturn

from summariser.errors import InputError
from summariser.reading.cleaning import (
    OUTLET_LIMIT,
    TITLE_LIMIT,
    language_code,
    one_line,
    storable,
    web_address,
    with_title,
)
from summariser.reading.dates import parse_published
from summariser.reading.texts import first_line
from summariser.reading.where import named
from summariser.values import Article

# Where it is from, and the article or why there is none.
Outcome = tuple[str, Article | InputError]

# A hundred times a long book, and still little memory.
LINE_LIMIT = 50_000_000
_SKIPPED_AT_ONCE = 1 << 20
_ID_LIMIT = 60
_MARK = b"\xef\xbb\xbf"


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Every line; of one that is too long only the beginning, which `read_feed` refuses."""
    while line := stream.readline(LINE_LIMIT + 1):
        yield line
        while line and not line.endswith(b"\n"):
            line = stream.readline(_SKIPPED_AT_ONCE)


def read_feed(
    lines: Iterable[bytes], where: str, published: date | None, *, first: int = 1
) -> Iterator[Outcome]:
    for number, line in enumerate(lines, start=first):
        line = line.removeprefix(_MARK) if number == 1 else line
        if line.strip():
            yield _read_line(line, f"{where}:{number}", published)


def is_object(line: bytes) -> bool:
    """Whether a line is the beginning of a feed, and not of a text."""
    line = line.removeprefix(_MARK)
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        _parse(line)
    except InputError:
        return False
    return True


def _read_line(line: bytes, where: str, published: date | None) -> Outcome:
    try:
        with named(where):
            record = _parse(line)
        where = _with_id(where, record)
        with named(where):
            return where, article_of(record, published)
    except InputError as error:
        return where, error


def _parse(line: bytes) -> dict[str, object]:
    if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
        raise InputError(f"the line is longer than {LINE_LIMIT} bytes", hint="Is this one article a line?")
    try:
        record = json.loads(line.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 (byte {error.start + 1})", hint="Save the feed as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _not_json(f"{error.msg} at column {error.colno}") from None
    except RecursionError:
        raise _not_json("nested too deeply") from None
    except ValueError as error:
        # NaN and the like, and numbers with more digits than Python reads.
        raise _not_json(one_line(str(error), 100)) from None
    if not isinstance(record, dict):
        raise InputError("not a JSON object", hint=_SHAPE)
    return record


_SHAPE = 'Each line is an object like {"text": "…", "title": "…", "published": "2025-03-27"}.'


def _not_json(reason: str) -> InputError:
    return InputError(f"not JSON ({reason})", hint=_SHAPE)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _with_id(where: str, record: dict[str, object]) -> str:
    value = record.get("id")
    written = one_line(str(value), _ID_LIMIT) if isinstance(value, str | int) else ""
    return f"{where} ({written})" if written else where


def article_of(record: Mapping[str, object], published: date | None = None) -> Article:
    """The article of one object of a feed; a `published` that is given goes before its own. Raises `InputError`."""
    if not isinstance(record.get("id"), str | int | None):
        raise InputError('"id" must be a string or a number', hint=_SHAPE)
    body = storable(_string(record, "text").replace("\r\n", "\n").replace("\r", "\n"))
    if not body.strip():
        raise InputError('no "text", or an empty one', hint=_SHAPE)
    title = one_line(_string(record, "title"), TITLE_LIMIT)
    written = _string(record, "published") if record.get("published") is not None else None
    return Article(
        text=with_title(title, body),
        title=title or first_line(body),
        published=published or parse_published(written),
        outlet=one_line(_string(record, "outlet"), OUTLET_LIMIT) or None,
        url=web_address(_string(record, "url")),
        language=language_code(_string(record, "language")),
    )


def _string(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f'"{key}" must be a string', hint=_SHAPE)
    return value
