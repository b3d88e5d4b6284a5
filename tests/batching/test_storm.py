from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from tests.batching.making import feed, ran, story, told
from tests.endpoint import Reply, completion, serving

STORIES = 200


def storm() -> Any:
    tries: Counter[int] = Counter()

    def reply(body: dict[str, Any]) -> Reply:
        number = story(body)
        if number % 100 == 7:
            return Reply({"error": {"message": "this one never works"}}, status=400)
        tries[number] += 1
        luck = random.Random(f"{number}-{tries[number]}").random()
        if luck < 0.30:
            return Reply({"error": {"message": "slow down"}}, 429, {"retry-after-ms": "20"})
        if luck < 0.40:
            return Reply({"error": {"message": "oops"}}, 500, {"retry-after-ms": "20"})
        if luck < 0.45:
            return Reply({}, drop=True)
        if luck < 0.47:
            return Reply(completion('{"events": [', finish_reason="length"))
        return told(body, 0.01)

    return reply


def test_a_storm_ends_with_every_good_article_done_and_each_bad_one_a_row_with_its_reason(
    tmp_path: Path,
) -> None:
    source = feed(tmp_path / "feed.jsonl", range(STORIES))
    ledger = tmp_path / "run.sqlite"
    with serving(storm()) as endpoint:
        code, _, err = ran(endpoint, "batch", source, "--into", ledger)
    assert code == 1, err
    assert "2 × RequestRejected" in err
    assert "this one never works" in err
    db = sqlite3.connect(ledger)
    states = dict(db.execute("SELECT state, count(*) FROM tasks GROUP BY state").fetchall())
    assert states == {"done": STORIES - 2, "failed": 2}
    rows = db.execute(
        "SELECT message, text FROM tasks JOIN articles ON article = articles.id WHERE state = 'failed'"
    )
    failed = rows.fetchall()
    assert all("never works" in message for message, _ in failed)
    assert {text.rpartition("Story ")[2] for _, text in failed} == {"7.", "107."}
    db.close()
