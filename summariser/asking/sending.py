"""One request on its way out and its answer on the way back, between instructor and the SDK."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import openai

from summariser.asking.encoding import Encoder
from summariser.asking.exchange import CURRENT, Exchange, Origin
from summariser.asking.failures import translated
from summariser.asking.providers import Endpoint
from summariser.asking.rendering import Prompts
from summariser.asking.retrying import Send
from summariser.asking.transport import Interrupted
from summariser.errors import EmptyAnswer, Filtered, Refused, RequestRejected, Truncated
from summariser.values import Usage


class Sender:
    """Finishes what instructor prepared, and takes down what came back."""

    def __init__(self, endpoint: Endpoint, prompts: Prompts) -> None:
        self._endpoint = endpoint
        self._prompts = prompts
        self._encoder = Encoder()

    async def send(self, post: Send, **body: Any) -> Any:
        exchange = CURRENT.get()
        self._finish(body, exchange)
        exchange.key, content = self._encoder.encode(body)
        exchange.origin = None  # set by what replays
        try:
            completion = await post(content)
        except Interrupted as error:
            raise error.reason from None
        except openai.OpenAIError as error:
            raise translated(error, self._endpoint) from error
        except ValueError:  # the SDK lets the JSON decoder's error pass
            completion = None
        self._note(exchange, completion)
        return completion

    def _finish(self, body: dict[str, Any], exchange: Exchange) -> None:
        """What instructor leaves undone: strict structured output, and the re-ask in our own words."""
        if "response_format" in body and self._endpoint.mode == "json_schema":
            schema = {**body["response_format"]["json_schema"], "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if exchange.faults:
            text = self._prompts.reask(exchange.faults)
            for message in reversed(body["messages"]):
                if message["role"] == "assistant":
                    break
                message["content"] = text

    def _note(self, exchange: Exchange, completion: Any) -> None:
        """Take down who answered and what it cost, and raise for an answer that cannot be used at all."""
        try:
            choices, usage = list(completion.choices), completion.usage
            exchange.model = str(completion.model)
            exchange.usage += _usage(usage)
            if not exchange.held:
                exchange.spent += _usage(usage)
            if exchange.origin is None:
                exchange.origin = Origin("api", datetime.now(UTC), replayed=False)
            if not choices:
                raise EmptyAnswer("the answer holds no choice")
            _usable(choices[0].finish_reason, choices[0].message, self._endpoint.mode)
        except (AttributeError, TypeError):
            raise RequestRejected(
                f"{self._endpoint.name} answered with something that is no chat completion",
                hint="Check the address (--base-url): it usually ends in /v1.",
            ) from None


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
