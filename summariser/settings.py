"""Settings: one frozen object, from arguments, then `SUMMARISER_…` variables, then defaults."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args

from summariser.errors import ConfigurationError

Mode = Literal["json_schema", "tools", "md_json"]
_PREFIX = "SUMMARISER_"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the model is asked. A field that is None takes the value of the provider's row in the table."""

    provider: str | None = None
    """A row of `summariser.asking.providers`; `openai`, or `custom` where a base URL is given."""
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    mode: Mode | None = None
    """How structured output is asked for."""
    max_output_tokens: int | None = None
    """Not sent unless set, under the name that the provider has for it."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sent with every request as they are: temperature, reasoning_effort, seed …"""
    timeout: float = 120.0
    """Seconds for one try."""
    max_tries: int = 5
    """Tries of one request at the transport: after 429, 5xx, time-outs and dropped connections."""
    max_wait: float = 300.0
    """Seconds after which no further try of one request begins."""
    rpm: float | None = None
    """Requests a minute, evenly spread, at most; what the server tells of its limits is heeded in any case."""
    tpm: float | None = None
    """Tokens a minute, of requests and answers together."""
    max_reasks: int = 2
    """How often an invalid answer is sent back with its faults named."""
    max_input_tokens: int | None = None
    """Room for all that is sent at first, the instructions too, counted as UTF-8 bytes / 4: a longer article is read
    in chunks. The answer needs room besides, and a re-ask holds the former answer as well."""
    passes: int = 1
    """How often each text is read; each later pass is asked for what is missing, and ends it if it finds nothing."""
    prompts: Path | None = None
    """A folder whose templates go before the shipped ones."""

    @classmethod
    def resolve(cls, **given: Any) -> Self:
        """Arguments that are None count as not given. Raises `ConfigurationError` with the variable's name."""
        values: dict[str, Any] = {}
        for each in fields(cls):
            if given.get(each.name) is not None:
                values[each.name] = given[each.name]
            elif raw := os.environ.get(_PREFIX + each.name.upper()):
                values[each.name] = _parsed(each.name, raw)
        unknown = set(given) - {each.name for each in fields(cls)}
        if unknown:
            raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
        return cls(**values)

    def __post_init__(self) -> None:
        if self.mode is not None and self.mode not in get_args(Mode):
            raise ConfigurationError(f"mode {self.mode!r} is none of {', '.join(get_args(Mode))}")
        for name in ("timeout", "max_tries", "max_wait", "rpm", "tpm"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigurationError(f"{name} must be above 0")
        if self.passes < 1:
            raise ConfigurationError("passes must be at least 1")
        if self.max_reasks < 0:
            raise ConfigurationError("max_reasks must not be below 0")
        if self.prompts is not None and not Path(self.prompts).is_dir():
            raise ConfigurationError(f"{self.prompts}: no such folder of prompts")


_PARSERS: dict[str, Any] = {
    "max_output_tokens": int,
    "params": json.loads,
    "timeout": float,
    "max_tries": int,
    "max_wait": float,
    "rpm": float,
    "tpm": float,
    "max_reasks": int,
    "max_input_tokens": int,
    "passes": int,
    "prompts": Path,
}


def _parsed(name: str, raw: str) -> Any:
    parse = _PARSERS.get(name, str)
    try:
        value = parse(raw)
    except ValueError:
        raise ConfigurationError(f"{_PREFIX}{name.upper()}: {raw!r} is not valid") from None
    if name == "params" and not isinstance(value, dict):
        raise ConfigurationError(f'{_PREFIX}PARAMS must be a JSON object such as {{"temperature": 0}}')
    return value
