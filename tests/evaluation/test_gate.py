"""The gate on the shipped fixtures and recordings: what it lets through and what it stops."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.fixtures import BASELINE, FIXTURES, RECORDINGS
from eval.results import Result
from summariser.checking.judging import Judge, Outcome

SLUGS = ("wire-korea-failed-launch", "wire-sahel-convoy", "tabloid-lockup-plot", "no-event-opinion")


class Bench:
    """A few fixtures with their recordings and an accepted baseline, free to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.fixtures = folder / "fixtures"
        self.recordings = folder / "recordings"
        self.baseline = folder / "baseline.json"
        for slug in SLUGS:
            shutil.copytree(FIXTURES / slug, self.fixtures / slug)
        shutil.copytree(RECORDINGS, self.recordings)

    def __call__(self, *command: str, baseline: bool = True) -> Any:
        places = ["--fixtures", str(self.fixtures), "--recordings", str(self.recordings)]
        if baseline:
            places += ["--baseline", str(self.baseline)]
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*command, *places])

    def recording(self, slug: str) -> Path:
        """The file of a fixture's recording, by its title."""
        title = (self.fixtures / slug / "article.txt").read_text("utf-8").splitlines()[0]
        return next(path for path in self.recordings.glob("*.json") if title in path.read_text("utf-8"))

    def alter(self, slug: str) -> None:
        """The first test of a weapon in the recorded answer becomes a meeting."""
        path = self.recording(slug)
        recording = json.loads(path.read_text("utf-8"))
        for exchange in recording["exchanges"]:
            message = exchange["response"]["choices"][0]["message"]
            content = message["content"]
            answer = json.loads("\n".join(content["lines"]) if isinstance(content, dict) else content)
            first = next(each for each in answer["events"] if each["type"] == "weapons_test")
            first |= {"type": "meeting", "mode": "talks"}
            message["content"] = json.dumps(answer)
        path.write_text(json.dumps(recording), "utf-8")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    assert bench("accept").exit_code == 0
    return bench


def test_nothing_changed(bench: Bench) -> None:
    done = bench("run")
    assert done.exit_code == 0, done.output
    assert "holds: same recordings, and no article lost score" in done.stdout


def test_the_shipped_result_is_what_main_gives() -> None:
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 0, done.output
    assert "holds: same recordings, and no article lost score" in done.stdout


def test_an_altered_recording_is_a_regression(bench: Bench) -> None:
    bench.alter("wire-korea-failed-launch")
    done = bench("run")
    assert done.exit_code == 1, done.output
    assert "new recordings of 1 article: inconclusive" in done.stdout
    assert "wire-korea-failed-launch" in done.stdout


