from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summariser.errors import InputError
from summariser.reading import read_article
from summariser.reading.pages import article_from_page, looks_like_page

PAGES = Path(__file__).parent / "pages"
BODY = "".join(
    f"<p>The council met on day {day} and talked about the bridge for hours.</p>" for day in range(5)
)


def page(head: str = "", body: str = BODY, root: str = "<html>") -> str:
    return f"<!doctype html>{root}<head>{head}</head><body><article>{body}</article></body></html>"


def test_an_english_page() -> None:
    article = read_article(PAGES / "harbour.html")
    assert article.title == "Dockers in Saltmere walk out over night shifts"
    assert article.text.startswith(article.title + "\n")
    assert article.text.count(article.title) == 1
    assert article.published == date(2025, 3, 27)
    assert article.outlet == "The Saltmere Courier"
    assert article.url == "https://courier.example/news/dockers-walk-out"
    assert article.language == "en"
    assert article.text.endswith("when both sides accepted an arbitrator.")
    assert "wages,” said Colm Areby, who leads the local branch of" in article.text


@pytest.mark.parametrize(
    "noise",
    ["cookies", "Accept", "Weather", "Related", "Lighthouse", "gullwatcher", "Privacy", "consent", "05:30"],
)
def test_what_is_around_the_article_is_left_out(noise: str) -> None:
    assert noise not in read_article(PAGES / "harbour.html").text


def test_a_german_page_in_windows_1252() -> None:
    article = read_article(PAGES / "hochwasser.html")
    assert article.title == "Brücke bei Oberlauben nach Unwetter gesperrt"
    assert article.published == date(2024, 6, 3)
    assert article.outlet == "Laubener Tagblatt"
    assert article.language == "de"
    assert "„Wir gehen kein Risiko ein“, sagte Landrätin Hedwig Stößl." in article.text
    assert "Cookies" not in article.text
    assert "Pegel" not in article.text


def test_published_wins_over_the_page() -> None:
    assert read_article(PAGES / "harbour.html", published="2025-04-01").published == date(2025, 4, 1)


def test_the_title_is_put_before_a_body_without_it() -> None:
    article = article_from_page(page("<title>Bridge talks go on</title>"), published=None)
    assert article.text.startswith("Bridge talks go on\n\nThe council met on day 0")


def test_without_a_title_the_first_line_is_the_title() -> None:
    article = article_from_page(page(), published=None)
    assert article.title == "The council met on day 0 and talked about the bridge for hours."
    assert article.text.startswith(article.title + "\n")


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2025-03-27", date(2025, 3, 27)),
        ("2025-03-27T23:30:00-08:00", date(2025, 3, 27)),
        ("soon", None),
        ("9999-99-99", None),
        ("2999-01-01", None),
    ],
)
def test_only_sensible_dates_are_taken(day: str, kept: date | None) -> None:
    head = f'<meta property="article:published_time" content="{day}">'
    assert article_from_page(page(head), published=None).published == kept


def test_a_date_in_the_text_is_not_taken_for_the_day_of_publication() -> None:
    html = page(
        body=BODY + "<p>The bridge was opened on 12 May 2011 by the mayor of the town.</p><p>© 2019</p>"
    )
    assert article_from_page(html, published=None).published is None


@pytest.mark.parametrize(
    ("root", "language"),
    [
        ("<html lang=en-US>", "en"), ('<html xml:lang="fr">', "fr"), ("<html lang=english>", None),
        ("<html>", None), ('<html lang="<script>">', None),
    ],
)  # fmt: skip
def test_language(root: str, language: str | None) -> None:
    assert article_from_page(page(root=root), published=None).language == language


def test_metadata_is_tamed() -> None:
    head = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", '
        '"headline": "Half \\ud83d\\u001b[31m\\n red ' + "very " * 200 + '"}</script>'
        f'<meta property="og:site_name" content="Paper &#10; &#8238; {"x" * 500}">'
        '<link rel="canonical" href="javascript:alert(1)">'
    )
    article = article_from_page(page(head), published=None)
    assert article.title.startswith("Half")
    assert len(article.title) <= 300
    assert article.title.isprintable()
    assert article.outlet is not None
    assert article.outlet.startswith("Paper")
    assert len(article.outlet) <= 100
    assert article.outlet.isprintable()
    assert article.url is None


def test_the_host_stands_for_a_missing_outlet() -> None:
    article = article_from_page(page(), published=None, url="https://www.courier.example/a")
    assert article.outlet == "courier.example"
    assert article.url == "https://www.courier.example/a"


def test_a_declared_encoding_is_not_believed_once_more() -> None:
    html = '<?xml version="1.0" encoding="ISO-8859-1"?>' + page(
        body=BODY + "<p>Größe, said the mayor of Köln.</p>"
    )
    assert "Größe, said the mayor of Köln." in article_from_page(html, published=None).text


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<html><body></body></html>",
        "<html><body>" + "<div>" * 50_000,
        "<html><script>let text = 'all of it comes later'</script>",
    ],
)
def test_a_page_without_an_article(html: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    with pytest.raises(InputError, match=r"page\.html: no article text found in the page$") as caught:
        read_article(path)
    assert caught.value.hint


@settings(max_examples=25, deadline=None)
@given(st.text(st.sampled_from('<>/="pdivhtml &#;x!-[]{}\n\ud800\ufffe')))
def test_any_page_is_an_article_or_an_input_error(html: str) -> None:
    with suppress(InputError):
        article_from_page("<html>" + html, published=None)


def test_what_the_parser_stumbles_over_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_args: object, **_kwargs: object) -> None:
        raise RecursionError

    # No page is known that does it, but the parser is not ours.
    monkeypatch.setattr("trafilatura.bare_extraction", stumble)
    with pytest.raises(InputError, match=r"^the page cannot be read \(RecursionError\)$"):
        article_from_page(page(), published=None)


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        ("<!doctype html><html>", True),
        ("  \n<!DOCTYPE HTML PUBLIC '-//W3C//DTD'>", True),
        ("<HTML lang=en>", True),
        ("<?xml version='1.0'?>\n<!-- saved from url=(0014)about:internet -->\n<html>", True),
        ("<!-- a --><!-- b -->\n<html>", True),
        ("The tag <html> begins a page.", False),
        ("<htmlish>", False),
        ("<p>Only a piece</p>", False),
        ("<?xml version='1.0'?><rss>", False),
        ("", False),
    ],
)
def test_looks_like_page(text: str, is_page: bool) -> None:
    assert looks_like_page(text) is is_page


def test_looking_at_a_hostile_start_takes_no_time() -> None:
    started = time.perf_counter()
    assert not looks_like_page("<!---->" * 1000)
    assert not looks_like_page(" " * 5000 + "<")
    assert time.perf_counter() - started < 0.5
