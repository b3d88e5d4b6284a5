from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from summariser.reading import fetch_article

ErrorOf = Callable[..., str]
PLAIN = {"Content_Type": "text/plain; charset=utf-8"}


def test_the_url_is_the_last_one(site: Any) -> None:
    end = site.page("/end", b"Words", **PLAIN)
    site.redirect("/c", end)
    site.redirect("/b", "c")
    assert fetch_article(site.redirect("/a", "/b"), allow_private=True).url == end


def test_as_many_redirects_as_allowed_and_one_more(site: Any, error_of: ErrorOf) -> None:
    site.page("/0", b"Words", **PLAIN)
    for number in range(1, 7):
        site.redirect(f"/{number}", f"/{number - 1}")
    assert fetch_article(f"{site.root}/5", allow_private=True).url == f"{site.root}/0"
    assert error_of(f"{site.root}/6") == f"{site.root}/6: more than 5 redirects"


def test_a_circle_of_redirects(site: Any, error_of: ErrorOf) -> None:
    site.redirect("/b", "/a")
    assert "more than 5 redirects" in error_of(site.redirect("/a", "/b"))
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("ftp://courier.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://user:secret@127.0.0.1/", "user name or a password"),
        ("http://[", "names no host"),
        ("http://127.0.0.1:70000/", "names no host"),
        ("http://a:b:c/", "not a valid address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    site: Any, to: str, says: str, error_of: ErrorOf
) -> None:
    assert says in error_of(site.redirect("/a", to))
    assert len(site.requests) == 1
