"""The README's Python works as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app
from summariser import Article, Settings, Summariser
from summariser.own import load_schema
from tests.conftest import TEXT, answer, record
from tests.endpoint import serving

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def block(word: str) -> str:
    (found,) = (each for each in BLOCKS if word in each)
    return str(found)


def test_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    with serving(answer(record())) as endpoint:
        monkeypatch.setenv("SUMMARISER_BASE_URL", endpoint.url)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block("for event in summary.events")],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    quote = record()["evidence"][0]
    assert done.stdout == f"deployment reinforced ['Borland'] {quote} {TEXT.index(quote)}\n"
    assert done.stderr == ""


def test_the_grounder() -> None:
    exec(block("import Grounder"), {})


def test_event_types_of_your_own(tmp_path: Path, article: Article) -> None:
    path = tmp_path / "products.py"
    path.write_text(block("class ProductEvent"), "utf-8")
    family = load_schema(f"{path}:ProductEvent")
    recall = record(type="recall", mode="ordered", hazard="300 additional soldiers")
    injury = record(type="injury", mode="burn", hazard=None)
    wrong = record(type="injury", mode="burn", hazard="heat")
    with serving(answer(recall, injury, wrong)) as endpoint:
        settings = Settings(model="m", base_url=endpoint.url, max_reasks=0)
        summary = Summariser(schema=family, settings=settings).summarise(article)
    system = endpoint.bodies[0]["messages"][0]["content"]
    assert "A recall that somebody was hurt before is two records" in system
    assert "`hazard`: What is wrong" in system
    assert [type(event).__name__ for event in summary.events] == ["Recall", "Injury"]
    assert summary.events[0].model_dump()["hazard"] == "300 additional soldiers"
    assert summary.rejected[0].reasons == ("record 3, hazard: is no field here",)
    assert '"hazard":"300 additional soldiers"' in summary.model_dump_json()


def test_prompts_of_your_own_go_before_the_shipped_ones(tmp_path: Path, article: Article) -> None:
    (tmp_path / "system.j2").write_text("Only this. {{ ontology.types | length }}", "utf-8")
    with serving(answer(record())) as endpoint:
        settings = Settings(model="m", base_url=endpoint.url, prompts=tmp_path)
        Summariser(settings=settings).summarise(article)
    assert endpoint.bodies[0]["messages"][0]["content"] == "Only this. 17"
    assert article.text in endpoint.bodies[0]["messages"][1]["content"]


def test_the_shipped_example_prints_what_the_readme_shows() -> None:
    (command,) = re.findall(r"^    python3\.11 -m venv .*?(summariser extract .*)$", README, re.MULTILINE)
    summariser, *arguments = command.split()
    done = subprocess.run(
        [Path(sys.executable).with_name(summariser), *arguments],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    printed = {line.rstrip() for line in done.stdout.splitlines()}
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    assert [line for line in shown.splitlines() if line not in printed] == ["  …"]
    assert "By offline for gpt-5-mini" in done.stdout


@pytest.mark.parametrize("shown", re.findall(r"```scores\n(.*?)```", README, re.DOTALL))
def test_the_scores_are_what_the_harness_prints(shown: str) -> None:
    command, *lines = shown.splitlines()
    prompt, name, *arguments = command.split()
    assert (prompt, name) == ("$", "summariser-eval")
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, arguments)
    assert done.exit_code == 0, done.output
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line for line in lines if line not in printed] == ["…"]
