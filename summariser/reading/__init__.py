"""Read: a file, a page, a feed or a URL → `Article`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from summariser.errors import InputError
from summariser.reading.dates import parse_published
from summariser.reading.decoding import decode, meta_charset
from summariser.reading.feeds import LINE_LIMIT, Outcome, is_object, lines_of, read_feed
from summariser.reading.fetching import PAGE_TYPES, fetch
from summariser.reading.files import is_feed_name, is_page_name, opened, standard_input
from summariser.reading.pages import article_from_page, looks_like_page
from summariser.reading.texts import article_from_text
from summariser.reading.where import named, shown_path, shown_url
from summariser.values import Article

__all__ = ["fetch_article", "parse_published", "read_article", "read_articles"]

# With every scheme, so that ftp://… is refused as a URL, and not missed as a file.
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


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
    """Read files, pages, feeds, URLs and standard input (``-``), one article at a time.

    Yields where it is from (``a.txt``, ``feed.jsonl:17``, ``standard input``, the URL) and the article, or
    the error in its place, so that one bad source or line never stops the others. A feed is read as it
    comes. Raises `InputError` only for `published`, which holds for all articles.
    """
    day = parse_published(published)
    return chain.from_iterable(_from_source(source, day, allow_private) for source in sources)


def _from_source(source: str | Path, day: date | None, allow_private: bool) -> Iterator[Outcome]:
    is_url = isinstance(source, str) and _URL.match(source) is not None
    where = shown_url(str(source)) if is_url else shown_path(source)
    try:
        if is_url:
            yield where, fetch_article(str(source), published=day, allow_private=allow_private)
        elif str(source) == "-":
            where = "standard input"
            yield from _from_standard_input(where, day)
        elif is_feed_name(source):
            yield from _from_feed(source, where, day)
        else:
            yield where, read_article(source, published=day)
    except InputError as error:
        yield where, error


def _from_feed(path: str | Path, where: str, day: date | None) -> Iterator[Outcome]:
    with named(where), opened(path) as stream:
        yield from read_feed(lines_of(stream), where, day)


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
