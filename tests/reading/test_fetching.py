from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from summariser.errors import InputError
from summariser.reading import fetch_article
from summariser.values import Article

HTML = (Path(__file__).parent / "pages" / "harbour.html").read_bytes()
ErrorOf = Callable[..., str]
PLAIN = {"Content_Type": "text/plain; charset=utf-8"}


def test_a_page(site: Any) -> None:
    url = site.page("/news?id=1", HTML, Content_Type="text/html; charset=utf-8")
    article = fetch_article(url, allow_private=True)
    assert article.title == "Dockers in Saltmere walk out over night shifts"
    assert article.published == date(2025, 3, 27)
    assert article.url == url
    assert Article.from_url(url, published="2025-04-01", allow_private=True).published == date(2025, 4, 1)


def test_what_is_sent(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    fetch_article(site.page("/a", b"Words", **PLAIN), allow_private=True)
    [(_, headers)] = site.requests
    assert headers["User-Agent"] == "summariser/0.1 (+article reader)"
    assert "Authorization" not in headers
    assert headers["Host"] == site.root.removeprefix("http://")
    assert headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("content_type", ["text/plain", "TEXT/PLAIN; charset=utf-8", ""])
def test_plain_text(site: Any, content_type: str) -> None:
    headers = {"Content_Type": content_type} if content_type else {}
    article = fetch_article(site.page("/a", b"Strike ends\r\nIt is over.", **headers), allow_private=True)
    assert article.text == "Strike ends\nIt is over."


def test_a_page_that_is_called_plain_text_or_nothing(site: Any) -> None:
    assert fetch_article(site.page("/a", HTML, **PLAIN), allow_private=True).language == "en"
    assert fetch_article(site.page("/b", HTML), allow_private=True).language == "en"


@pytest.mark.parametrize(
    ("content_type", "meta", "encoding"),
    [
        ("text/html; charset=koi8-r", "windows-1251", "koi8-r"),
        ("text/html", "windows-1251", "windows-1251"),
        ("text/html; charset=nonsense", "windows-1251", "windows-1251"),
        ("text/html; charset=punycode", "windows-1251", "windows-1251"),
        ("text/html; charset=utf-8", "utf-8", "windows-1251"),
        ("text/html", "", "utf-8"),
        ("text/html", "", "windows-1251"),
    ],
)
def test_the_encoding(site: Any, content_type: str, meta: str, encoding: str) -> None:
    text = "Мост через реку закрыт до четверга, сообщил мэр города в понедельник."
    head = f"<meta charset={meta}>" if meta else ""
    html = f"<html><head>{head}</head><body><article>{'<p>' + text + '</p>'}</article></body></html>"
    url = site.page("/a", html.encode(encoding), Content_Type=content_type)
    assert text in fetch_article(url, allow_private=True).text


@pytest.mark.parametrize(
    ("packing", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress), ("identity", bytes)],
)
def test_a_packed_page(site: Any, packing: str, pack: Callable[[bytes], bytes]) -> None:
    url = site.page("/a", pack(b"Words"), Content_Encoding=packing, **PLAIN)
    assert fetch_article(url, allow_private=True).text == "Words"


@pytest.mark.parametrize("status", [204, 206, 300, 304, 401, 403, 404, 410, 429, 500, 503])
def test_only_200_is_accepted(site: Any, status: int, error_of: ErrorOf) -> None:
    url = site.page("/a", b"", status=status, **PLAIN)
    assert error_of(url) == f"{url}: the server answered {status}"


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "application/json", "text/css", "nonsense"]
)
def test_only_pages_and_plain_text_are_accepted(site: Any, media_type: str, error_of: ErrorOf) -> None:
    url = site.page("/a", b"%PDF", Content_Type=media_type)
    assert error_of(url) == f"{url}: is {media_type}, neither a page nor plain text"


def test_a_pdf_that_is_called_plain_text(site: Any) -> None:
    url = site.page("/a", b"%PDF-1.7", **PLAIN)
    with pytest.raises(InputError, match=r"this is a PDF file, not text$"):
        fetch_article(url, allow_private=True)


def test_a_feed_is_not_taken_for_a_text(site: Any) -> None:
    url = site.page("/feed.jsonl?raw=1", b'{"text": "Words"}', **PLAIN)
    with pytest.raises(InputError, match=r"a feed holds several articles$"):
        fetch_article(url, allow_private=True)


def test_a_page_without_an_article(site: Any) -> None:
    url = site.page("/a", b"<html></html>", Content_Type="text/html")
    with pytest.raises(InputError) as caught:
        fetch_article(url, allow_private=True)
    assert str(caught.value) == f"{url}: no article text found in the page"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://courier.example/a", "ftp address: only http and https are fetched"),
        ("file:///etc/passwd", "file address: only http and https are fetched"),
        ("gopher://courier.example", "gopher address: only http and https are fetched"),
        ("javascript:alert(1)", "javascript address: only http and https are fetched"),
        ("courier.example/a", "no address: only http and https are fetched"),
        ("", "no address: only http and https are fetched"),
        ("http://", "the address names no host"),
        ("http:///a", "the address names no host"),
        ("http://user:secret@courier.example/", "the address holds a user name or a password"),
        ("http://user@127.0.0.1/", "the address holds a user name or a password"),
        ("http://127.0.0.1:70000/", "the address names no host, or one that cannot be"),
        (f"http://127.0.0.1:{10**30}/", "the address names no host, or one that cannot be"),
        ("http://127.0.0.1:-80/", "the address names no host, or one that cannot be"),
        ("http://[", "the address names no host, or one that cannot be"),
        ("http://a b/", "the address names no host, or one that cannot be"),
        ("http://%31%32%37.0.0.1/", "the address names no host, or one that cannot be"),
        ("http://0177.0.0.1/", "not a valid address"),
        ("http://\uff11\uff12\uff17.0.0.1/", "not a valid address"),
        ("http://a:b:c/", "not a valid address"),
        ("http://a\nb/", "not a valid address"),
        ("http://" + "a" * 70 + "/", "is not known"),
        ("http://a..b/", "is not known"),
    ],
)
def test_what_is_no_address_of_a_page(url: str, says: str, error_of: ErrorOf) -> None:
    assert says in error_of(url)


def test_a_long_address_is_cut_in_the_message(error_of: ErrorOf) -> None:
    assert len(error_of("http://user@h/" + "\x1b" * 10 + "a" * 5000)) < 300


def test_no_password_in_the_message(error_of: ErrorOf) -> None:
    error = error_of("http://user:secret@courier.example/")
    assert str(error) == "http://courier.example/: the address holds a user name or a password"


def test_a_server_that_is_not_there(site: Any, error_of: ErrorOf) -> None:
    assert "the connection failed" in error_of("http://127.0.0.1:9/")
    assert "the connection failed" in error_of(site.root.replace("http:", "https:"))


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"]
)
def test_a_server_that_speaks_no_http(site: Any, answer: bytes, error_of: ErrorOf) -> None:
    url = site.answer("/a", lambda handler: handler.wfile.write(answer))
    assert "the connection failed" in error_of(url)


def test_a_broken_packing(site: Any, error_of: ErrorOf) -> None:
    url = site.page("/a", b"not packed at all", Content_Encoding="gzip", **PLAIN)
    assert "the answer is broken" in error_of(url)
    url = site.page("/b", b"\x8b\x02\x80Words\x03", Content_Encoding="br", **PLAIN)
    assert "packed in a way that was not asked for" in error_of(url)
