"""What strangers wrote, made fit to keep: metadata is hostile until it is one short, printable line."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A headline and a name, with room to spare; what is longer is there to fill a screen or a prompt.
TITLE_LIMIT = 300
OUTLET_LIMIT = 100
# Browsers and servers agree on about this much.
_URL_LIMIT = 2000

# Control characters but for white space, and the marks that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
# U+0000 ends a string for much that reads our output, and a lone surrogate has no UTF-8.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD for what cannot be written as UTF-8 text; its length stays."""
    return _UNSTORABLE.sub("\ufffd", text)


def one_line(value: str, limit: int) -> str:
    line = " ".join(_CONTROL.sub("", value).split())
    return storable(line[:limit].rstrip())


def language_code(value: str | None) -> str | None:
    """ISO 639-1 without the region (``en-GB`` → ``en``), and None for anything else."""
    code = re.split(r"[-_]", (value or "").strip().lower(), maxsplit=1)[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else None


def web_address(value: str | None) -> str | None:
    """An http(s) URL, and None for anything else: it may become a link in somebody's browser."""
    address = one_line(value or "", _URL_LIMIT + 1)
    if len(address) > _URL_LIMIT or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def with_title(title: str, body: str) -> str:
    """The headline first, once: pages set it with other quotation marks, and below a line such as EXCLUSIVE."""
    head = [line for line in body.splitlines() if line.strip()][:3]
    there = body.lstrip().startswith(title) or _letters(title) in map(_letters, head)
    return body if there else f"{title}\n\n{body}"


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line)).casefold()
