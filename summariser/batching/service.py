"""OpenAI's Batch API: input files up, batches made and waited for, output and error files down into the folder.

What was uploaded is in the ledger, so that a run that was killed waits for its batches and makes no second ones.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai

from summariser.asking.failures import translated
from summariser.asking.providers import Endpoint
from summariser.batching.batch_files import article_ids
from summariser.batching.ledger import Ledger
from summariser.errors import RequestRejected

# A batch takes minutes to a day: asked after often at first, then once a minute.
_FIRST_POLL = 1.0
_LONGEST_POLL = 60.0
_RETRIES = 5
_ENDED = ("completed", "failed", "expired", "cancelled")


class Service:
    def __init__(self, endpoint: Endpoint, folder: Path, ledger: Ledger, tell: Callable[[str], None]) -> None:
        self._endpoint = endpoint
        self._folder = folder
        self._ledger = ledger
        self._tell = tell

    async def settle(self) -> None:
        """Until every batch of the folder has ended. Raises an `AskingError`, also for a batch that was refused:
        its articles wait in the ledger again."""
        try:
            async with openai.AsyncOpenAI(
                base_url=self._endpoint.url, api_key=self._endpoint.key, max_retries=_RETRIES
            ) as client:
                await self._upload(client)
                await self._wait(client)
        except openai.OpenAIError as error:
            raise translated(error, self._endpoint) from error

    async def _upload(self, client: openai.AsyncOpenAI) -> None:
        uploaded = self._ledger.batches()
        for path in sorted(self._folder.absolute().glob("requests-*.jsonl")):
            if str(path) in uploaded:
                continue
            content = path.read_bytes()
            mark = hashlib.sha256(content).hexdigest()[:32]
            batch = await _made_before(client, mark)
            if batch is None:
                file = await client.files.create(file=(path.name, content), purpose="batch")
                batch = await client.batches.create(
                    input_file_id=file.id,
                    endpoint="/v1/chat/completions",
                    completion_window="24h",
                    metadata={"requests": mark},
                )
            self._ledger.note_batch(str(path), batch.id, "open")
            self._tell(f"{path.name} is {batch.id}")

    async def _wait(self, client: openai.AsyncOpenAI) -> None:
        pause, told = _FIRST_POLL, ""
        while open_ := [
            (Path(file), id_) for file, (id_, status) in self._ledger.batches().items() if status == "open"
        ]:
            lines = [
                await self._look(client, path, id_)
                for path, id_ in open_
                if path.parent == self._folder.absolute()
            ]
            if not lines:
                return
            if (line := "; ".join(lines)) != told:
                told, pause = line, _FIRST_POLL
                self._tell(line)
            if all(line.endswith(_ENDED) for line in lines):
                continue
            await asyncio.sleep(pause)
            pause = min(_LONGEST_POLL, pause * 2)

    async def _look(self, client: openai.AsyncOpenAI, path: Path, batch_id: str) -> str:
        batch = await client.batches.retrieve(batch_id)
        if batch.status not in _ENDED:
            counts = batch.request_counts
            return f"{batch_id}: {counts.completed + counts.failed} of {counts.total}" if counts else batch_id
        for kind, file_id in (("output", batch.output_file_id), ("errors", batch.error_file_id)):
            if file_id:
                await self._download(client, file_id, path.name.replace("requests", kind, 1))
        if batch.status == "failed":
            self._put_aside(path)
        self._ledger.note_batch(str(path), batch_id, batch.status)
        if batch.status == "failed":
            reasons = [error.message for error in (batch.errors.data or [])] if batch.errors else []
            raise RequestRejected(
                f"{batch.id} was refused: {'; '.join(filter(None, reasons)) or 'no reason given'}"
            )
        return f"{batch_id}: {batch.status}"

    async def _download(self, client: openai.AsyncOpenAI, file_id: str, name: str) -> None:
        unfinished = self._folder / f"{name}.tmp"
        async with client.files.with_streaming_response.content(file_id) as response:
            await response.stream_to_file(unfinished)
        unfinished.replace(self._folder / name)

    def _put_aside(self, path: Path) -> None:
        """A batch that failed as a whole answers nothing: its articles wait again."""
        aside = path.with_suffix(".refused")
        if path.exists():
            path.replace(aside)
        self._ledger.unsend(article_ids(aside))


async def _made_before(client: openai.AsyncOpenAI, mark: str) -> Any:
    """The batch of the same requests, if a run was killed before it could note that it had made one."""
    async for batch in client.batches.list(limit=100):
        if (batch.metadata or {}).get("requests") == mark and batch.status != "failed":
            return batch
    return None
