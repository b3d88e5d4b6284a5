"""The place an article came from, as errors and results name it: one line, safe to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from summariser.errors import InputError

# What makes a name unsafe to print: control characters (a file name may hold a line end or an escape
# sequence), marks that turn the direction of writing, and the lone surrogates by which Python stands for
# bytes of a file name that are not UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_USER_INFO = re.compile(r"\A([^:/?#]*://)[^/?#]*@")
# Enough to recognise an address by; a hostile one may be as long as it likes.
_URL_LIMIT = 200


def shown_path(path: str | Path) -> str:
    """Never shortened, so that two files never share a name; what cannot be printed becomes U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", str(path))


def shown_url(url: str) -> str:
    """Without user name and password, and cut where it is long."""
    printable = _USER_INFO.sub(r"\1", _UNPRINTABLE.sub("", url))
    return printable if len(printable) <= _URL_LIMIT else printable[: _URL_LIMIT - 1] + "…"


@contextmanager
def named(where: str) -> Iterator[None]:
    """Put the place before the message of an `InputError`, so that only the doors need to know it."""
    try:
        yield
    except InputError as error:
        raise type(error)(f"{where}: {error}", hint=error.hint) from error
