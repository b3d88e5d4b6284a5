"""The measured numbers as pictures: eval/measured/*.json in, eval/measured/*.svg out; the same file, the same bytes."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from eval.contest import LABELS, MEASURED

# Colours of Okabe and Ito, told apart by every kind of eye; our own line is the thick one.
_COLOURS = {"bare": "#555555", "summariser": "#0072B2", "instructor": "#D55E00", "langextract": "#009E73"}
_GREY = "#666666"
_LINE_HEIGHT = 11.0  # points between two labels
_STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "summariser",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": _GREY,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
}

Lines = dict[str, list[tuple[float, float]]]


def draw(folder: Path = MEASURED) -> None:
    """`throughput.svg` and `growth.svg`, each from the JSON file of its name."""
    try:
        matplotlib = import_module("matplotlib")
    except ImportError:
        sys.exit("Plots need the package matplotlib: pip install 'structured-summariser[bench]'")
    for picture in (throughput, growth):
        kept = json.loads((folder / f"{picture.__name__}.json").read_text("utf-8"))
        into = folder / f"{picture.__name__}.svg"
        with matplotlib.rc_context(_STYLE):
            picture(kept).savefig(into, metadata={"Date": None, "Creator": None})
        print(into)


def throughput(kept: dict[str, Any]) -> Any:
    figure = import_module("matplotlib.figure").Figure(figsize=(8.6, 4.4), facecolor="white")
    axes = figure.add_axes((0.07, 0.19, 0.74, 0.7))
    lines = _lines(kept["rows"], "in_flight", "per_second")
    _panel(axes, "Articles a second", "articles in flight", lines)
    axes.set_ylim(bottom=0)
    _label(axes, lines)
    _caption(
        figure, kept, "Our line goes from the feed to the exported table, the others end with the answer."
    )
    return figure


def growth(kept: dict[str, Any]) -> Any:
    figure = import_module("matplotlib.figure").Figure(figsize=(8.6, 4.4), facecolor="white")
    left, right = (figure.add_axes((start, 0.19, 0.3, 0.7)) for start in (0.05, 0.555))
    cost, memory = (_lines(kept["rows"], "articles", key) for key in ("cpu_ms", "peak_mb"))
    _panel(left, "CPU of the whole process, ms an article", "articles", cost)
    _panel(right, "Peak memory, MB", "articles", memory)
    for axes, lines in ((left, cost), (right, memory)):
        _logarithmic(axes)
        _label(axes, lines)
    _caption(figure, kept, "64 in flight, each process from its start to its end, imports and all.")
    return figure


def _lines(rows: list[dict[str, Any]], across: str, up: str) -> Lines:
    """Each contender's points, the medians of what was measured at the same place."""
    lines: Lines = {}
    for name in LABELS:
        mine = [row for row in rows if row["contender"] == name]
        places = dict.fromkeys(row[across] for row in mine)
        lines[name] = [(at, median(row[up] for row in mine if row[across] == at)) for at in places]
    return {name: points for name, points in lines.items() if points}


def _panel(axes: Any, title: str, across: str, lines: Lines) -> None:
    for name, points in lines.items():
        width = 2.6 if name == "summariser" else 1.6
        axes.plot(*zip(*points, strict=True), color=_COLOURS[name], linewidth=width, marker="o", markersize=4)
    axes.set_xscale("log")
    places = sorted({at for points in lines.values() for at, _ in points})
    axes.set_xticks(places, [f"{at:,}" for at in places])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(across)
    axes.set_title(title, loc="left", color="black", fontsize=10)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("left", "top", "right"):
        axes.spines[side].set_visible(False)


def _logarithmic(axes: Any) -> None:
    """What differs by factors, upwards: a line of the grid at 1, 2 and 5 times each power of ten."""
    ticker = import_module("matplotlib.ticker")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_minor_locator(ticker.NullLocator())


def _label(axes: Any, lines: Lines) -> None:
    """A name at the end of each line, moved up where it would lie on that of a lower line that ends there too."""
    scale = 72 / axes.figure.dpi
    lowest: dict[float, float] = {}
    for name, points in sorted(lines.items(), key=lambda line: line[1][-1][1]):
        end, _ = points[-1]
        height = axes.transData.transform(points[-1])[1] * scale
        lowest[end] = max(height, lowest.get(end, float("-inf")) + _LINE_HEIGHT)
        axes.annotate(
            LABELS[name],
            points[-1],
            (8, lowest[end] - height),
            textcoords="offset points",
            va="center",
            color=_COLOURS[name],
            weight="bold" if name == "summariser" else "normal",
        )


def _caption(figure: Any, kept: dict[str, Any], more: str) -> None:
    made = kept["made_with"]
    served = (
        f"A local server answers each request after {made['seconds_to_answer'] * 1000:.0f} ms "
        f"with {made['records']} records."
    )
    figure.text(0.02, 0.03, f"{served} {more}", color=_GREY, fontsize=8)
