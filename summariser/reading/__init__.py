"""Read: a file, a page, a feed or a URL → `Article`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from summariser.errors import InputError
from summariser.reading.dates import parse_published
from summariser.reading.decoding import decode, meta_charset
from summariser.reading.feeds import LINE_LIMIT, Outcome, is_object, lines_of, read_feed
from summariser.reading.fetching import PAGE_TYPES, fetch
from summariser.reading.files import is_feed_name, is_packed, is_page_name, opened, standard_input
from summariser.reading.pages import article_from_page, looks_like_page
from summariser.reading.positions import Position, stamp_of
from summariser.reading.sources import expanded, is_url
from summariser.reading.texts import article_from_text
from summariser.reading.where import named, shown_path, shown_url
from summariser.values import Article

__all__ = ["fetch_article", "parse_published", "read_article", "read_articles", "read_on"]


def read_article(path: str | Path, *, published: date | str | None = None) -> Article:
    """Read one text file or saved HTML page; `published` wins over the date in a page.

    Raises `InputError`, also for a feed, which holds several articles: use `read_articles`.
    """
    day = parse_published(published)
    with named(shown_path(path)):
        _refuse_feed(path)
        with opened(path) as stream:
            data = stream.read()
        return _from_file(data, is_page=is_page_name(path), published=day)


def fetch_article(url: str, *, published: date | str | None = None, allow_private: bool = False) -> Article:
    """Fetch a page and keep its article, whose `url` is the one where all redirects ended.

    `allow_private` allows addresses outside the public internet, for URLs that come from a person you
    trust. Raises `FetchError`, and `InputError` for a page without an article.
    """
    day = parse_published(published)
    with named(shown_url(url)):
        page = fetch(url, allow_private=allow_private)
        _refuse_feed(urlsplit(page.url).path)
        text = decode(page.data, (page.charset, meta_charset(page.data), "utf-8"))
        return _from_text(text, is_page=page.media_type in PAGE_TYPES, published=day, url=page.url)


def _refuse_feed(name: str | Path) -> None:
    if is_feed_name(name):
        raise InputError(
            "a feed holds several articles",
            hint="Give the file to read_articles; one on the web, download first.",
        )


def read_articles(
    sources: Iterable[str | Path], *, published: date | str | None = None, allow_private: bool = False
) -> Iterator[Outcome]:
    """Read files, folders, patterns, pages, feeds, URLs and standard input (``-``), one article at a time.

    Yields where it is from (``a.txt``, ``feed.jsonl:17``, ``standard input``, the URL) and the article, or
    the error in its place, so that one bad source or line never stops the others. A feed is read as it
    comes. Raises `InputError` only for `published`, which holds for all articles.
    """
    day = parse_published(published)
    steps = read_on(sources, day, allow_private, known=lambda _: None)
    return ((where, outcome) for where, outcome, _ in steps if outcome is not None)


Step = tuple[str, Article | InputError | None, Position]


def read_on(
    sources: Iterable[str | Path],
    published: date | None,
    allow_private: bool,
    known: Callable[[str], Position | None],
) -> Iterator[Step]:
    """As `read_articles`, with how far each source has been read by then, and going on from what is `known`.

    A step without an article or an error only says how far it is.
    """
    for source in sources:
        for each in expanded(source):
            if isinstance(each, InputError):
                where = shown_path(source)
                yield where, type(each)(f"{where}: {each}", hint=each.hint), Position(where)
            else:
                yield from _from_source(each, published, allow_private, known)


def _from_source(
    source: str | Path, day: date | None, allow_private: bool, known: Callable[[str], Position | None]
) -> Iterator[Step]:
    web = is_url(source)
    where = shown_url(str(source)) if web else shown_path(source)
    try:
        if web:
            yield from _from_address(str(source), where, day, allow_private, known)
        elif str(source) == "-":
            where = "standard input"
            for each, outcome in _from_standard_input(where, day):
                yield each, outcome, Position(where)
        else:
            yield from _from_path(Path(source), where, day, known)
    except InputError as error:
        yield where, error, Position(where)


def _from_address(
    url: str, where: str, day: date | None, allow_private: bool, known: Callable[[str], Position | None]
) -> Iterator[Step]:
    fetched = Position(url, stamp="fetched", whole=True)
    if known(url):
        yield where, None, fetched
    else:
        yield where, fetch_article(url, published=day, allow_private=allow_private), fetched


def _from_path(
    path: Path, where: str, day: date | None, known: Callable[[str], Position | None]
) -> Iterator[Step]:
    name = str(path)
    stamp = stamp_of(path) if "\0" not in name and path.is_file() else ""
    start = known(name) if stamp else None
    if start and not start.holds_for(stamp):
        start = None
    if start and start.whole and start.stamp == stamp:
        yield where, None, start
    elif is_feed_name(path):
        yield from _from_feed(path, where, day, start or Position(name), stamp)
    else:
        yield where, read_article(path, published=day), Position(name, stamp, whole=True)


def _from_feed(path: Path, where: str, day: date | None, start: Position, stamp: str) -> Iterator[Step]:
    """A plain feed is entered at the byte where the last reading ended; in a packed one, lines are passed over."""
    position, in_bytes, ended = (
        start._replace(stamp=stamp, whole=False),
        bool(stamp) and not is_packed(path),
        True,
    )
    with named(where), opened(path) as stream:
        if in_bytes:
            stream.seek(start.offset)
        else:
            for _ in islice(lines_of(stream), start.line):
                pass

        def lines() -> Iterator[bytes]:
            nonlocal position, ended
            for line in lines_of(stream):
                # A line without an end may still be in the writing: the next reading begins with it.
                if ended := line.endswith(b"\n") or len(line) > LINE_LIMIT:
                    offset = stream.tell() if in_bytes else 0
                    position = position._replace(line=position.line + 1, offset=offset)
                yield line

        for each, outcome in read_feed(lines(), where, day, first=start.line + 1):
            yield each, outcome, position
    yield where, None, position._replace(whole=ended)


def _from_standard_input(where: str, day: date | None) -> Iterator[Outcome]:
    with named(where), standard_input() as stream:
        head = list(_through_first_line(stream))
        if head and is_object(head[-1]):
            yield from read_feed(chain(head, lines_of(stream)), where, day)
        else:
            data = b"".join(head) + stream.read()
            yield where, _from_file(data, is_page=False, published=day)


def _through_first_line(stream: BinaryIO) -> Iterator[bytes]:
    """The lines up to the first that is not blank: it tells a feed from a text."""
    while line := stream.readline(LINE_LIMIT + 1):
        yield line
        if line.strip():
            return


def _from_file(data: bytes, *, is_page: bool, published: date | None) -> Article:
    # UTF-8 before the page's own word: browsers save in UTF-8 and leave the old word standing.
    text = decode(data, ("utf-8", meta_charset(data)))
    return _from_text(text, is_page=is_page, published=published)


def _from_text(text: str, *, is_page: bool, published: date | None, url: str | None = None) -> Article:
    if not text.strip():
        raise InputError("empty", hint="There is nothing to summarise.")
    if is_page or looks_like_page(text):
        return article_from_page(text, published=published, url=url)
    return article_from_text(text, published=published, url=url)
