"""Files and standard input as bytes, with every failure of the system as an `InputError`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from summariser.errors import InputError

_FEED_NAMES = (".jsonl", ".ndjson")
_PAGE_NAMES = (".html", ".htm", ".xhtml")
_CHECK = "Check the path; an address on the web begins with https://."


def is_feed_name(path: str | Path) -> bool:
    return Path(path).suffix.lower() in _FEED_NAMES


def is_page_name(path: str | Path) -> bool:
    return Path(path).suffix.lower() in _PAGE_NAMES


@contextmanager
def opened(path: str | Path) -> Iterator[BinaryIO]:
    """The file, open for reading bytes; raises `InputError`, also for a failure while it is read."""
    if "\0" in str(path):
        raise InputError("no such file", hint=_CHECK)
    try:
        with Path(path).open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise InputError("no such file", hint=_CHECK) from None
    except PermissionError:
        raise InputError("no permission to read it", hint="Change its permissions, or copy it.") from None
    except IsADirectoryError:
        raise InputError(
            "is a directory", hint="Name the files in it, for example DIRECTORY/*.txt."
        ) from None
    except OSError as error:
        raise _unreadable(error) from None


@contextmanager
def standard_input() -> Iterator[BinaryIO]:
    try:
        yield sys.stdin.buffer
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> InputError:
    return InputError(f"cannot be read ({error.strerror or error})", hint=_CHECK)
