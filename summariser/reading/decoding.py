"""Bytes → text with ``\\n`` as line end; anything that is not text is refused by name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from summariser.errors import InputError

_EXTRACT = "Extract its text first, and read that."
_MAGIC = (
    (b"%PDF-", "a PDF file", _EXTRACT),
    (b"PK\x03\x04", "a zip archive or an office document", _EXTRACT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document", _EXTRACT),
    (b"{\\rtf", "an RTF document", _EXTRACT),
    (b"\x1f\x8b", "a gzip file", "Unpack it first, and read what is in it."),
    (b"\x89PNG\r\n", "a PNG image", "Only text can be read."),
    (b"\xff\xd8\xff", "a JPEG image", "Only text can be read."),
    (b"GIF8", "a GIF image", "Only text can be read."),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# What a server or a page may name and what is guessed: the encodings of the web, but for UTF-16, which is
# told by its mark. Python has more that no
# stranger must choose, such as punycode, whose time grows with the square of the length; and with them a
# short text in Windows-1252 was guessed to be Chinese in UTF-16.
_WEB_ENCODINGS = frozenset(
    ["utf-8", "cp866", "cp874", "cp932", "cp949", "koi8-r", "koi8-u"]
    + [f"cp125{page}" for page in range(9)]
    + [f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
    + ["mac-roman", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp"]
)
_GUESSED_ENCODINGS = sorted(_WEB_ENCODINGS - {"utf-8"})
# Pages name the old standard and mean its superset; every browser reads them so.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-z0-9_.:-]+)", re.IGNORECASE)
# Where browsers look for it, too.
_META_WITHIN = 1024


def decode(data: bytes, encodings: Iterable[str | None]) -> str:
    """Decode by the byte order mark, else by the first of `encodings` that fits, else by the best guess.

    Line ends become ``\\n``, as when Python opens a text file, so that offsets are the same.
    """
    _refuse_known_binary(data)
    text = _by_mark(data)
    if text is None:
        if b"\0" in data:
            raise _binary()
        text = _by_name(data, encodings)
    if text is None:
        text = _by_guess(data)
    if "\0" in text:
        raise _binary()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def meta_charset(data: bytes) -> str | None:
    """The encoding that a page names in its head."""
    found = _META_CHARSET.search(data[:_META_WITHIN])
    if found is None:
        return None
    label = found[1].decode("ascii")
    # It was found by reading bytes as ASCII, so that it cannot be UTF-16; browsers say UTF-8 then.
    return "utf-8" if label.lower().startswith("utf-16") else label


def _refuse_known_binary(data: bytes) -> None:
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"this is {what}, not text", hint=hint)


def _binary() -> InputError:
    return InputError(
        "this is a binary file, not text",
        hint="Save it as plain text in UTF-8 (UTF-16 needs its byte order mark), and read that.",
    )


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise InputError(
                    f"begins like {encoding[:6].upper()} but is damaged", hint="Save it anew as UTF-8."
                ) from None
    return None


def _by_name(data: bytes, encodings: Iterable[str | None]) -> str | None:
    for encoding in encodings:
        codec = _web_codec(encoding or "")
        if codec is None:
            continue
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def _web_codec(label: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,40}", label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _MEANT.get(name, name)
    return name if name in _WEB_ENCODINGS else None


def _by_guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=_GUESSED_ENCODINGS)
    best = matches.best()
    if best is None:
        raise _no_encoding()
    equal = [
        match.encoding for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)
    ]
    try:
        # Equals come in the order of their names, so that French became Polish; this one is the commonest.
        return data.decode("cp1252" if "cp1252" in equal else best.encoding)
    except UnicodeDecodeError:
        # Of a long text only samples were looked at.
        raise _no_encoding() from None


def _no_encoding() -> InputError:
    return InputError("the encoding of the text cannot be told", hint="Save it as UTF-8.")
