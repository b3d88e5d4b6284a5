"""A table in Arrow: nested columns as lists and structs, and what has no one form as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from summariser.writing.columns import Boolean, Integer, Json, Kind, List, Number, Struct, Table


def schema_of(table: Table) -> pa.Schema:
    return pa.schema([(name, _type(kind)) for name, kind in table.columns.items()])


def table_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The same schema whatever the rows hold; a column that a row does not have is null there."""
    columns = [
        pa.array([_packed(row.get(name), kind) for row in rows], _type(kind))
        for name, kind in table.columns.items()
    ]
    return pa.Table.from_arrays(columns, schema=schema_of(table))


def _packed(value: Any, kind: Kind) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(kind, Json) and value is not None else value


def _type(kind: Kind) -> pa.DataType:
    match kind:
        case List(of):
            return pa.list_(_type(of))
        case Struct(fields):
            return pa.struct([(name, _type(each)) for name, each in fields.items()])
        case Number():
            return pa.float64()
        case Integer():
            return pa.int64()
        case Boolean():
            return pa.bool_()
    return pa.string()
