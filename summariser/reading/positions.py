"""How far a source has been read, so that reading can go on from there another day."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

_TAIL = 4096


class Position(NamedTuple):
    name: str
    stamp: str = ""
    """Size and time of change of a file when it was opened; empty where there is no going back."""
    line: int = 0
    offset: int = 0
    """Bytes of whole lines; 0 where the source cannot be entered in its middle."""
    tail: str = ""
    whole: bool = False

    def sealed(self) -> Position:
        """With the hash of the bytes before it, by which a grown file is known again."""
        return self._replace(tail=_tail(Path(self.name), self.offset)) if self.offset else self

    def holds_for(self, stamp: str) -> bool:
        """Whether what was read is still there: the file is unchanged, or has grown at its end."""
        if stamp == self.stamp:
            return True
        grown = _size(stamp) > _size(self.stamp) and self.offset > 0
        return grown and _tail(Path(self.name), self.offset) == self.tail


def stamp_of(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size}-{about.st_mtime_ns}"


def _size(stamp: str) -> int:
    return int(stamp.partition("-")[0] or 0)


def _tail(path: Path, offset: int) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, offset - _TAIL))
            return hashlib.sha256(stream.read(min(offset, _TAIL))).hexdigest()[:16]
    except OSError:
        return ""
