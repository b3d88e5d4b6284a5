from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import parse

from .test_gate import SLUGS, Bench


def test_markdown_and_junit_of_a_run_that_holds(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench("accept")
    text, xml = tmp_path / "summary.md", tmp_path / "junit.xml"
    text.write_text("What CI wrote before.\n", "utf-8")
    done = bench("run", "--markdown", str(text), "--junit", str(xml))
    assert done.exit_code == 0, done.output
    summary = text.read_text("utf-8")
    assert summary.startswith("What CI wrote before.\n## summariser-eval\n\n✅ **holds")
    assert "| event | " in summary
    suite = parse(xml).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (str(len(SLUGS)), "0", "0")
    assert [case.get("name") for case in suite] == sorted(SLUGS)


def test_markdown_and_junit_of_new_recordings(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench("accept")
    bench.alter("wire-korea-failed-launch")
    text, xml = tmp_path / "summary.md", tmp_path / "junit.xml"
    done = bench("run", "--markdown", str(text), "--junit", str(xml))
    assert done.exit_code == 1, done.output
    assert "❌ **new recordings of 1 article: inconclusive" in text.read_text("utf-8")
    assert "| wire-korea-failed-launch | −" in text.read_text("utf-8")
    (failure,) = parse(xml).getroot().iter("failure")
    assert "inconclusive" in (failure.get("message") or "")


def test_without_a_baseline(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    page = tmp_path / "report.html"
    done = bench("run", "--html", str(page))
    assert done.exit_code == 0, done.output
    assert "no baseline: summariser-eval accept writes one" in done.stdout
    assert "no baseline to compare with" in page.read_text("utf-8")
