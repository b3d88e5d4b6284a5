from __future__ import annotations

import gzip
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from summariser.errors import FetchError, InputError, LeftOut
from summariser.reading import read_articles
from summariser.values import Article

LINE = b'{"text": "Words"}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_all_kinds_together_and_no_bad_one_stops_the_others(
    here: Path, monkeypatch: pytest.MonkeyPatch, site: Any
) -> None:
    (here / "a.txt").write_text("Strike ends\nIt is over.")
    (here / "b.pdf").write_bytes(b"%PDF-1.4")
    (here / "feed.jsonl").write_bytes(LINE + b"bad\n" + LINE)
    (here / "folder").mkdir()
    give(monkeypatch, b"From a pipe")
    url = site.page("/a", b"From the web", Content_Type="text/plain")
    gone = site.page("/b", b"", status=404)
    sources = [
        "a.txt",
        "missing.txt",
        "b.pdf",
        Path("feed.jsonl"),
        "folder",
        "-",
        gone,
        url,
        "ftp://h/a",
        "gone.jsonl",
    ]
    found = list(read_articles(sources, published="2025-03-27", allow_private=True))
    assert [(where, type(outcome)) for where, outcome in found] == [
        ("a.txt", Article),
        ("missing.txt", InputError),
        ("b.pdf", InputError),
        ("feed.jsonl:1", Article),
        ("feed.jsonl:2", InputError),
        ("feed.jsonl:3", Article),
        ("folder", InputError),
        ("standard input", Article),
        (gone, FetchError),
        (url, Article),
        ("ftp://h/a", FetchError),
        ("gone.jsonl", InputError),
    ]
    for where, outcome in found:
        if isinstance(outcome, Article):
            assert outcome.published == date(2025, 3, 27)
        else:
            assert str(outcome).startswith(f"{where}: ")
            assert outcome.hint


def test_an_empty_directory_gets_a_hint(here: Path) -> None:
    for name in ("folder", "folder.jsonl"):
        (here / name).mkdir()
        [(_, error)] = read_articles([name])
        assert isinstance(error, InputError)
        assert str(error) == f"{name}: is a directory without a text, page or feed in it"
        assert ".jsonl" in error.hint


def test_a_folder_gives_what_is_in_it_in_order_and_says_what_it_left_out(here: Path) -> None:
    for name in (
        "b/two.txt",
        "b/.hidden/no.txt",
        "a.html",
        ".no.txt",
        "c.jsonl",
        "d.pdf",
        "b/one.txt.gz",
        "e.PDF",
    ):
        path = here / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = b'{"text": "Feed."}\n' if name == "c.jsonl" else b"Text of " + name.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    *found, (where, left) = read_articles(["folder"])
    assert [where for where, _ in found] == [
        "folder/a.html",
        "folder/c.jsonl:1",
        "folder/b/one.txt.gz",
        "folder/b/two.txt",
    ]
    assert (where, str(left)) == ("folder", "folder: 2 files of other kinds left out (2 of .pdf)")
    assert isinstance(left, LeftOut)


def test_a_pattern_is_filled_in_here_too(here: Path) -> None:
    for name in ("a.txt", "b.txt", "c.md"):
        (here / name).write_text(name)
    assert [where for where, _ in read_articles(["*.txt"])] == ["a.txt", "b.txt"]
    [(_, error)] = read_articles(["*.html"])
    assert str(error) == "*.html: no file fits the pattern"
    (here / "[1].txt").write_text("A name with brackets is a name.")
    assert [where for where, _ in read_articles(["[1].txt"])] == ["[1].txt"]


LINES = b'{"text": "One."}\n{"text": 2}\n{"text": "Three."}\n'


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.jsonl.gz", "feed.jsonl.zst"])
def test_a_packed_feed_reads_as_a_plain_one(name: str, here: Path) -> None:
    packs: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".zst": zstd.compress,
        ".jsonl": bytes,
    }
    pack = packs[Path(name).suffix]
    (here / name).write_bytes(pack(LINES) + pack(b'{"text": "Next member."}\n'))
    found = [(where, getattr(outcome, "text", None)) for where, outcome in read_articles([name])]
    assert found == [
        (f"{name}:1", "One."),
        (f"{name}:2", None),
        (f"{name}:3", "Three."),
        (f"{name}:4", "Next member."),
    ]


