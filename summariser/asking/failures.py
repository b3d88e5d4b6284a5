"""The SDK's errors as ours: one line, without the key, and with a hint."""

from __future__ import annotations

import re

import openai

from summariser.asking.providers import Endpoint
from summariser.asking.retrying import no_connection
from summariser.errors import (
    AskingError,
    ConfigurationError,
    NoConnection,
    NoCredit,
    RateLimited,
    RequestRejected,
    ServerFailed,
    Unauthorised,
    Unreachable,
)


def translated(error: openai.OpenAIError, endpoint: Endpoint) -> AskingError:
    kind = _kind(error)
    where = f"{endpoint.name} ({_host(endpoint.url)})"
    text = _clean(_reason(error), endpoint)
    if isinstance(error, openai.APIStatusError):
        return kind(f"{where} answered {error.status_code}: {text}", hint=_hint(error, endpoint, kind))
    return kind(f"{where}: {text}")


def _kind(error: openai.OpenAIError) -> type[AskingError]:
    if not isinstance(error, openai.APIStatusError):
        if no_connection(error):
            return NoConnection
        return Unreachable if isinstance(error, openai.APIConnectionError) else ServerFailed
    if error.status_code in (401, 403):
        return Unauthorised
    if error.status_code == 429:
        if error.code == "insufficient_quota":
            return NoCredit
        return RateLimited
    return ServerFailed if error.status_code >= 500 else RequestRejected


def _reason(error: openai.OpenAIError) -> str:
    if isinstance(error, openai.APIConnectionError):
        return "no answer in time" if _timed_out(error) else f"no connection ({error.__cause__ or error})"
    body = getattr(error, "body", None)
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return str(error)


def _timed_out(error: BaseException) -> bool:
    """By the first cause: the aiohttp transport calls a refused or lost connection a time-out too."""
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, TimeoutError)


def _hint(error: openai.APIStatusError, endpoint: Endpoint, kind: type[AskingError]) -> str:
    if kind is Unauthorised and endpoint.name == "custom" and not endpoint.settings.api_key:
        return (
            "No key was sent: set SUMMARISER_API_KEY, or name the provider whose key it wants (--provider)."
        )
    if error.status_code == 404:
        return "Check the model's name (--model) and the address (--base-url)."
    return kind.hint


def _clean(text: str, endpoint: Endpoint) -> str:
    """One line of sensible length; a server may echo the key, or anything else."""
    try:
        key = endpoint.key
    except ConfigurationError:
        key = ""
    if len(key) > 4:
        text = text.replace(key, "[key]")
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= 300 else line[:299] + "…"


def _host(url: str) -> str:
    """The address without credentials, path and query."""
    return re.sub(r"^(\w+://)?(?:[^/@]*@)?([^/?#]*).*", r"\2", url)
