"""Everything that speaks the OpenAI protocol, one row each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import NamedTuple

from summariser.errors import ConfigurationError, NoKey
from summariser.settings import Mode, Settings


class Provider(NamedTuple):
    url: str
    """`{NAME}` stands for an environment variable."""
    key_variable: str | None
    """None where no key is needed."""
    mode: Mode
    output_limit: str
    model: str | None = None


PROVIDERS = {
    "openai": Provider(
        "https://api.openai.com/v1", "OPENAI_API_KEY", "json_schema", "max_completion_tokens", "gpt-5-mini"
    ),
    "azure": Provider(
        "{AZURE_OPENAI_ENDPOINT}/openai/v1", "AZURE_OPENAI_API_KEY", "json_schema", "max_completion_tokens"
    ),
    "gemini": Provider(
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        "json_schema",
        "max_tokens",
    ),
    # Anthropic's compatible endpoint ignores response_format, DeepSeek's knows no schema in it; both take tools.
    "anthropic": Provider("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", "tools", "max_tokens"),
    "mistral": Provider("https://api.mistral.ai/v1", "MISTRAL_API_KEY", "json_schema", "max_tokens"),
    "groq": Provider(
        "https://api.groq.com/openai/v1", "GROQ_API_KEY", "json_schema", "max_completion_tokens"
    ),
    "deepseek": Provider("https://api.deepseek.com", "DEEPSEEK_API_KEY", "tools", "max_tokens"),
    "openrouter": Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "json_schema", "max_tokens"),
    "ollama": Provider("http://localhost:11434/v1", None, "json_schema", "max_tokens"),
    "vllm": Provider("http://localhost:8000/v1", None, "json_schema", "max_tokens"),
    "llama.cpp": Provider("http://localhost:8080/v1", None, "json_schema", "max_tokens"),
    "lmstudio": Provider("http://localhost:1234/v1", None, "json_schema", "max_tokens"),
    # Any other server, named by --base-url.
    "custom": Provider("", None, "json_schema", "max_tokens"),
}
DEFAULT = "openai"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A provider's row with the settings laid over it; the address and the key are read when it is called."""

    name: str
    row: Provider
    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> Endpoint:
        name = settings.provider or ("custom" if settings.base_url else DEFAULT)
        if name not in PROVIDERS:
            raise ConfigurationError(
                f"no provider {name!r}", hint=f"There are {', '.join(PROVIDERS)}; or give --base-url."
            )
        return cls(name, PROVIDERS[name], settings)

    @property
    def mode(self) -> Mode:
        return self.settings.mode or self.row.mode

    @property
    def model(self) -> str:
        if model := self.settings.model or self.row.model:
            return model
        raise ConfigurationError(f"no model named for {self.name}", hint="Name it with --model.")

    @property
    def url(self) -> str:
        if self.settings.base_url:
            return self.settings.base_url
        try:
            url = self.row.url.format_map(os.environ)
        except KeyError as error:
            raise ConfigurationError(
                f"{self.name} needs the variable {error.args[0]}", hint="Set it, or give --base-url."
            ) from None
        if not url:
            raise ConfigurationError("the provider custom needs an address", hint="Give it with --base-url.")
        return url

    @property
    def key(self) -> str:
        """A key is sent only to the provider that it belongs to, or where it was set for this package."""
        if self.settings.api_key:
            return self.settings.api_key
        if self.row.key_variable is None:
            return "none"  # the client wants one; servers that check none ignore it
        if key := os.environ.get(self.row.key_variable):
            return key
        raise NoKey(
            f"no key for {self.name}: {self.row.key_variable} is not set",
            hint=f"Three ways on: set {self.row.key_variable}; ask a server of your own (--provider ollama "
            "--model …, or --base-url URL); or answer from recordings (--replay DIR).",
        )

    def parameters(self) -> dict[str, object]:
        """What goes into every request beside messages and schema; no sampling parameter unless set."""
        limit = self.settings.max_output_tokens
        limits = {} if limit is None else {self.row.output_limit: limit}
        return {"model": self.model, **limits, **self.settings.params}
