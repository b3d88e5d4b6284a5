"""A user's own event types, from a file of their own."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from summariser.errors import ConfigurationError
from summariser.schemas import Event


def load_schema(reference: str) -> type[Event]:
    """The class named in `path/to/file.py:Class`. The file is run, as any module is that is imported."""
    path, colon, name = reference.rpartition(":")
    if not colon or not path.endswith(".py"):
        raise ConfigurationError(f"schema {reference!r} is not of the form path/to/file.py:Class")
    if not Path(path).is_file():
        raise ConfigurationError(f"{path}: no such file")
    spec = spec_from_file_location(f"summariser_own_{Path(path).stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # pydantic looks annotations up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigurationError(f"{path}: {type(error).__name__}: {error}") from error
    found = getattr(module, name, None)
    if not (isinstance(found, type) and issubclass(found, Event)):
        raise ConfigurationError(
            f"{path} has no subclass of Event named {name!r}", hint="Derive it from summariser.Event."
        )
    return found
