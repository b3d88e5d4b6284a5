"""Files and standard input as bytes, with every failure of the system as an `InputError`."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from summariser.errors import InputError

_FEED_NAMES = (".jsonl", ".ndjson")
_PAGE_NAMES = (".html", ".htm", ".xhtml")
_PACKED_NAMES = (".gz", ".zst")
_CHECK = "Check the path; an address on the web begins with https://."


def is_feed_name(path: str | Path) -> bool:
    return plain_name(path).suffix.lower() in _FEED_NAMES


def is_page_name(path: str | Path) -> bool:
    return plain_name(path).suffix.lower() in _PAGE_NAMES


def is_packed(path: str | Path) -> bool:
    return Path(path).suffix.lower() in _PACKED_NAMES


def plain_name(path: str | Path) -> Path:
    """Without the suffix of its packing."""
    return Path(path).with_suffix("") if is_packed(path) else Path(path)


@contextmanager
def opened(path: str | Path) -> Iterator[BinaryIO]:
    """The file, open for reading bytes; raises `InputError`, also for a failure while it is read."""
    if "\0" in str(path):
        raise InputError("no such file", hint=_CHECK)
    try:
        with Path(path).open("rb") as stream, _unpacked(stream, path) as plain:
            yield plain
    except FileNotFoundError:
        raise InputError("no such file", hint=_CHECK) from None
    except PermissionError:
        raise InputError("no permission to read it", hint="Change its permissions, or copy it.") from None
    except IsADirectoryError:
        raise InputError(
            "is a directory", hint="Name the files in it, for example DIRECTORY/*.txt."
        ) from None
    except _reading_errors() as error:
        raise _unreadable(error) from None


def _unpacked(stream: BinaryIO, path: str | Path) -> Any:
    """A reader of what the file holds, packed or not."""
    suffix = Path(path).suffix.lower()
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    if suffix == ".zst":
        return _zstd().ZstdFile(stream)
    return nullcontext(stream)


def _reading_errors() -> tuple[type[Exception], ...]:
    """What a failing disk or a broken packing raises; asked for only when something was raised."""
    return OSError, EOFError, zlib.error, _zstd().ZstdError


def _zstd() -> Any:
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


@contextmanager
def standard_input() -> Iterator[BinaryIO]:
    try:
        yield sys.stdin.buffer
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> InputError:
    return InputError(f"cannot be read ({getattr(error, 'strerror', None) or error})", hint=_CHECK)