@pytest.mark.parametrize("name", ["feed.jsonl.gz", "feed.jsonl.zst", "page.html.gz", "text.txt.zst"])
def test_a_broken_packing_is_one_error_and_loses_nothing_before_it(name: str, here: Path) -> None:
    pack = gzip.compress if ".gz" in name else zstd.compress
    (here / name).write_bytes(pack(LINES * 30_000)[:-9])
    *found, (where, error) = read_articles([name])
    assert where == name
    assert "cannot be read" in str(error)
    assert bool(found) == ("jsonl" in name)
    (here / name).write_bytes(b"no packing at all")
    [(_, error)] = read_articles([name])
    assert "cannot be read" in str(error)


def test_a_bad_date_of_the_caller_is_told_at_once() -> None:
    with pytest.raises(InputError, match="date of publication"):
        read_articles([], published="soon")


def test_sources_are_taken_one_at_a_time(here: Path) -> None:
    (here / "a.txt").write_text("Words")
    taken: list[str] = []

    def sources() -> Iterator[str]:
        for name in ("a.txt", "b.txt"):
            taken.append(name)
            yield name

    found = read_articles(sources())
    assert next(found)[0] == "a.txt"
    assert taken == ["a.txt"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"Strike ends\r\nIt is over.", [("standard input", "Strike ends\nIt is over.")]),
        (LINE + LINE, [("standard input:1", "Words"), ("standard input:2", "Words")]),
        (b"\n \n" + LINE, [("standard input:3", "Words")]),
        (b"\xef\xbb\xbf" + LINE, [("standard input:1", "Words")]),
        (b'{"text": "One", "id": 4}', [("standard input:1 (4)", "One")]),
        # No object in the first line, so it is a text.
        (b"{\n", [("standard input", "{\n")]),
        (b'["text"]', [("standard input", '["text"]')]),
        (b"\n\n[sic]\n" + LINE, [("standard input", "\n\n[sic]\n" + LINE.decode())]),
        ("Größe".encode("utf-16"), [("standard input", "Größe")]),
    ],
)
def test_standard_input(data: bytes, found: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, data)
    assert [(where, getattr(outcome, "text", outcome)) for where, outcome in read_articles(["-"])] == found


def test_a_page_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, (Path(__file__).parent / "pages" / "hochwasser.html").read_bytes())
    [(_, article)] = read_articles(["-"])
    assert isinstance(article, Article)
    assert article.outlet == "Laubener Tagblatt"


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_empty_standard_input(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, data)
    [(where, error)] = read_articles(["-"])
    assert (where, str(error)) == ("standard input", "standard input: empty")


@pytest.mark.parametrize("by", ["name", "standard input"])
def test_a_feed_arrives_as_it_is_written(by: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(here / "feed.jsonl")
    arrived = threading.Event()
    in_time: list[bool] = []

    def write() -> None:
        with Path("feed.jsonl").open("wb", buffering=0) as pipe:
            pipe.write(b'{"text": "One"}\n')
            in_time.append(arrived.wait(timeout=5))
            pipe.write(b'{"text": "Two"}\n')

    writer = threading.Thread(target=write)
    writer.start()
    if by == "name":
        found = read_articles(["feed.jsonl"])
    else:
        monkeypatch.setattr("sys.stdin", Path("feed.jsonl").open(encoding="utf-8"))  # noqa: SIM115
        found = read_articles(["-"])
    first = next(found)[1]
    arrived.set()
    rest = [outcome for _, outcome in found]
    writer.join()
    assert in_time == [True]
    assert [getattr(outcome, "text", outcome) for outcome in (first, *rest)] == ["One", "Two"]
    if by == "standard input":
        sys.stdin.close()


def test_a_feed_left_in_the_middle_is_closed(here: Path) -> None:
    (here / "feed.jsonl").write_bytes(LINE * 3)
    found = read_articles(["feed.jsonl"])
    next(found)
    # A file that stays open warns when it is collected, and warnings are errors.
    del found


def test_a_feed_of_many_articles_has_as_many_outcomes(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    with feed.open("w") as stream:
        for number in range(2000):
            stream.write(json.dumps({"text": f"Article {number}"}) + "\n")
    assert sum(isinstance(outcome, Article) for _, outcome in read_articles([feed])) == 2000
