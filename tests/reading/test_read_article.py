from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from summariser.errors import InputError
from summariser.reading import read_article
from summariser.values import Article


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_the_whole_text_is_the_article(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"\xef\xbb\xbf\r\n  Strike ends  \r\nIt is over.\r\n\r\n")
    article = read_article(path)
    assert article.text == "\n  Strike ends  \nIt is over.\n\n"
    assert article.title == "Strike ends"
    assert article == Article(text=article.text, title="Strike ends")


def test_offsets_are_those_of_open(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Überschrift\r\n\r\n😀 Wörter\rund mehr\n".encode())
    assert read_article(str(path)).text == path.read_text(encoding="utf-8")


def test_utf_16(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Größe\r\nund Maß".encode("utf-16"))
    assert read_article(path).text == "Größe\nund Maß"


def test_a_very_long_line(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "a.txt", b"word " * 1_000_000))
    assert len(article.text) == 5_000_000
    assert len(article.title) == 299


def test_published(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"Words")
    assert read_article(path, published="2025-03-27T10:00:00Z").published == date(2025, 3, 27)
    assert Article.from_path(path, published=date(2025, 3, 27)).published == date(2025, 3, 27)
    with pytest.raises(InputError, match="date of publication"):
        read_article(path, published="soon")


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml", "a.txt", "a"])
def test_a_page_is_known_by_its_name_or_its_start(tmp_path: Path, name: str) -> None:
    html = (Path(__file__).parent / "pages" / "harbour.html").read_bytes()
    assert read_article(write(tmp_path, name, html)).outlet == "The Saltmere Courier"


def test_a_page_that_is_not_utf_8_says_what_it_is(tmp_path: Path) -> None:
    # Guessed, it would be taken for Latin-6.
    words = "Zażółć gęślą jaźń. Burmistrz ogłosił, że most pozostanie zamknięty do piątku. " * 3
    html = (
        f"<html><head><meta charset=iso-8859-2></head><body><article><p>{words}</p></article></body></html>"
    )
    assert words.strip() in read_article(write(tmp_path, "a.html", html.encode("iso-8859-2"))).text
    # Saved by a browser: the encoding is another, the old word still stands.
    assert words.strip() in read_article(write(tmp_path, "b.html", html.encode())).text


def test_a_piece_of_a_page_is_known_by_its_name(tmp_path: Path) -> None:
    html = (
        b"<div><h1>Bridge</h1>"
        + b"<p>The council talked about the bridge for many hours again.</p>" * 5
        + b"</div>"
    )
    assert "<p>" not in read_article(write(tmp_path, "a.html", html)).text
    assert "<p>" in read_article(write(tmp_path, "a.txt", html)).text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.txt", b"", "x.txt: empty"),
        ("x.txt", b" \r\n\t\xc2\xa0 ", "x.txt: empty"),
        ("x.txt", b"\xef\xbb\xbf", "x.txt: empty"),
        ("x.html", b"", "x.html: empty"),
        ("report.pdf", b"%PDF-1.4", "report.pdf: this is a PDF file, not text"),
        ("x.txt", b"a\0b", "x.txt: this is a binary file, not text"),
        ("x.jsonl", b'{"text": "a"}', "x.jsonl: a feed holds several articles"),
        ("x.NDJSON", b'{"text": "a"}', "x.NDJSON: a feed holds several articles"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_article(write(tmp_path, name, data))
    assert str(caught.value) == f"{tmp_path}/{says}"
    assert caught.value.hint


def test_a_feed_is_for_read_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Article.from_path(write(tmp_path, "x.jsonl", b""))
    assert "read_articles" in caught.value.hint


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing.txt", "missing.txt: no such file"),
        ("", ".: is a directory"),
        ("a\0b.txt", "a\ufffdb.txt: no such file"),
        ("a\nb.txt", "a\ufffdb.txt: no such file"),
        ("x" * 300, f"{'x' * 300}: cannot be read (File name too long)"),
    ],
)
def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, says: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_article(Path(path))
    assert str(caught.value) == says


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path, "x.txt", b"Words")
    path.chmod(0)
    with pytest.raises(InputError, match=r"x\.txt: no permission to read it$"):
        read_article(path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that fails while it is read")
def test_a_failure_while_reading() -> None:
    with pytest.raises(InputError, match=r"^/proc/self/mem: cannot be read \(Input/output error\)$"):
        read_article("/proc/self/mem")
