"""What is named as a source → the files, feeds and addresses in it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path

from summariser.errors import InputError, LeftOut
from summariser.reading.files import is_feed_name, is_page_name, plain_name

_TEXT_NAMES = (".txt", ".text", ".md")
_KINDS = "A folder gives its .txt, .md, .html and .jsonl files, also packed as .gz or .zst; name others one by one."
# With every scheme, so that ftp://… is refused as a URL, and not missed as a file.
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(source: str | Path) -> bool:
    return isinstance(source, str) and _URL.match(source) is not None


def expanded(source: str | Path) -> Iterator[str | Path | InputError]:
    """The source itself, or what a folder or a pattern holds, in the order of the names."""
    if is_url(source) or str(source) == "-" or "\0" in str(source):
        yield source
    elif Path(source).is_dir():
        yield from _in_folder(Path(source))
    elif has_magic(str(source)) and not Path(source).exists():
        found = sorted(glob(str(source), recursive=True))  # noqa: PTH207  Path.glob takes no absolute pattern
        if not found:
            yield InputError(
                "no file fits the pattern", hint="Quote it, so that the shell leaves it as it is."
            )
        for each in found:
            yield from _in_folder(Path(each)) if Path(each).is_dir() else [each]
    else:
        yield source


def _in_folder(folder: Path) -> Iterator[str | Path | InputError]:
    others: Counter[str] = Counter()
    found = False
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            if is_feed_name(name) or is_page_name(name) or plain_name(name).suffix.lower() in _TEXT_NAMES:
                found = True
                yield Path(path, name)
            else:
                others[Path(name).suffix.lower() or "no suffix"] += 1
    if not found:
        yield InputError("is a directory without a text, page or feed in it", hint=_KINDS)
    elif others:
        kinds = ", ".join(f"{count} of {kind}" for kind, count in others.most_common(5))
        yield LeftOut(f"{others.total()} files of other kinds left out ({kinds})", hint=_KINDS)
