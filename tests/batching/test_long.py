"""Articles that take several requests, in a ledger: none is asked again, and each is paid for once."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from tests.batching.making import ran, rows, started, table, until
from tests.endpoint import Reply, serving
from tests.test_long import ARTICLE, COUNT, everything, few, shown, user

LIMIT = ("--max-input-tokens", 7_000)


def feed(path: Path, texts: int) -> Path:
    lines = [{"text": f"{ARTICLE.text}\n\nEdition {n}.", "published": "2025-05-06"} for n in range(texts)]
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    return path


def test_a_part_that_fails_is_asked_again_and_the_others_are_not(tmp_path: Path) -> None:
    failed: list[int] = []

    def second_fails_once(body: dict[str, Any]) -> Reply:
        if "part 2 of" in user(body) and not failed:
            failed.append(1)
            whole = everything(body)
            whole.body["choices"][0]["finish_reason"] = "length"
            return whole
        return everything(body)

    ledger = tmp_path / "run.sqlite"
    with serving(second_fails_once) as endpoint:
        code, _, err = ran(
            endpoint, "batch", feed(tmp_path / "feed.jsonl", 1), "--into", ledger, *LIMIT, "--price", "1,1"
        )
        assert code == 0, err
        records = table(endpoint, ledger)
    asked = [user(body) for body in endpoint.bodies]
    assert len(asked) == len(set(asked)) + 1
    assert len(records) == COUNT
    assert len({row["requests"][0] for row in records}) == 1
    # Each answer is paid for once, the one that could not be used too: 150 tokens at a dollar a million.
    ((prompt, completion, answers, cost, attempts),) = rows(
        ledger, "SELECT prompt_tokens, completion_tokens, answers, cost, attempts FROM tasks"
    )
    assert (prompt, completion, answers, attempts) == (100 * len(asked), 50 * len(asked), len(asked), 2)
    assert abs(cost - 150e-6 * len(asked)) < 1e-12


def test_after_a_kill_only_parts_in_flight_are_asked_again(tmp_path: Path) -> None:
    slow = {"on": True}

    def last_is_slow(body: dict[str, Any]) -> Reply:
        whole = everything(body)
        whole.delay = 6.0 if slow["on"] and COUNT in shown(body) else 0.0
        return whole

    source, ledger = feed(tmp_path / "feed.jsonl", 2), tmp_path / "run.sqlite"
    with serving(last_is_slow) as endpoint:
        process = started(endpoint, "batch", source, "--into", ledger, *LIMIT)
        until(lambda: len(endpoint.answered) and len(endpoint.answered) == len(endpoint.bodies) - 2 > 2)
        until(lambda: rows(ledger, "SELECT count(*) FROM answers") == [(len(endpoint.answered),)])
        process.send_signal(signal.SIGKILL)
        process.communicate()
        before = len(endpoint.bodies)
        slow["on"] = False
        code, _, err = ran(endpoint, "batch", source, "--into", ledger, *LIMIT)
        assert code == 0, err
        again = endpoint.bodies[before:]
        killed, undisturbed = table(endpoint, ledger), tmp_path / "undisturbed.sqlite"
        ran(endpoint, "batch", source, "--into", undisturbed, *LIMIT)
        assert table(endpoint, undisturbed) == killed
    assert len(again) == 2
    assert all(COUNT in shown(body) for body in again)
    assert rows(ledger, "SELECT sum(answers) FROM tasks") == rows(
        undisturbed, "SELECT sum(answers) FROM tasks"
    )


def test_in_flight_bounds_requests_and_not_articles(tmp_path: Path) -> None:
    with serving(lambda body: Reply(everything(body).body, delay=0.05)) as endpoint:
        source = feed(tmp_path / "feed.jsonl", 3)
        ran(endpoint, "batch", source, "--into", tmp_path / "run.sqlite", *LIMIT, "--max-in-flight", 2)
    ends = endpoint.answered
    most = max(
        sum(1 for n, begun in enumerate(endpoint.arrived) if begun <= now < ends[n])
        for now in endpoint.arrived
    )
    assert len(endpoint.bodies) > 8
    assert most == 2


def test_chunks_and_passes_go_out_as_files_round_by_round(tmp_path: Path) -> None:
    source, ledger, folder = feed(tmp_path / "feed.jsonl", 1), tmp_path / "run.sqlite", tmp_path / "out"
    rounds = []
    with serving(few) as endpoint:
        arguments = ["batch", source, "--into", ledger, *LIMIT, "--passes", 2, "--via", "batch-files", folder]
        while ran(endpoint, *arguments)[0] == 4:
            requests = max(folder.glob("requests-*.jsonl"))
            lines = [json.loads(line) for line in requests.read_text("utf-8").splitlines()]
            rounds.append(len(lines))
            assert len(rounds) < 5
            (folder / f"output-{len(rounds)}.jsonl").write_text(
                "".join(
                    json.dumps(
                        {
                            "custom_id": each["custom_id"],
                            "response": {"status_code": 200, "body": few(each["body"]).body},
                        }
                    )
                    + "\n"
                    for each in lines
                )
            )
        assert not endpoint.bodies
        live = tmp_path / "live.sqlite"
        ran(endpoint, *arguments[:2], "--into", live, *LIMIT, "--passes", 2)
        given, expected = (
            [{**row, "model": None} for row in table(endpoint, each)] for each in (ledger, live)
        )
    assert len(rounds) == 2
    assert rounds[0] == rounds[1] > 2
    assert given == expected
    assert rows(ledger, "SELECT answers FROM tasks") == [(sum(rounds),)]


def test_a_dry_run_counts_the_instructions_with_every_part(tmp_path: Path) -> None:
    source = feed(tmp_path / "feed.jsonl", 1)
    tokens = []
    with serving(few) as endpoint:
        for more in ((), LIMIT, (*LIMIT, "--passes", 2)):
            _, out, _ = ran(endpoint, "batch", source, "--into", tmp_path / "x.sqlite", "--dry-run", *more)
            tokens.append(float(out.split("about ")[1].split("k tokens in")[0].replace(",", "")))
    assert tokens[0] < tokens[1] < tokens[2]
    assert not endpoint.bodies
