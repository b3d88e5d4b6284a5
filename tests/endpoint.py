"""A real HTTP server on loopback that speaks as much of the OpenAI protocol as the tests need."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

Body = dict[str, Any]


@dataclass
class Reply:
    """What to answer: a status, a body (sent as it is if it is text), headers; or to drop the connection."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


def completion(content: str | None, finish_reason: str = "stop", **message: Any) -> Body:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1764064800,
        "model": "local-model-1",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "total_tokens": 150,
            "prompt_tokens_details": {"cached_tokens": 40},
        },
    }


Answer = Callable[[Body], Reply]


class Endpoint:
    """Answers with the replies in turn, the last one for ever; keeps what it was sent."""

    def __init__(self, *replies: Reply | Body | str | Answer) -> None:
        self.replies: list[Reply | Body | str | Answer] = list(replies)
        self.bodies: list[Body] = []
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.arrived: list[float] = []
        self.answered: dict[int, float] = {}
        """By the number of the request, when its answer was about to leave."""
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        number = len(self.raw)
        self.arrived.append(time.monotonic())
        self.raw.append(raw)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        body = json.loads(raw)
        self.bodies.append(body)
        reply = self._next(body)
        await asyncio.sleep(reply.delay)
        if reply.drop:
            assert request.transport is not None
            request.transport.close()
        self.answered[number] = time.monotonic()
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        kind = "text/html" if isinstance(reply.body, str) else "application/json"
        return web.Response(text=text, status=reply.status, headers=reply.headers, content_type=kind)

    def _next(self, body: Body) -> Reply:
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if callable(reply):
            return reply(body)
        if isinstance(reply, str):
            return Reply(completion(reply))
        return reply if isinstance(reply, Reply) else Reply(reply)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/chat/completions", self.handle)]

    async def start(self) -> web.AppRunner:
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner


def serving(*replies: Reply | Body | str | Answer) -> AbstractContextManager[Endpoint]:
    return running(Endpoint(*replies))


AnyEndpoint = TypeVar("AnyEndpoint", bound=Endpoint)


@contextmanager
def running(endpoint: AnyEndpoint) -> Iterator[AnyEndpoint]:
    """The endpoint, on a loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(endpoint.start(), loop).result()
    try:
        yield endpoint
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Repeating(Endpoint):
    """Gives one answer to everything and keeps nothing: there may be 100,000 requests."""

    def __init__(self, answer: str, delay: float) -> None:
        super().__init__()
        self._body, self._delay = json.dumps(completion(answer)).encode(), delay

    async def handle(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        await asyncio.sleep(self._delay)
        return web.Response(body=self._body, content_type="application/json")


async def _serve(answer: str, delay: float) -> None:
    endpoint = _Repeating(answer, delay)
    await endpoint.start()
    print(endpoint.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":  # for the benchmark: a file with the answer, and seconds to wait with it
    content = Path(sys.argv[1]).read_text("utf-8")
    asyncio.run(_serve(content, float(sys.argv[2])))
