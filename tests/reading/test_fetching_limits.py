from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from summariser.reading import fetch_article, fetching

ErrorOf = Callable[..., str]
PLAIN = {"Content_Type": "text/plain; charset=utf-8"}


def drip(start: bytes, drop: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        for _ in range(60):
            handler.wfile.write(drop)
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        # Unpacks to nothing, so that only what comes over the wire can be watched.
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\0\0\0\xff\xff"),
    ],
    ids=["body", "header", "interim answers", "empty blocks"],
)
def test_a_server_that_drips(
    site: Any, monkeypatch: pytest.MonkeyPatch, start: bytes, drop: bytes, error_of: ErrorOf
) -> None:
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.4)
    started = time.monotonic()
    assert "the answer takes too long" in error_of(site.answer("/a", drip(start, drop)))
    assert time.monotonic() - started < 1.5


def test_the_last_wait_is_cut_at_the_limit(
    site: Any, monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.5)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        time.sleep(1)

    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.6)
    started = time.monotonic()
    assert "the answer takes too long" in error_of(site.answer("/a", late))
    assert time.monotonic() - started < 1


def test_the_time_is_for_all_redirects_together(
    site: Any, monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.25)
        handler.send_response(302)
        handler.send_header("Location", "/a")
        handler.end_headers()

    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.4)
    assert "the answer takes too long" in error_of(site.answer("/a", slow))


def test_the_largest_page_and_one_byte_more(
    site: Any, monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    monkeypatch.setattr(fetching, "SIZE_LIMIT", 100_000)
    page = site.page("/a", b"a" * 100_000, **PLAIN)
    assert len(fetch_article(page, allow_private=True).text) == 100_000
    page = site.page("/b", b"a" * 100_001, **PLAIN)
    assert error_of(page) == f"{page}: the page is larger than 0.1 MB"


def test_a_bomb(site: Any, error_of: ErrorOf) -> None:
    bomb = gzip.compress(b"a" * 11_000_000)
    assert len(bomb) < 50_000
    url = site.page("/a", bomb, Content_Encoding="gzip", **PLAIN)
    assert error_of(url) == f"{url}: the page is larger than 10 MB"
    url = site.page("/b", gzip.compress(bomb), Content_Encoding="gzip, gzip", **PLAIN)
    assert "the page is larger than 10 MB" in error_of(url)


def test_what_follows_the_packed_page_counts(
    site: Any, monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    monkeypatch.setattr(fetching, "SIZE_LIMIT", 100_000)
    url = site.page("/a", gzip.compress(b"Words") + b"a" * 200_000, Content_Encoding="gzip", **PLAIN)
    assert "larger than 0.1 MB" in error_of(url)


def test_a_page_without_end(site: Any, monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"a" * 10_000)

    monkeypatch.setattr(fetching, "SIZE_LIMIT", 100_000)
    assert "larger than 0.1 MB" in error_of(site.answer("/a", endless))
