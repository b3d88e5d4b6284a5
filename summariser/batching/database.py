"""The file of a ledger: made, opened, checked, and its faults told in one line."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from summariser.errors import LedgerError

_APPLICATION = 0x53554D4D
_VERSION = 1
# Seconds for which another process may hold the file: its groups are small.
_PATIENCE = 60


def for_writing(path: Path) -> sqlite3.Connection:
    """Made where there is none. Raises `LedgerError`."""
    with told(path):
        db = _connected(path, "rwc")
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _check(db, path)  # before anything is written to a file that may be somebody else's
        # Committed groups outlast a loss of power; readers never wait for the writer.
        _write_ahead(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA cache_size = -32768")
        with transaction(db):
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                _make(db)
        return db


def for_reading(path: Path) -> sqlite3.Connection:
    """The file must be there. Raises `LedgerError`."""
    if not path.is_file():
        raise LedgerError(f"{path}: no such ledger", hint="summariser batch … --into FILE makes one.")
    with told(path):
        db = _connected(path, "rw")
        db.execute("PRAGMA query_only = ON")
        _check(db, path)
        return db


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    # One connection is handed from thread to thread, but is never used by two at once.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )


def _write_ahead(db: sqlite3.Connection) -> None:
    """Where two open a new file at once, one has to wait, and here SQLite does not do that by itself."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _make(db: sqlite3.Connection) -> None:
    script = files("summariser.batching").joinpath("ledger.sql").read_text("utf-8")
    for statement in _statements(script):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {_APPLICATION}")
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise LedgerError(
            f"{path}: an SQLite file, but no ledger", hint="Name another file; this one is left as it is."
        )
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != _VERSION:
        raise LedgerError(
            f"{path}: a ledger of form {version}; this version of summariser knows form {_VERSION}",
            hint="Go on with the version of summariser that made it.",
        )


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {error}", hint=_hint(error)) from error


def _hint(error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text:
        return "Name another file; this one is left as it is."
    if "unable to open" in text:
        return "Its folder must be there, and may be written to."
    if "locked" in text:
        return "Another program keeps the file; close it and run the same command again."
    return "What was committed before is kept: make room, or mend the folder, and run the same command again."
