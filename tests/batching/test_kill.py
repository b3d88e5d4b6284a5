from __future__ import annotations

import random
import time
from collections import defaultdict
from pathlib import Path

from summariser.batching.batch import GROUP
from tests.batching.making import feed, ran, started, story, table, told, until
from tests.endpoint import serving

STORIES, KILLS = 700, 20
# What a kill may lose, in seconds: the answers since the last commit.
LAST_GROUP = 0.2


def test_twenty_kills_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    assert GROUP < LAST_GROUP
    source = feed(tmp_path / "feed.jsonl", range(STORIES))
    killed, undisturbed = tmp_path / "killed.sqlite", tmp_path / "undisturbed.sqlite"
    draw = random.Random(7)
    kills: list[tuple[int, float]] = []
    with serving(lambda body: told(body, 0.03)) as endpoint:
        for _ in range(KILLS):
            before = len(endpoint.arrived)
            process = started(endpoint, "batch", source, "--into", killed, "--max-in-flight", 8)
            until(
                lambda before=before, process=process: (
                    len(endpoint.arrived) > before or process.poll() is not None
                )
            )
            time.sleep(draw.uniform(0.0, 0.3))
            process.kill()
            killed_at = time.monotonic()
            process.communicate()
            time.sleep(0.1)  # what it had sent is still being read
            kills.append((len(endpoint.arrived), killed_at))
        code, _, err = ran(endpoint, "batch", source, "--into", killed, "--max-in-flight", 8)
        assert code == 0, err
        sent: dict[int, list[int]] = defaultdict(list)
        for number, body in enumerate(endpoint.bodies):
            sent[story(body)].append(number)
        assert sent.keys() == set(range(STORIES))
        for numbers in sent.values():
            for number in numbers[:-1]:
                kill = next(killed_at for seen, killed_at in kills if number < seen)
                answered = endpoint.answered.get(number)
                assert answered is None or answered > kill - LAST_GROUP, "it was answered and committed"
        assert len(kills) == KILLS
        assert any(len(numbers) > 1 for numbers in sent.values()), "no kill met anything in flight"
        assert ran(endpoint, "batch", source, "--into", undisturbed)[0] == 0
        assert table(endpoint, killed) == table(endpoint, undisturbed)


def test_two_processes_share_a_ledger_and_do_nothing_twice(tmp_path: Path) -> None:
    source = feed(tmp_path / "feed.jsonl", range(150))
    ledger = tmp_path / "run.sqlite"
    with serving(lambda body: told(body, 0.03)) as endpoint:
        both = [started(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 4) for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
        assert sorted(story(body) for body in endpoint.bodies) == list(range(150))


def test_what_a_killed_process_was_asking_goes_to_the_one_that_lives(tmp_path: Path) -> None:
    source = feed(tmp_path / "feed.jsonl", range(60))
    ledger = tmp_path / "run.sqlite"
    with serving(lambda body: told(body, 0.2)) as endpoint:
        dies = started(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 8)
        until(lambda: len(endpoint.arrived) > 20)
        lives = started(endpoint, "batch", source, "--into", ledger, "--max-in-flight", 2)
        dies.kill()
        dies.communicate()
        _, err = lives.communicate(timeout=60)
        assert lives.returncode == 0, err
        assert {row["summary"] for row in table(endpoint, ledger)} == {
            f"Borland sent soldiers: story {n}." for n in range(60)
        }
