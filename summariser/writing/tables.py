"""A ledger's results as files: streamed, whatever their number."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TextIO

from pydantic_core import to_json

from summariser.errors import ConfigurationError
from summariser.writing.columns import (
    Json,
    Kind,
    List,
    Struct,
    Table,
    event_rows,
    events_table,
    evidence_rows,
    evidence_table,
)
from summariser.writing.exporters import harmless

Row = dict[str, Any]
# Rows of a Parquet row group: large enough to compress well, small enough for little memory.
_GROUP = 2_000


def write_events(
    results: Iterable[tuple[str, dict[str, Any]]], schema: dict[str, Any], form: str, out: TextIO
) -> int:
    """The table of records alone, as text. How many they are."""
    sink = _TEXT_SINKS[form](events_table(schema), out)
    count = 0
    for source, summary in results:
        for row in event_rows(source, summary):
            sink.add(row)
            count += 1
    return count


def write_tables(
    results: Iterable[tuple[str, dict[str, Any]]], schema: dict[str, Any], form: str, path: Path
) -> dict[Path, int]:
    """The table of records, and beside it that of their evidence. Each file with its number of rows; both are
    moved into place when they are whole."""
    beside = path.with_name(f"{path.stem}.evidence{path.suffix}")
    counts = {path: 0, beside: 0}
    with ExitStack() as stack:
        records = stack.enter_context(_File(events_table(schema), form, path))
        evidence = stack.enter_context(_File(evidence_table(), form, beside))
        for source, summary in results:
            for row in evidence_rows(summary):
                evidence.sink.add(row)
                counts[beside] += 1
            for row in event_rows(source, summary):
                records.sink.add(row)
                counts[path] += 1
    return counts


class _File:
    """A table's file under another name until it is whole."""

    def __init__(self, table: Table, form: str, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.tmp")
        try:
            self._stream = (
                self._unfinished.open("w", encoding="utf-8", newline="") if form in _TEXT_SINKS else None
            )
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
        self.sink = (
            _TEXT_SINKS[form](table, self._stream) if self._stream else _Parquet(table, self._unfinished)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.sink.close()
        if self._stream:
            self._stream.close()
        if kind is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink(missing_ok=True)


class _Sink(ABC):
    @abstractmethod
    def add(self, row: Row) -> None: ...

    def close(self) -> None:  # noqa: B027  most keep nothing back
        """Write what was kept back."""


class _Jsonl(_Sink):
    """Nested columns as they are."""

    def __init__(self, table: Table, out: TextIO) -> None:
        self._columns, self._out = table.columns, out

    def add(self, row: Row) -> None:
        self._out.write(to_json({name: row.get(name) for name in self._columns}).decode() + "\n")


class _Csv(_Sink):
    """Nested columns as JSON, empty cells for what is not there."""

    def __init__(self, table: Table, out: TextIO) -> None:
        self._columns = table.columns
        self._writer = csv.writer(out, lineterminator="\n")
        self._writer.writerow(table.columns)

    def add(self, row: Row) -> None:
        self._writer.writerow([_cell(row.get(name), kind) for name, kind in self._columns.items()])


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return ""
    if isinstance(kind, List | Struct | Json):
        return json.dumps(value, ensure_ascii=False)
    return harmless(value) if isinstance(value, str) else value


class _Parquet(_Sink):
    """Nested columns as lists and structs."""

    def __init__(self, table: Table, path: Path) -> None:
        try:
            import pyarrow.parquet as pq

            from summariser.writing import arrow
        except ImportError:
            raise ConfigurationError(
                "Parquet needs the package pyarrow", hint="pip install 'structured-summariser[parquet]'"
            ) from None
        self._table, self._made = table, arrow.table_of
        try:
            self._writer = pq.ParquetWriter(path, arrow.schema_of(table), compression="zstd")
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) == _GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._made(self._table, self._rows))
            self._rows = []


_TEXT_SINKS: dict[str, Any] = {"jsonl": _Jsonl, "csv": _Csv}
