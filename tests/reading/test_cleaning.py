from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.reading.cleaning import language_code, one_line, storable, web_address, with_title
from summariser.reading.where import shown_path, shown_url

ANYTHING = st.text(st.characters())


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  Port \n\t strike\r\n ends ", "Port strike ends"),
        ("a\x00b\x07c", "abc"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("one\u2028two\x85three", "one two three"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("half \ud83d of an emoji", "half \ufffd of an emoji"),
        ("Türkçe, עברית, ไทย", "Türkçe, עברית, ไทย"),
        ("", ""),
    ],
)
def test_one_line(value: str, line: str) -> None:
    assert one_line(value, 300) == line


def test_one_line_is_cut() -> None:
    assert one_line("word " * 100, 10) == "word word"


@given(ANYTHING, st.integers(0, 40))
def test_one_line_is_always_short_and_printable(value: str, limit: int) -> None:
    line = one_line(value, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line)


@given(ANYTHING)
def test_storable_text_is_utf_8_of_the_same_length(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert len(kept) == len(text)
    assert "\0" not in kept


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("en", "en"), ("en-GB", "en"), ("de_AT", "de"), (" FR ", "fr"), ("zh-Hant-TW", "zh"),
        ("x-default", None), ("deu", None), ("english", None), ("", None), (None, None), ("e1", None),
        ("é-x", None), ("en\n<b>", None),
    ],
)  # fmt: skip
def test_language_code(value: str | None, code: str | None) -> None:
    assert language_code(value) == code


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://courier.example/a?b=c#d", True),
        ("http://courier.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,hello", False),
        ("//courier.example/a", False),
        ("/news/a", False),
        ("https://", False),
        ("https://[", False),
        ("https://courier.example/a b", False),
        ("https://courier.example/" + "a" * 2000, False),
        ("", False),
        (None, False),
    ],
)
def test_web_address(value: str | None, kept: bool) -> None:
    assert web_address(value) == (value if kept else None)


def test_the_title_comes_first_and_once() -> None:
    assert with_title("Strike ends", "It is over.") == "Strike ends\n\nIt is over."
    assert with_title("Strike ends", "Strike ends\nIt is over.") == "Strike ends\nIt is over."
    assert with_title("Strike ends", "\n Strike ends\nIt is over.") == "\n Strike ends\nIt is over."
    assert with_title("", "It is over.") == "It is over."


def test_names_are_safe_to_print() -> None:
    assert shown_path("dir/my  file.txt") == "dir/my  file.txt"
    assert shown_path("a\nb\x1b[2J\udcff.txt") == "a\ufffdb\ufffd[2J\ufffd.txt"
    assert shown_url("http://a\r\nb/\x1b[2J") == "http://ab/[2J"
    assert shown_url("http://user:secret@a/b@c") == "http://a/b@c"
    assert shown_url("http://a/b@c?d@e") == "http://a/b@c?d@e"
    assert len(shown_url("http://a/" + "b" * 5000)) == 200


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        (
            "'Agents': gang held",
            "EXCLUSIVE\n‘Agents’: Gang held\nIt rained.",
            "EXCLUSIVE\n‘Agents’: Gang held\nIt rained.",
        ),
        (
            "Gang held",
            "It rained.\nAgain.\nAnd again.\nGang held",
            "Gang held\n\nIt rained.\nAgain.\nAnd again.\nGang held",
        ),
        ("Gang held", "Gang held in raid.\nMore.", "Gang held in raid.\nMore."),
    ],
)
def test_the_headline_is_there_once(title: str, body: str, text: str) -> None:
    assert with_title(title, body) == text
