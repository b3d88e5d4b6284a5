"""Where an article is cut, what the parts repeat, and that nothing of it is left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.asking.chunking import split
from summariser.values import Article, Chunk, Span

HEAD = "Headline of the day"


def paragraphs(count: int, words: int = 40, between: str = "\n\n") -> str:
    return HEAD + "\n\n" + between.join(f"Paragraph {n} " + "word " * words + "end." for n in range(count))


def cut(text: str, room: int, title: str = HEAD) -> list[Chunk]:
    return list(split(Article(text, title=title), room))


def test_a_text_that_fits_is_one_chunk_and_reads_as_it_is() -> None:
    text = paragraphs(5)
    for room in (None, len(text.encode())):
        (chunk,) = split(Article(text, title=HEAD), room)
        assert (chunk.text, chunk.number, chunk.count, chunk.head) == (text, 1, 1, None)


@pytest.mark.parametrize("between", ["\n\n", "\n", "\n \n"])
def test_parts_end_and_begin_at_paragraphs_and_overlap(between: str) -> None:
    text = paragraphs(40, between=between)
    chunks = cut(text, 2_000)
    assert len(chunks) > 3
    for former, chunk in pairwise(chunks):
        assert text[: former.body.end].endswith("end.")
        assert text[chunk.body.start :].startswith("Paragraph ")
        assert former.body.start < chunk.body.start < former.body.end < chunk.body.end
        assert former.body.end - chunk.body.start <= 2_000 // 4
        assert chunk.text.startswith(f"{HEAD}\n\nParagraph ")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Said so. " * 1_000, "so."),
        ("word " * 2_000, "word"),
        ("言った。" * 1_000, "。"),
        ("x" * 9_000, "x"),
    ],
)
def test_a_paragraph_that_is_too_long_is_cut_at_the_best_place_that_it_has(text: str, end: str) -> None:
    chunks = cut(text, 2_000, title="")
    assert all(chunk.text.rstrip().endswith(end) for chunk in chunks[:-1])
    assert all(len(chunk.text.encode()) <= 2_000 for chunk in chunks)


@given(
    st.text(alphabet="ab.\n 言é😀", min_size=1, max_size=3_000),
    st.integers(min_value=60, max_value=400),
    st.booleans(),
)
def test_everything_is_in_a_part_and_every_part_fits(text: str, room: int, titled: bool) -> None:
    article = Article(text, title=text[:10].strip() if titled else "")
    chunks = split(article, room)
    assert chunks[0].body.start == 0
    assert chunks[-1].body.end == len(text)
    assert [(each.number, each.count) for each in chunks] == [
        (number, len(chunks)) for number in range(1, len(chunks) + 1)
    ]
    for former, chunk in pairwise(chunks):
        assert former.body.start < chunk.body.start
        assert not text[former.body.end : chunk.body.start].strip()
        assert former.body.end < chunk.body.end
    assert all(len(chunk.text.encode()) <= room + 2 for chunk in chunks)


@given(st.text(alphabet="ab. \n", min_size=200, max_size=900), st.data())
def test_offsets_are_those_of_the_article(text: str, data: st.DataObject) -> None:
    chunk = data.draw(st.sampled_from(split(Article(text, title=text.split("\n")[0][:20]), 120)))
    start = data.draw(st.integers(0, len(chunk.text) - 1))
    end = data.draw(st.integers(start + 1, len(chunk.text)))
    place = chunk.origin(start, end)
    if place is not None:
        assert text[place.start : place.end] == chunk.text[start:end]
    else:
        assert chunk.head is not None
        assert start < chunk.head.end - chunk.head.start + 2 < end + 2


def test_white_space_alone_makes_no_part() -> None:
    text = paragraphs(12)
    assert len(cut(text + "\n" * 5_000, 2_000)) == len(cut(text, 2_000))
    assert all(chunk.text.strip() for chunk in cut("x" * 1_990 + "\n" * 50 + "y" * 1_990, 2_000, title=""))


def test_a_headline_below_a_line_such_as_exclusive_is_found() -> None:
    text = "EXCLUSIVE\n\n" + paragraphs(40)
    assert all(chunk.text.startswith(HEAD) for chunk in cut(text, 2_000)[1:])


def test_without_a_title_the_first_line_stands_for_it_unless_it_is_a_paragraph() -> None:
    assert cut(paragraphs(40), 2_000, title="Another")[1].text.startswith(HEAD)
    assert cut("x" * 400 + "\n\n" + paragraphs(40), 2_000, title="")[1].head is None


def test_spans_overlap_where_they_share_a_character() -> None:
    assert Span(0, 5).overlaps(Span(4, 6))
    assert not Span(0, 5).overlaps(Span(5, 6))
