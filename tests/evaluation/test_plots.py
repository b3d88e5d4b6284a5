"""The pictures, from made-up numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.contest import LABELS
from eval.plots import draw

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install -e '.[bench]'")


def lay(folder: Path, **last: float) -> None:
    """The numbers of two made-up runs, in which the contenders end at these values."""
    rows: dict[str, list[dict[str, Any]]] = {"throughput": [], "growth": []}
    for name, value in last.items():
        for at in (100, 1_000):
            made = {"contender": name, "in_flight": at, "articles": at, "per_second": value}
            rows["throughput"].append(made)
            rows["growth"].append({**made, "cpu_ms": value, "peak_mb": value})
    for name, kept in rows.items():
        made_with = {"seconds_to_answer": 0.05, "records": 8}
        (folder / f"{name}.json").write_text(json.dumps({"made_with": made_with, "rows": kept}), "utf-8")


def texts(picture: Path) -> dict[str, float]:
    """Each text of the picture, and how far down it is, in points; of equal ones the last."""
    found = re.findall(r'<text [^>]* y="([\d.]+)"[^>]*>([^<]+)</text>', picture.read_text("utf-8"))
    return {text: float(y) for y, text in found}


def test_labels_units_and_what_it_was_measured_on(tmp_path: Path) -> None:
    lay(tmp_path, bare=300, summariser=200, instructor=100, langextract=40)
    draw(tmp_path)
    served = "A local server answers each request after 50 ms with 8 records."
    for name, wanted in (
        ("throughput", {"Articles a second", "articles in flight"}),
        ("growth", {"CPU of the whole process, ms an article", "Peak memory, MB", "articles"}),
    ):
        found = texts(tmp_path / f"{name}.svg")
        assert wanted | {*LABELS.values(), "100", "1,000"} <= set(found)
        assert sum(text.startswith(served) for text in found) == 1


def test_lines_that_end_together_have_labels_above_each_other(tmp_path: Path) -> None:
    lay(tmp_path, bare=200, summariser=201, instructor=199, langextract=20)
    draw(tmp_path)
    found = texts(tmp_path / "throughput.svg")
    heights = [found[LABELS[name]] for name in ("summariser", "bare", "instructor")]
    assert heights[1] - heights[0] == pytest.approx(11)
    assert heights[2] - heights[1] == pytest.approx(11)


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    lay(tmp_path, bare=300, summariser=200)
    draw(tmp_path)
    assert "LangExtract" not in texts(tmp_path / "throughput.svg")


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    lay(tmp_path, bare=300, summariser=200)
    draw(tmp_path)
    before = [path.read_bytes() for path in sorted(tmp_path.glob("*.svg"))]
    draw(tmp_path)
    assert [path.read_bytes() for path in sorted(tmp_path.glob("*.svg"))] == before
    assert len(before) == 2
