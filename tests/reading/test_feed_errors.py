from __future__ import annotations

from io import BytesIO

import pytest

from summariser.errors import InputError
from summariser.reading.feeds import lines_of, read_feed


def only_error(line: bytes) -> tuple[str, InputError]:
    [(where, outcome)] = read_feed(lines_of(BytesIO(line)), "feed.jsonl", None)
    assert isinstance(outcome, InputError), outcome
    return where, outcome


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"not json", "not JSON (Expecting value at column 1)"),
        (b'{"text": "cut', "not JSON (Unterminated string starting at at column 10)"),
        (b'{"text": "a"} {"text": "b"}', "not JSON (Extra data at column 15)"),
        (b'{"text": "a", "score": NaN}', "not JSON (NaN is no JSON value)"),
        (b'{"text": "a", "score": -Infinity}', "not JSON (-Infinity is no JSON value)"),
        (b"[" * 200_000, "not JSON (nested too deeply)"),
        (b'{"text": ' + b'{"a":' * 200_000, "not JSON (nested too deeply)"),
        (b'{"text": "\xff"}', "not UTF-8 (byte 11)"),
        (b'["text"]', "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", 'no "text", or an empty one'),
        (b'{"text": ""}', 'no "text", or an empty one'),
        (b'{"text": " \\n "}', 'no "text", or an empty one'),
        (b'{"text": null}', 'no "text", or an empty one'),
        (b'{"text": ["a"]}', '"text" must be a string'),
        (b'{"text": "a", "title": 1}', '"title" must be a string'),
        (b'{"text": "a", "published": 20250327}', '"published" must be a string'),
        (b'{"text": "a", "url": {}}', '"url" must be a string'),
        (b'{"text": "a", "outlet": false}', '"outlet" must be a string'),
        (b'{"text": "a", "language": ["en"]}', '"language" must be a string'),
        (b'{"text": "a", "id": ["x"]}', '"id" must be a string or a number'),
        (b'{"text": "a", "published": "soon"}', "the date of publication cannot be read: 'soon'"),
        (b'{"text": "a", "published": ""}', "the date of publication cannot be read: ''"),
    ],
)
def test_a_bad_line_is_an_error_in_one_line(line: bytes, says: str) -> None:
    where, error = only_error(line)
    assert where == "feed.jsonl:1"
    assert str(error) == f"feed.jsonl:1: {says}"
    assert error.hint


def test_a_number_of_many_digits() -> None:
    _, error = only_error(b'{"text": "a", "n": ' + b"9" * 5000 + b"}")
    assert str(error).startswith("feed.jsonl:1: not JSON (Exceeds the limit")
    assert len(str(error)) < 150
