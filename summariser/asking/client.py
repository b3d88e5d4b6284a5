"""instructor around the openai client: one core, asynchronous, for live calls, recordings and replays alike.

What instructor adds is its loop: ask, have the answer judged, ask again with the faults named. Plain
instructor spends 25 ms of CPU on a call, nearly all of it in rebuilding the schema and in walking the model;
here the wire model has no fields and its schema is made once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import httpx2
import instructor
import openai
from instructor.core.exceptions import InstructorRetryException, ResponseParsingError

from summariser.asking.cassette import Cassette, request_key
from summariser.asking.exchange import CURRENT, Exchange, Judge, Origin
from summariser.asking.failures import translated
from summariser.asking.providers import Endpoint
from summariser.asking.rendering import Prompts
from summariser.asking.retrying import retrying
from summariser.asking.transport import Interrupted, Recorder, Replay
from summariser.errors import (
    EmptyAnswer,
    Filtered,
    NotJSON,
    Refused,
    RequestRejected,
    SummariserError,
    Truncated,
    WrongShape,
)
from summariser.settings import Settings
from summariser.values import Fault, Request, Response, Usage

# Every error that instructor logs is raised as well.
logging.getLogger("instructor").addHandler(logging.NullHandler())


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
        replay: Path | None = None,
        offline: bool = False,
        pending: bool = False,
    ) -> None:
        self.endpoint = Endpoint.of(settings)
        self._parameters = self.endpoint.parameters()
        self._settings = settings
        self._prompts = prompts
        self._wire = _wire_model(wire)
        self._transport = Replay(Cassette(replay) if replay else None, pending=pending) if offline else None
        self._recorder = Recorder(Cassette(record)) if record else None
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Connections] = WeakKeyDictionary()

    async def ask(self, request: Request, judge: Judge) -> Response[Any]:
        """The last answer as the judge left it, with faults or without; or an `AskingError`."""
        create = (await self._connections()).create
        exchange = Exchange(request.article_id, judge)
        token = CURRENT.set(exchange)
        try:
            await create(
                response_model=self._wire,
                messages=[dict(message) for message in request.messages],
                max_retries=self._settings.max_reasks,
                **self._parameters,
            )
        except InstructorRetryException as error:
            _settle(exchange, error)
        finally:
            CURRENT.reset(token)
        assert exchange.origin is not None
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
        if connections := self._loops.get(asyncio.get_running_loop()):
            await connections.keeper.aclose()

    async def _connections(self) -> _Connections:
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            client = self._openai()
            self._loops[loop] = connections = _Connections(self._create(client), self._keep(loop, client))
            await anext(connections.keeper)
        return self._loops[loop]

    async def _keep(
        self, loop: asyncio.AbstractEventLoop, client: openai.AsyncOpenAI
    ) -> AsyncGenerator[None, None]:
        """Held open for as long as the loop runs: asyncio closes the generators that are left when it ends."""
        try:
            yield
        finally:
            self._loops.pop(loop, None)
            await client.close()

    def _openai(self) -> openai.AsyncOpenAI:
        http: httpx2.AsyncClient
        if self._transport:
            http = httpx2.AsyncClient(transport=self._transport)
            url, key = "http://replay.invalid", "none"
        else:
            url, key = self.endpoint.url, self.endpoint.key
            hooks = {"response": [self._recorder.keep]} if self._recorder else {}
            http = openai.DefaultAioHttpClient(event_hooks=hooks)
        return openai.AsyncOpenAI(
            base_url=url, api_key=key, timeout=self._settings.timeout, max_retries=0, http_client=http
        )

    def _create(self, client: openai.AsyncOpenAI) -> Any:
        async def post(**body: Any) -> Any:
            return await client.chat.completions.create(**body)

        tried = post if self._transport else retrying(post, self._settings)

        async def send(**body: Any) -> Any:
            exchange = CURRENT.get()
            self._finish(body, exchange)
            try:
                completion = await tried(**body)
            except Interrupted as error:
                raise error.reason from None
            except openai.OpenAIError as error:
                raise translated(error, self.endpoint) from error
            except ValueError:
                completion = None
            self._note(exchange, completion)
            return completion

        return instructor.patch(create=send, mode=instructor.Mode[self.endpoint.mode.upper()])

    def _finish(self, body: dict[str, Any], exchange: Exchange) -> None:
        """What instructor leaves undone: strict structured output, and the re-ask in our own words."""
        if "response_format" in body and self.endpoint.mode == "json_schema":
            schema = {**body["response_format"]["json_schema"], "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if exchange.faults:
            text = self._prompts.reask(exchange.faults)
            for message in reversed(body["messages"]):
                if message["role"] == "assistant":
                    break
                message["content"] = text
        exchange.key = request_key(body)

    def _note(self, exchange: Exchange, completion: Any) -> None:
        """Take down who answered and what it cost, and raise for an answer that cannot be used at all."""
        try:
            (choice, *_), usage = completion.choices or [None], completion.usage
            exchange.model = str(completion.model)
            exchange.usage += _usage(usage)
            if not self._transport:
                exchange.origin = Origin("api", datetime.now(UTC), replayed=False)
            if choice is None:
                raise EmptyAnswer("the answer holds no choice")
            _usable(choice.finish_reason, choice.message, self.endpoint.mode)
        except (AttributeError, TypeError):
            raise RequestRejected(
                f"{self.endpoint.name} answered with something that is no chat completion",
                hint="Check the address (--base-url): it usually ends in /v1.",
            ) from None


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


def _usage(usage: Any) -> Usage:
    details = getattr(usage, "prompt_tokens_details", None)
    return Usage(
        getattr(usage, "prompt_tokens", None) or 0,
        getattr(details, "cached_tokens", None) or 0,
        getattr(usage, "completion_tokens", None) or 0,
        tries=1,
    )


def _usable(finish_reason: str | None, message: Any, mode: str) -> None:
    if message.refusal:
        raise Refused(f"the model refused: {' '.join(message.refusal.split())[:200]}")
    if finish_reason == "content_filter":
        raise Filtered("the provider's content filter stopped the answer")
    if finish_reason == "length":
        raise Truncated("the answer was cut off at the output limit")
    if mode == "tools" and not message.tool_calls:
        raise EmptyAnswer("the model did not call the tool that takes the answer")
    if mode != "tools" and not (message.content or "").strip():
        raise EmptyAnswer("the model gave an empty answer")


def _settle(exchange: Exchange, error: InstructorRetryException) -> None:
    """Faults that outlast the last re-ask stay with the judged answer; everything else is raised."""
    cause = error.__cause__
    if isinstance(cause, _Faulty):
        if exchange.unusable is not None:
            raise exchange.unusable from None
        return
    raise cause if isinstance(cause, SummariserError) else error
