"""The rows of an article: its records, what of its answer was not vouched for, or why there is none.

The columns are those of the exported table of records, and these:

- `outcome`: `record`; `rejected`, a part of the answer that was not vouched for; `none`, an article that is done
  and gave neither; `failed`, an article that gave no usable answer, or a row that is no article.
- `rejected` and `failure`: the reasons, where it is one of these; `content` is JSON.
- `prompt_tokens`, `cached_tokens`, `completion_tokens`, `tries`: of the whole article, on its first row only, so
  that they can be summed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from summariser.errors import ConfigurationError, SummariserError
from summariser.schemas import Summary
from summariser.values import Article
from summariser.writing.columns import (
    Integer,
    Kind,
    List,
    Schema,
    Struct,
    Table,
    Text,
    article_row,
    event_rows,
    events_table,
)

Row = dict[str, Any]

_MORE: dict[str, Kind] = {
    "outcome": Text(),
    "rejected": Struct(
        {
            "what": Text(),
            "number": Integer(),
            "reasons": List(Text()),
            "content": Text(),
            "request": Text(),
        }
    ),
    "failure": Struct({"error": Text(), "message": Text(), "hint": Text()}),
    "prompt_tokens": Integer(),
    "cached_tokens": Integer(),
    "completion_tokens": Integer(),
    "tries": Integer(),
}


def outcomes_table(summary_schema: Schema) -> Table:
    columns = events_table(summary_schema).columns
    if taken := columns.keys() & _MORE.keys():
        raise ConfigurationError(f"the schema's field {min(taken)} has the name of a column")
    return Table("outcomes", {**columns, **_MORE})


def summary_rows(source: str | None, summary: Summary[Any]) -> list[Row]:
    whole = summary.model_dump(mode="json")
    shared = article_row(source, whole)
    rows = [{**row, "outcome": "record"} for row in event_rows(source, whole)]
    rows += [{**shared, "outcome": "rejected", "rejected": each} for each in _rejected(whole)]
    rows = rows or [{**shared, "outcome": "none"}]
    rows[0] |= whole["provenance"]["usage"]
    return rows


def _rejected(whole: dict[str, Any]) -> Iterator[Row]:
    for each in whole["rejected"]:
        yield {**each, "content": json.dumps(each["content"], ensure_ascii=False)}


def failure_row(source: str | None, identity: str, article: Article | None, error: SummariserError) -> Row:
    row: Row = {"article_id": identity, "source": source, "outcome": "failed"}
    row["failure"] = {"error": type(error).__name__, "message": str(error), "hint": error.hint}
    if article:
        row |= {name: getattr(article, name) for name in ("outlet", "url", "language")}
        row["article_title"] = article.title
        row["published"] = article.published and article.published.isoformat()
    return row | (asdict(error.usage) if error.usage else {})
