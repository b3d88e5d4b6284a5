"""instructor around the openai client: one core, asynchronous, for live calls, recordings and replays alike.

What instructor adds is its loop: ask, have the answer judged, ask again with the faults named. Plain
instructor spends 25 ms of CPU on a call, nearly all of it in rebuilding the schema and in walking the model;
here the wire model has no fields and its schema is made once.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import instructor
import openai
from instructor.core.exceptions import InstructorRetryException, ResponseParsingError
from instructor.core.retry import retry_async
from instructor.v2 import mode_registry
from openai.types.chat import ChatCompletion

from summariser.asking.cassette import Cassette
from summariser.asking.exchange import CURRENT, Exchange, Judge, Kept
from summariser.asking.pacing import Pace, paced
from summariser.asking.providers import Endpoint
from summariser.asking.rendering import Prompts
from summariser.asking.retrying import Send, retrying
from summariser.asking.sending import Sender
from summariser.asking.transport import KeptAnswers, Recorder, Recordings, Replay
from summariser.errors import (
    NotJSON,
    SummariserError,
    WrongShape,
)
from summariser.settings import Settings
from summariser.values import Fault, Request, Response

# Every error that instructor logs is raised as well.
logging.getLogger("instructor").addHandler(logging.NullHandler())


_HEADERS = {"Content-Type": "application/json"}


class _Faulty(ResponseParsingError):
    """An answer that the judge found wanting; instructor asks again after it."""

    def __init__(self) -> None:
        super().__init__("the answer does not fit the contract")


class Client:
    """Asks one endpoint for answers of one wire schema.

    It lives in any number of event loops, with connections of its own in each.
    """

    def __init__(
        self,
        settings: Settings,
        wire: dict[str, Any],
        prompts: Prompts,
        *,
        record: Path | None = None,
        replay: Recordings | None = None,
        offline: bool = False,
        pending: bool = False,
    ) -> None:
        self.endpoint = Endpoint.of(settings)
        self._parameters = self.endpoint.parameters()
        self._settings = settings
        self._wire = _wire_model({"title": "Answer", **wire} if self.endpoint.mode == "tools" else wire)
        self._replay = Replay(replay, pending=pending) if offline else None
        self._recorder = Recorder(Cassette(record) if record else None)
        self._sender = Sender(self.endpoint, prompts)
        self._loops: dict[asyncio.AbstractEventLoop, _Connections] = {}

    async def ask(self, request: Request, judge: Judge, kept: Kept | None = None) -> Response[Any]:
        """The last answer as the judge left it, with faults or without; or an `AskingError`."""
        create = (await self._connections()).create
        exchange = Exchange(request.article_id, judge, kept)
        token = CURRENT.set(exchange)
        try:
            try:
                await create([dict(message) for message in request.messages])
            except InstructorRetryException as error:
                _settle(exchange, error)
        except SummariserError as error:
            error.usage = exchange.spent
            raise
        finally:
            CURRENT.reset(token)
        assert exchange.origin is not None
        if kept and not self._replay:
            kept.keep(request.article_id, exchange.answers, exchange.spent)
        return Response(
            answer=exchange.judged,
            model="offline" if exchange.origin.made == "offline" else exchange.model,
            requested_model=self.endpoint.model,
            made=exchange.origin.made,
            replayed=exchange.origin.replayed,
            answered_at=exchange.origin.answered_at,
            key=exchange.key,
            usage=exchange.usage,
        )

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others close with their loops."""
        if connections := self._loops.pop(asyncio.get_running_loop(), None):
            await connections.keeper.aclose()

    async def _connections(self) -> _Connections:
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            self._loops = {each: kept for each, kept in self._loops.items() if not each.is_closed()}
            pace = Pace(self._settings.rpm, self._settings.tpm)
            client = self._openai(pace)
            keeper = _held_open(client)
            await anext(keeper)
            self._loops[loop] = _Connections(self._create(client, pace), keeper)
            weakref.finalize(self, _let_go, loop, keeper).atexit = False
        return self._loops[loop]

    def _openai(self, pace: Pace) -> openai.AsyncOpenAI:
        if self._replay:
            return _replaying(self._replay)

        async def heed(response: httpx2.Response) -> None:
            # By its raw headers: a look-up in the folded ones costs as much as a quote to ground.
            pace.heed({name.lower().decode(): value.decode() for name, value in response.headers.raw})

        return openai.AsyncOpenAI(
            base_url=self.endpoint.url,
            api_key=self.endpoint.key,
            timeout=self._settings.timeout,
            max_retries=0,
            http_client=openai.DefaultAioHttpClient(event_hooks={"response": [heed, self._recorder.keep]}),
        )

    def _create(self, client: openai.AsyncOpenAI, pace: Pace) -> Any:
        mode = instructor.Mode[self.endpoint.mode.upper()]
        handlers = mode_registry.get_handlers(instructor.Provider.OPENAI, mode)
        post: Send = partial(_post, client)
        if not self._replay:
            paced_post = paced(post, pace)
            post = _kept_or(retrying(paced_post, self._settings, reached=lambda: pace.answered))
        send = partial(self._sender.send, post)
        wire, parameters, reasks = self._wire, self._parameters, self._settings.max_reasks

        async def create(messages: list[dict[str, Any]]) -> None:
            _, body = handlers.request_handler(wire, {"messages": messages, **parameters})
            first = [await send(**body)]
            try:
                handlers.response_parser(response=first[0], response_model=wire, strict=True)
            except _Faulty:
                # instructor's loop is entered with the faulty answer in hand: most answers have no fault, and
                # what the loop builds for each call costs as much as checking the answer.
                async def again(**body: Any) -> Any:
                    return first.pop() if first else await send(**body)

                await retry_async(again, wire, args=(), kwargs=body, max_retries=reasks, mode=mode)

        return create


