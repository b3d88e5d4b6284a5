"""Against the counters of the authors' own scorers on 400 made-up documents."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.muc4 import ROLES, Template, ceaf_rme, gtt, normalised, read, scores, template

CASES = [
    json.loads(line)
    for line in gzip.decompress((Path(__file__).parent / "data/muc4_synthetic.jsonl.gz").read_bytes())
    .decode()
    .splitlines()
]
COUNTERS = ("p_num", "p_den", "r_num", "r_den")


def templates(raw: list[dict[str, Any]]) -> list[Template]:
    return [
        template(each["incident_type"] if isinstance(each["incident_type"], str) else "attack", each)
        for each in raw
    ]


def gold(case: dict[str, Any]) -> list[Template]:
    kept: list[dict[str, Any]] = []
    for each in case["gold"]:
        if each not in kept:
            kept.append(each)
    return templates(kept)


def test_there_are_400_cases() -> None:
    assert len(CASES) == 400
    assert sum("ceaf_rme" in case for case in CASES) > 300


def test_every_counter_of_gtt() -> None:
    for case in CASES:
        counts = {name: list(tally) for name, tally in gtt(gold(case), templates(case["pred"])).items()}
        wanted = {name: each for name, each in case["gtt_template_f1"].items() if name != "micro_avg"}
        assert counts == wanted, case["case"]


def test_every_counter_of_ceaf_rme() -> None:
    for case in CASES:
        if "ceaf_rme" in case:
            for name, tally in ceaf_rme(gold(case), templates(case["pred"])).items():
                wanted = [case["ceaf_rme"][name][counter] for counter in COUNTERS]
                assert list(tally) == wanted, (case["case"], name)


@pytest.mark.parametrize(
    ("mention", "same"),
    [("The U.S. Embassy", "us embassy"), ("car-bomb", "carbomb"), ("a", ""), ("Theatre", "theatre")],
)
def test_mentions(mention: str, same: str) -> None:
    assert normalised(mention) == same


def test_worked_example() -> None:
    """A type that is part of the gold's counts as right; two mentions of one embassy are right twice."""
    one = template("attack / bombing", {"Target": [["embassy", "us embassy"]], "Weapon": [["bomb"]]})
    said = template("bombing", {"Target": [["the U.S. Embassy"], ["embassy"]]})
    counts, ceaf = scores([([one], [said])])
    assert counts["micro_avg"].f1 == pytest.approx(0.8)
    assert tuple(ceaf["phi_subset"]) == (2, 2, 1, 2)
    assert tuple(ceaf["phi3_head"]) == (1, 2, 1, 6)
    assert tuple(ceaf["phi3_entity_den"]) == (1, 2, 1, 2)


def write(path: Path, documents: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in documents), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mention = {"text": "the mayor", "start": 0, "end": 9}
    roles: dict[str, Any] = {role: [] for role in ROLES} | {"Victim": [[mention], []]}
    twice = [{"incident_type": "attack", "roles": roles}] * 2
    gold: list[dict[str, Any]] = [{"doc_id": "A", "templates": twice}, {"doc_id": "B", "templates": []}]
    said = [{"incident_type": None, "roles": {"Victim": [["Mayor"]]}}]
    return write(tmp_path / "gold", gold), write(tmp_path / "said", [{"doc_id": "A", "templates": said}])


def test_files(files: tuple[Path, Path]) -> None:
    """A gold template that stands twice counts once; a document without prediction has no template."""
    counts, _ = scores(read(*files))
    assert tuple(counts["micro_avg"]) == (2, 2, 2, 2)


def test_command(files: tuple[Path, Path]) -> None:
    done = CliRunner().invoke(app, ["muc4", *map(str, files)])
    assert done.exit_code == 0
    assert "micro_avg" in done.stdout
    assert "100.00" in done.stdout
    files[1].write_text("{}\n", "utf-8")
    broken = CliRunner().invoke(app, ["muc4", *map(str, files)])
    assert broken.exit_code == 2
    assert "said:1" in broken.stderr
