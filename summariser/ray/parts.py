"""Parts of a folder, written by the actors that asked.

Ray's own checkpoints (`ray.data.checkpoint`, 2.60) want a column that is unique in the input and stays through all
operators; here an article is known by its text. And rows that are written where they were made need no other node.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import ray
from ray.data import Dataset
from ray.exceptions import RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from summariser.errors import SummariserError
from summariser.ray.asking import Asker, Way, read
from summariser.ray.folder import Folder
from summariser.values import digest

_TOKENS = ("prompt_tokens", "cached_tokens", "completion_tokens", "tries")
_COUNTED = ("articles", "record", "rejected", "none", "failed", *_TOKENS)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a call has put down: articles, rows by their outcome, and what they cost."""

    known: int
    """Articles that were there before."""
    articles: int
    record: int
    rejected: int
    none: int
    failed: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    tries: int


class Claims:
    """Which part each article belongs to: the one that was first to ask for it, also when it is asked anew."""

    def __init__(self, folder: Folder) -> None:
        self._parts = dict.fromkeys(folder.identities(), "")
        self._known = len(self._parts)
        self._ended: SummariserError | None = None

    def known(self) -> int:
        return self._known

    def claim(self, part: str, identities: Iterable[str]) -> set[str]:
        return {each for each in identities if self._parts.setdefault(each, part) == part}

    def end(self, error: SummariserError) -> None:
        self._ended = self._ended or error

    def ended(self) -> SummariserError | None:
        return self._ended


class Writer:
    """As `Asker`, with the rows put down, and their counts in their place.

    A part is named for its run and the articles of its batch. A batch that Ray gives out again, since its actor was
    lost, makes the same part: if that was put down already, nobody is asked.
    """

    def __init__(self, way: Way, folder: Folder, run: str, claims: Any) -> None:
        self._asker = Asker(way)
        self._folder, self._run, self._claims = folder, run, claims

    async def __call__(self, batch: pa.Table) -> pa.Table:
        given = {each.identity: each for each in read(batch)}
        part = digest("part", [self._run, *given])
        rows = await asyncio.to_thread(self._folder.part, part)
        if rows is None:
            mine = await self._claims.claim.remote(part, list(given))
            try:
                rows = await self._asker.asked(each for key, each in given.items() if key in mine)
                if rows.num_rows:
                    await asyncio.to_thread(self._folder.put, part, rows, self._run)
            except SummariserError as error:
                await self._claims.end.remote(error)
                raise
        return _counted(rows)


def _counted(rows: pa.Table) -> pa.Table:
    counts = Counter(rows["outcome"].to_pylist())
    counts["articles"] = len(rows["article_id"].unique())
    for name in _TOKENS:
        counts[name] = sum(filter(None, rows[name].to_pylist()))
    return pa.table({name: pa.array([counts[name]], pa.int64()) for name in _COUNTED})


def written(folder: Folder, way: Way, staged: Callable[[type[Writer], list[Any]], Dataset]) -> Extracted:
    run = folder.begin(way.configuration)
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    claims: Any = ray.remote(Claims).options(num_cpus=0, scheduling_strategy=here).remote(folder)
    counts = Counter({"known": ray.get(claims.known.remote()), **dict.fromkeys(_COUNTED, 0)})
    try:
        for part in staged(Writer, [way, folder, run, claims]).iter_rows():
            counts.update(part)
    except RayTaskError:
        ended: SummariserError | None = ray.get(claims.ended.remote())
        if ended is None:
            raise
        raise ended from None
    return Extracted(**counts)
