"""What the options stand for: settings, and a summariser with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from summariser.errors import ConfigurationError

if TYPE_CHECKING:
    from summariser.pipeline import Summariser
    from summariser.settings import Settings


def summariser_of(settings: Settings, own: str | None, **more: Any) -> Summariser[Any]:
    from summariser.pipeline import Summariser

    if own is None:
        return Summariser(settings=settings, **more)
    from summariser.own import load_schema

    return Summariser(schema=load_schema(own), settings=settings, **more)


def settings_of(**given: Any) -> Settings:
    from summariser.settings import Settings

    return Settings.resolve(**given)


def parameters(pairs: list[str] | None) -> dict[str, Any] | None:
    """NAME=VALUE, the value read as JSON where it is JSON: 0, true, {"effort": "low"}; else as text."""
    params: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise ConfigurationError(f"--param {pair!r} is not of the form NAME=VALUE")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params or None
