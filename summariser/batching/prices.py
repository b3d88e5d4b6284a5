"""What tokens cost, from the tables of genai-prices, or as it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from summariser.asking.providers import Endpoint
from summariser.errors import ConfigurationError
from summariser.values import Usage

# The names that genai-prices has for the rows of our table; what runs on one's own machine costs nothing.
_NAMES = {"gemini": "google"}
_FREE = {"ollama", "vllm", "llama.cpp", "lmstudio"}
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens. A cached token is one of the request's that the provider had in store."""

    prompt: float
    cached: float
    completion: float

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self | None:
        """None where no price is known."""
        if endpoint.name in _FREE:
            return cls(0.0, 0.0, 0.0)
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price

        def million(**tokens: int) -> float:
            # By size: some models cost more beyond a length that no article has.
            name = _NAMES.get(endpoint.name, endpoint.name)
            price = calc_price(Tokens(**tokens), model_ref=endpoint.model, provider_id=name)
            return float(price.total_price) * 1000

        try:
            return cls(
                million(input_tokens=1000),
                million(input_tokens=1000, cache_read_tokens=1000),
                million(output_tokens=1000),
            )
        except LookupError:
            return None

    @classmethod
    def parsed(cls, text: str) -> Self:
        """``INPUT,OUTPUT`` or ``INPUT,CACHED,OUTPUT``. Raises `ConfigurationError`."""
        try:
            prompt, *cached, completion = (float(part) for part in text.split(","))
            (cached_price,) = cached or [prompt]
            prices = cls(prompt, cached_price, completion)
            if not all(0 <= each < _MILLION for each in (prompt, cached_price, completion)):
                raise ValueError(text)
        except ValueError:
            raise ConfigurationError(
                f"--price {text!r} is not USD for a million tokens",
                hint="Write INPUT,OUTPUT or INPUT,CACHED,OUTPUT, such as 0.25,2.",
            ) from None
        return prices

    def halved(self) -> Price:
        return Price(self.prompt / 2, self.cached / 2, self.completion / 2)

    def cost(self, usage: Usage) -> float:
        fresh = usage.prompt_tokens - usage.cached_tokens
        tokens = (
            fresh * self.prompt
            + usage.cached_tokens * self.cached
            + usage.completion_tokens * self.completion
        )
        return tokens / _MILLION