def test_a_prompt_changed_by_a_word_makes_recordings_stale(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    text = (FIXTURES.parents[1] / "prompts" / "system.j2").read_text("utf-8")
    (prompts / "system.j2").write_text(text.replace("article", "story", 1), "utf-8")
    monkeypatch.setenv("SUMMARISER_PROMPTS", str(prompts))
    done = bench("run")
    assert done.exit_code == 3, done.output
    assert f"{len(SLUGS)} fixtures cannot be replayed" in done.stderr
    assert "summariser-eval record --pending FILE" in done.stderr
    pending = tmp_path / "pending.jsonl"
    waiting = bench("record", "--stale", "--pending", str(pending), baseline=False)
    assert waiting.exit_code == 4
    bodies = [json.loads(line)["body"] for line in pending.read_text("utf-8").splitlines()]
    assert len(bodies) == len(SLUGS)
    assert all(body["messages"][0]["role"] == "system" for body in bodies)


def test_code_that_loses_one_record_is_a_regression(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = Judge.settle

    def losing(judge: Judge[Any], verdict: Any, request: str) -> Outcome[Any]:
        outcome: Outcome[Any] = settle(judge, verdict, request)
        return replace(outcome, events=outcome.events[:-1])

    monkeypatch.setattr(Judge, "settle", losing)
    done = bench("run")
    assert done.exit_code == 1, done.output
    assert "lost score under the same recordings" in done.stdout
    assert "1 more missed" in done.stdout


def test_a_failed_article_counts_as_zero_and_stays(bench: Bench, tmp_path: Path) -> None:
    path = bench.recording("wire-sahel-convoy")
    recording = json.loads(path.read_text("utf-8"))
    for exchange in recording["exchanges"]:
        exchange["response"]["choices"][0]["message"] = {"role": "assistant", "content": ""}
    path.write_text(json.dumps(recording), "utf-8")
    result, xml = tmp_path / "result.json", tmp_path / "junit.xml"
    done = bench("run", "--json", str(result), "--junit", str(xml))
    assert done.exit_code == 1, done.output
    assert f"{len(SLUGS)} articles, 1 failed and count as zero" in done.stdout
    kept = Result.read(result).articles["wire-sahel-convoy"]
    assert kept.error
    assert kept.score == 0
    assert kept.missed == kept.counts["found"].gold > 0
    assert 'errors="1"' in xml.read_text("utf-8")
    assert "<error message=" in xml.read_text("utf-8")


def test_labels_that_changed_do_not_compare(bench: Bench) -> None:
    path = bench.fixtures / "wire-sahel-convoy" / "gold.json"
    path.write_text(path.read_text("utf-8").replace('"killed"', '"wounded"'), "utf-8")
    done = bench("run")
    assert done.exit_code == 2, done.output
    assert "do not compare: fixtures differ" in done.stderr
    assert "accept anew" in done.stderr
    assert bench("accept").exit_code == 0
    assert bench("run").exit_code == 0


def test_compare(bench: Bench, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    assert bench("run", "--json", str(before)).exit_code == 0
    bench.alter("wire-korea-failed-launch")
    bench("run", "--json", str(after))
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["compare", str(before), str(after)])
    assert done.exit_code == 1
    assert "1 of 4 articles changed" in done.stdout
    assert "below 6 no test can reach p < .05" in done.stdout
    same = CliRunner().invoke(app, ["compare", str(before), str(before)])
    assert same.exit_code == 0
    broken = CliRunner().invoke(app, ["compare", str(before), str(bench.fixtures / SLUGS[0] / "meta.json")])
    assert broken.exit_code == 2
    assert "is not a result of summariser-eval" in broken.stderr


def test_show(bench: Bench) -> None:
    done = bench("show", "wire-korea-failed-launch", baseline=False)
    assert done.exit_code == 0
    assert "gold 1 = predicted" in done.stdout
    wrong = bench("show", "wire-korea", baseline=False)
    assert wrong.exit_code == 2
    assert "Perhaps wire-korea-failed-launch" in wrong.stderr


def test_check_names_what_is_wrong(bench: Bench) -> None:
    good = CliRunner().invoke(app, ["check", "--fixtures", str(bench.fixtures)])
    assert good.exit_code == 0, good.output
    path = bench.fixtures / "wire-sahel-convoy" / "gold.json"
    gold = json.loads(path.read_text("utf-8"))
    gold["events"][0]["evidence"] = ["Something that no article says at all"]
    path.write_text(json.dumps(gold), "utf-8")
    done = CliRunner().invoke(app, ["check", "--fixtures", str(bench.fixtures)])
    assert done.exit_code == 2
    assert "event 1, evidence 1: 'Something that no article says at all' is not in the article" in done.stdout
    gold["events"][0]["mode"] = "dance"
    path.write_text(json.dumps(gold), "utf-8")
    done = CliRunner().invoke(app, ["check", "--fixtures", str(bench.fixtures)])
    assert done.exit_code == 2
    assert "mode of" in done.stdout


def test_a_half(bench: Bench) -> None:
    done = bench("run", "--half", "dev")
    assert done.exit_code == 0, done.output
    assert "(dev half)" in done.stdout


def test_baseline_is_of_main() -> None:
    result = Result.read(BASELINE)
    assert result.signature.half == "all"
    assert not result.failed