async def _post(client: openai.AsyncOpenAI, content: bytes) -> Any:
    # The SDK's typed method walks the whole body for fields to rename, of which there are none, and writes it anew.
    return await client.post(
        "/chat/completions", content=content, cast_to=ChatCompletion, options={"headers": _HEADERS}
    )


def _kept_or(live: Send) -> Send:
    """Replays what was kept, through the same parsing as a live call; asks for the rest."""
    replay = partial(_post, _replaying(Replay(KeptAnswers(), pending=False)))

    async def post(content: bytes) -> Any:
        exchange = CURRENT.get()
        exchange.held = bool(exchange.kept and exchange.kept.find(exchange.article_id, exchange.key))
        return await (replay if exchange.held else live)(content)

    return post


def _replaying(transport: Replay) -> openai.AsyncOpenAI:
    http = httpx2.AsyncClient(transport=transport)
    return openai.AsyncOpenAI(
        base_url="http://replay.invalid", api_key="none", max_retries=0, http_client=http
    )


async def _held_open(client: openai.AsyncOpenAI) -> AsyncGenerator[None, None]:
    """Closes the client when its loop ends: asyncio closes every generator that is left open then."""
    try:
        yield
    finally:
        await client.close()


def _let_go(loop: asyncio.AbstractEventLoop, keeper: AsyncGenerator[None, None]) -> None:
    """Closes the client, in its loop, once nobody holds the one that it was made for."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.create_task, keeper.aclose())


class _Connections(NamedTuple):
    create: Any
    keeper: AsyncGenerator[None, None]


def _wire_model(schema: dict[str, Any]) -> type[instructor.ResponseSchema]:
    """A model without fields: its schema was made once, and the article's own judge reads the answer."""

    class Answer(instructor.ResponseSchema):
        """Event records and a synopsis."""

        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return schema

        @classmethod
        def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Any:
            exchange = CURRENT.get()
            exchange.judged = exchange.unusable = None
            try:
                exchange.judged = exchange.judge(str(json_data))
                exchange.faults = exchange.judged.faults
            except (NotJSON, WrongShape) as error:
                exchange.unusable = error
                exchange.faults = (Fault("the answer", error.problem),)
            if exchange.faults:
                raise _Faulty
            return exchange.judged

    return Answer


def _settle(exchange: Exchange, error: InstructorRetryException) -> None:
    """Faults that outlast the last re-ask stay with the judged answer; everything else is raised."""
    cause = error.__cause__
    if isinstance(cause, _Faulty):
        if exchange.unusable is not None:
            raise exchange.unusable from None
        return
    raise cause if isinstance(cause, SummariserError) else error
