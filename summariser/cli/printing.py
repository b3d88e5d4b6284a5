"""What the commands say and where they write: one clear line for a failure, and nothing paid for and then lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

import typer

from summariser.errors import ConfigurationError, InputError, SummariserError


@contextmanager
def writing_to(path: Path | None) -> Iterator[TextIO]:
    """Opened before anything is asked, so that nothing is paid for that cannot be kept."""
    if path is None:
        yield sys.stdout
        return
    try:
        stream = path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
    with stream:
        yield stream


@contextmanager
def reading_from(path: Path) -> Iterator[Iterator[str]]:
    try:
        with path.open(encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8") from None


def complain(text: str, hint: str) -> None:
    say(text)
    if hint:
        say(f"  {hint}")


def say(text: str) -> None:
    from summariser.writing.words import visible

    typer.echo(visible(text), err=True)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """One clear line for what would fail every article alike."""
    try:
        yield
    except SummariserError as error:
        _fail(error)
    except KeyboardInterrupt:
        say("interrupted; what was written so far is kept")
        raise typer.Exit(130) from None


def _fail(error: SummariserError) -> NoReturn:
    complain(str(error), error.hint)
    raise typer.Exit(error.exit_code)
