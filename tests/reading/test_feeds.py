from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.errors import InputError
from summariser.reading import feeds, read_articles
from summariser.reading.feeds import Outcome, lines_of, read_feed
from summariser.values import Article


def outcomes(data: bytes, published: date | None = None) -> list[Outcome]:
    return list(read_feed(lines_of(BytesIO(data)), "feed.jsonl", published))


def only_article(**record: object) -> Article:
    [(_, outcome)] = outcomes(json.dumps(record).encode())
    assert isinstance(outcome, Article), outcome
    return outcome


def test_all_fields() -> None:
    article = only_article(
        text="It is over.",
        title="Strike ends",
        published="2025-03-27T10:00:00Z",
        url="https://courier.example/a",
        outlet="The Courier",
        language="en-GB",
        id=7,
    )
    assert article == Article(
        text="Strike ends\n\nIt is over.",
        title="Strike ends",
        published=date(2025, 3, 27),
        outlet="The Courier",
        url="https://courier.example/a",
        language="en",
    )


def test_text_alone() -> None:
    assert only_article(text="One line\nand another") == Article(
        text="One line\nand another", title="One line"
    )


def test_null_is_as_good_as_missing() -> None:
    fields = dict.fromkeys(["title", "published", "url", "outlet", "language", "id"])
    assert only_article(text="Words", **fields) == Article(text="Words", title="Words")


def test_the_title_is_not_repeated() -> None:
    assert (
        only_article(text="Strike ends\nIt is over.", title="Strike ends").text == "Strike ends\nIt is over."
    )


def test_the_text_is_kept_but_for_line_ends_and_what_cannot_be_stored() -> None:
    article = only_article(text="  a\r\nb\rc \ud800 \0 😀 ")
    assert article.text == "  a\nb\nc \ufffd \ufffd 😀 "


def test_metadata_is_tamed() -> None:
    article = only_article(
        text="Words",
        title="A\n\x1b[31m" + "b" * 999,
        outlet="o" * 999,
        url="javascript:alert(1)",
        language="deu",
    )
    assert article.title.startswith("A [31mb")
    assert len(article.title) == 300
    assert article.outlet == "o" * 100
    assert article.url is None
    assert article.language is None


def test_published_of_the_caller_wins() -> None:
    [(_, outcome)] = outcomes(b'{"text": "Words", "published": "whenever"}', date(2025, 1, 1))
    assert isinstance(outcome, Article)
    assert outcome.published == date(2025, 1, 1)


def test_lines_are_counted_blank_ones_are_skipped_and_bad_ones_stop_nothing() -> None:
    data = b'\xef\xbb\xbf{"text": "one"}\r\n\n  \nbad\n{"text": "two", "id": "abc"}\n{"text": 3, "id": "x"}'
    found = outcomes(data)
    assert [where for where, _ in found] == [
        "feed.jsonl:1",
        "feed.jsonl:4",
        "feed.jsonl:5 (abc)",
        "feed.jsonl:6 (x)",
    ]
    assert [type(outcome) for _, outcome in found] == [Article, InputError, Article, InputError]
    assert str(found[3][1]) == 'feed.jsonl:6 (x): "text" must be a string'


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("abc", "feed.jsonl:1 (abc)"),
        (17, "feed.jsonl:1 (17)"),
        ("a\n\x1b[2Jb", "feed.jsonl:1 (a [2Jb)"),
        ("x" * 500, f"feed.jsonl:1 ({'x' * 60})"),
        ("\ud800", "feed.jsonl:1 (\ufffd)"),
        ("", "feed.jsonl:1"),
    ],
)
def test_the_id_of_the_feed_is_shown(value: object, where: str) -> None:
    [(found, outcome)] = outcomes(json.dumps({"text": "Words", "id": value}).encode())
    assert found == where
    assert isinstance(outcome, Article)
    assert outcome.id == Article(text="Words").id


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_the_longest_line_and_one_byte_more(ending: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'{"text": "abcdefgh"}'
    monkeypatch.setattr(feeds, "LINE_LIMIT", len(line))
    assert isinstance(outcomes(line + ending)[0][1], Article)
    assert (
        str(outcomes(b" " + line + ending)[0][1])
        == f"feed.jsonl:1: the line is longer than {len(line)} bytes"
    )


def test_a_long_line_is_neither_kept_nor_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LINE_LIMIT", 1000)
    path = tmp_path / "feed.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"text": "one"}\n{"text": "')
        for _ in range(30):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n{"text": "three"}\n')
    tracemalloc.start()
    found = list(read_articles([path]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(outcome) for _, outcome in found] == [Article, InputError, Article]
    assert found[2][0] == f"{path}:3"
    assert peak < 5_000_000


def test_a_feed_without_end_is_read_line_by_line() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b'{"text": "again"}\n'

    found = read_feed(endless(), "feed.jsonl", None)
    assert [next(found)[0] for _ in range(3)] == ["feed.jsonl:1", "feed.jsonl:2", "feed.jsonl:3"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["text", "title", "published", "url", "outlet", "language", "id"])


@given(st.lists(st.binary() | st.dictionaries(FIELDS, JSON).map(lambda record: json.dumps(record).encode())))
def test_each_line_that_is_not_blank_has_one_outcome(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    found = outcomes(data)
    assert len(found) == sum(
        1
        for number, line in enumerate(data.split(b"\n"))
        if (line.removeprefix(b"\xef\xbb\xbf") if not number else line).strip()
    )
    assert all(category(character) != "Cc" for where, _ in found for character in where)
    for _, outcome in found:
        if isinstance(outcome, Article):
            outcome.text.encode()
