"""The page in a real browser, on a run with a hostile article, a baseline and a failure."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from eval.cli import app

from .test_gate import Bench

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no browser: install chromium and chromium-driver to check the page"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    assert CHROMIUM
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for flag in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "window-size=1200,1600",
        f"user-data-dir={profile}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(DRIVER, log_output=subprocess.DEVNULL)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    bench = Bench(folder)
    assert bench("accept").exit_code == 0
    bench.alter("wire-korea-failed-launch")
    html = folder / "report.html"
    done = bench("run", "--html", str(html))
    assert done.exit_code == 1, done.output
    return html


def test_verdict_and_delta(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    assert "inconclusive" in browser.find_element("id", "verdict").text
    assert browser.find_element("id", "delta").text.startswith("−")
    moved = browser.find_elements("css selector", "#moved a")
    assert [each.text for each in moved] == ["wire-korea-failed-launch"]
    log: list[object] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert not log


def test_a_link_opens_its_card(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    card = browser.find_element("id", "wire-korea-failed-launch")
    assert not card.get_attribute("open")
    browser.find_element("css selector", "#moved a").click()
    assert card.get_attribute("open")
    marks = card.find_elements("css selector", ".text mark.gold")
    assert marks
    assert marks[0].is_displayed()
    differing = card.find_element("css selector", "tr.differs")
    same = card.find_element("css selector", ".record tr:not(.differs):has(td)")
    colour = "background-color"
    cells = (each.find_element("tag name", "td").value_of_css_property(colour) for each in (differing, same))
    assert len(set(cells)) == 2
    raw = card.find_element("css selector", "details pre")
    assert not raw.is_displayed()


def test_a_cell_of_the_matrix_filters_the_cards(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    cards = browser.find_elements("css selector", ".card")
    assert all(card.is_displayed() for card in cards)
    cell = browser.find_element("css selector", '#matrix button[data-cell="weapons_test/meeting"]')
    cell.click()
    shown = [card.get_attribute("id") for card in cards if card.is_displayed()]
    assert shown == ["wire-korea-failed-launch"]
    records = browser.find_elements("css selector", "#wire-korea-failed-launch .record")
    assert {each.get_attribute("data-cell") for each in records if each.is_displayed()} == {
        "weapons_test/meeting"
    }
    browser.find_element("css selector", "button.clear").click()
    assert all(card.is_displayed() for card in cards)


def test_the_text_of_an_article_stays_text(browser: Chrome, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    article = bench.fixtures / "no-event-opinion" / "article.txt"
    hostile = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    title = article.read_text("utf-8").splitlines()[0]
    meta = bench.fixtures / "no-event-opinion" / "meta.json"
    meta.write_text(
        meta.read_text("utf-8").replace('"opinion', f'"{hostile.replace(chr(34), "")} opinion'), "utf-8"
    )
    assert title
    html = tmp_path / "report.html"
    done = bench("run", "--html", str(html))
    assert done.exit_code == 0, done.output
    browser.get(html.as_uri())
    assert browser.title.startswith("summariser-eval")
    assert "<script>" in browser.find_element("id", "no-event-opinion").text
    text = html.read_text("utf-8")
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0
