from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.batching.making import feed, rows, started, story, table, told, until
from tests.conftest import answer, record
from tests.endpoint import Endpoint, completion, running


class BatchAPI(Endpoint):
    """As much of the published API as the client uses. Each batch is done when it was asked after often enough."""

    def __init__(self, *, polls: int = 2, refuse: str = "") -> None:
        super().__init__("")
        self.polls, self.refuse = polls, refuse
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, int] = {}
        self.seen: set[str] = set()

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["purpose"] == "batch"
        sent = form["file"]
        assert isinstance(sent, web.FileField)
        number = f"file-{len(self.files)}"
        self.files[number] = sent.file.read()
        about = {"id": number, "object": "file", "bytes": 1, "created_at": 1, "filename": sent.filename}
        return web.json_response({**about, "purpose": "batch", "status": "processed"})

    async def create(self, request: web.Request) -> web.Response:
        given = await request.json()
        assert given["endpoint"] == "/v1/chat/completions"
        assert given["completion_window"] == "24h"
        batch = {
            **given,
            "id": f"batch_{len(self.batches)}",
            "object": "batch",
            "created_at": 1,
            "status": "validating",
        }
        self.batches[batch["id"]] = batch
        return web.json_response(batch)

    async def every(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": list(self.batches.values()), "has_more": False})

    async def one(self, request: web.Request) -> web.Response:
        batch = self.batches[request.match_info["id"]]
        self.asked[batch["id"]] = self.asked.get(batch["id"], 0) + 1
        if (
            self.asked[batch["id"]] >= self.polls
            and "output_file_id" not in batch
            and batch["status"] != "failed"
        ):
            if self.refuse:
                batch |= {
                    "status": "failed",
                    "errors": {"object": "list", "data": [{"message": self.refuse}]},
                }
            else:
                self._work(batch)
        return web.json_response(batch)

    async def content(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["id"]])

    def _work(self, batch: dict[str, Any]) -> None:
        out, errors = [], []
        for line in self.files[batch["input_file_id"]].splitlines():
            sent = json.loads(line)
            n, again = story(sent["body"]), sent["custom_id"] in self.seen
            self.seen.add(sent["custom_id"])
            if n == 1 and not again:
                late = {"code": "batch_expired", "message": "too late"}
                errors.append({"custom_id": sent["custom_id"], "response": None, "error": late})
                continue
            body = (
                completion(answer(record(summary="")))
                if n == 0 and len(sent["body"]["messages"]) == 2
                else None
            )
            response = {"status_code": 200, "body": body or told(sent["body"]).body}
            out.append({"custom_id": sent["custom_id"], "response": response, "error": None})
        for kind, lines in (("output", out), ("error", errors)):
            if lines:
                number = f"file-{len(self.files)}"
                self.files[number] = "".join(json.dumps(each) + "\n" for each in lines).encode()
                batch[f"{kind}_file_id"] = number
        batch |= {
            "status": "completed",
            "request_counts": {"total": len(out) + len(errors), "completed": len(out), "failed": len(errors)},
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/files", self.upload),
            web.get("/v1/files/{id}/content", self.content),
            web.post("/v1/batches", self.create),
            web.get("/v1/batches", self.every),
            web.get("/v1/batches/{id}", self.one),
        ]


def finished(service: BatchAPI, *arguments: object) -> tuple[int, str]:
    process = started(service, *arguments)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_a_job_goes_up_and_comes_back_with_its_re_asks(tmp_path: Path) -> None:
    source, folder, ledger = (
        feed(tmp_path / "feed.jsonl", range(5)),
        tmp_path / "batch",
        tmp_path / "run.sqlite",
    )
    with running(BatchAPI()) as service:
        code, err = finished(service, "batch", source, "--into", ledger, "--via", "batch-api", folder)
        assert code == 0, err
        assert "requests-0001.jsonl is batch_0" in err
        assert len(service.batches) == 2, "one for all, one for the re-ask and what expired"
        assert len(table(service, ledger)) == 5
    assert rows(ledger, "SELECT status FROM batches") == [("completed",), ("completed",)]


@pytest.mark.parametrize("noted", [True, False])
def test_a_killed_run_waits_for_its_batches_and_makes_no_second_ones(noted: bool, tmp_path: Path) -> None:
    """Also where it was killed after a batch was made, and before that was noted."""
    source, folder, ledger = (
        feed(tmp_path / "feed.jsonl", range(2, 5)),
        tmp_path / "batch",
        tmp_path / "run.sqlite",
    )
    arguments = ("batch", source, "--into", ledger, "--via", "batch-api", folder)
    with running(BatchAPI(polls=10**9)) as service:
        process = started(service, *arguments)
        until(lambda: service.asked)
        process.kill()
        process.communicate()
        if not noted:
            with closing(sqlite3.connect(ledger)) as db:
                db.execute("DELETE FROM batches")
                db.commit()
        service.polls = 1
        assert finished(service, *arguments)[0] == 0
        assert len(service.batches) == 1
        assert len(table(service, ledger)) == 3


def test_a_batch_that_is_refused_is_told_and_its_articles_wait_again(tmp_path: Path) -> None:
    source, folder, ledger = (
        feed(tmp_path / "feed.jsonl", range(2, 5)),
        tmp_path / "batch",
        tmp_path / "run.sqlite",
    )
    arguments = ("batch", source, "--into", ledger, "--via", "batch-api", folder)
    with running(BatchAPI(refuse="enqueued token limit reached")) as service:
        code, err = finished(service, *arguments)
        assert code == 1
        assert "batch_0 was refused: enqueued token limit reached" in err
        assert rows(ledger, "SELECT state, count(*) FROM tasks GROUP BY state") == [("waiting", 3)]
        service.refuse = ""
        assert finished(service, *arguments)[0] == 0
        assert len(table(service, ledger)) == 3
