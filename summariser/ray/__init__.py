"""Past one machine: a stage of a Ray Data pipeline.

It runs as many actors as are asked for, one for each node with CPUs unless told otherwise. Each has one client,
and `in_flight` articles at most on their way; `rpm` and `tpm` of the settings are those of all actors together. An
actor waits for the network nearly all its time, so it takes no CPU of those that Ray counts: it starts, and starts
anew after a node was lost, however full the cluster is.

The package must be installed on every node, and so must a module of your own event types and a folder of prompts.
The key goes to the actors with the settings. What would fail every article alike (a wrong key, a refused
connection) ends the job.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summariser.errors import ConfigurationError
from summariser.schemas import ConflictEvent, Event
from summariser.settings import Settings

try:
    import ray
    from ray.data import ActorPoolStrategy, Dataset
except ImportError:
    raise ConfigurationError(
        "summariser.ray needs the package ray", hint="pip install 'structured-summariser[ray]'"
    ) from None

from summariser.ray.asking import Asker, Way
from summariser.ray.folder import Folder
from summariser.ray.parts import Extracted, written

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Extracted", "extract", "extract_into"]


def extract(
    dataset: Dataset,
    settings: Settings,
    *,
    schema: type[Event] = ConflictEvent,
    in_flight: int = 64,
    actors: int | None = None,
) -> Dataset:
    """A dataset of articles → a dataset of records, one a row; `summariser.ray.rows` has the columns.

    The input has a column `text` and, if there are, `title`, `published` (text or a date), `url`, `outlet`,
    `language` and `source`, as the lines of a JSONL feed. Every row of it gives at least one: its records, what
    was rejected, that there is nothing, or why it failed. The schema is fixed.

    The dataset is lazy, and whatever executes it asks anew, `count()` and `schema()` as well: write it, or
    `materialize()` it. A node that is lost costs the answers that it held, `in_flight` articles at a time. A text
    that comes twice is asked about twice; `extract_into` knows it.
    """
    way = Way(settings, schema, in_flight, actors or _workers())
    return _staged(dataset, Asker, [way], way, in_flight)


def extract_into(
    dataset: Dataset,
    settings: Settings,
    path: str | Path,
    *,
    schema: type[Event] = ConflictEvent,
    in_flight: int = 64,
    actors: int | None = None,
    articles_per_part: int = 256,
    filesystem: FileSystem | None = None,
) -> Extracted:
    """As `extract`, into a folder of Parquet files; the same call goes on where one was stopped, however it ended.

    Every `articles_per_part` articles make a file, which its actor moves into place when it is whole: what is
    there is never asked again, nor is a text that comes twice. A kill costs the parts that were under way, two or
    three in an actor; a failed article is a row and counts as done. `path` is a folder that all nodes reach, or an
    address that Arrow knows (`s3://…`). Memory grows with the number of articles, by about 0.2 kB each, on the
    node of the caller. Two calls at a time on one path are refused: the second one takes over.

    Raises an error that `ends_run`, also where the folder holds what was asked for in another way.
    """
    way = Way(settings, schema, in_flight, actors or _workers())
    folder = Folder.at(path, filesystem)
    return written(
        folder, way, lambda stage, arguments: _staged(dataset, stage, arguments, way, articles_per_part)
    )


def _staged(dataset: Dataset, stage: Any, arguments: list[Any], way: Way, rows: int) -> Dataset:
    """Each batch a block of its own, which makes it the unit of what Ray does again when a node is lost.

    Its rows are one block, too: were they several, one of which is lost, then a second answer to the same articles
    could put a record into both, or into none.
    """
    return dataset.repartition(target_num_rows_per_block=rows, strict=True).map_batches(
        stage,
        batch_size=None,
        batch_format="pyarrow",
        fn_constructor_args=arguments,
        # One batch's last articles are no reason for room to stand empty: the next ones are begun.
        compute=ActorPoolStrategy(
            size=way.actors, max_concurrent_calls_per_actor=2 + ceil(way.in_flight / rows)
        ),
        num_cpus=0,
        label_selector=_not_on([node["NodeID"] for node in _nodes() if not _has_cpus(node)]),
    )


def _workers() -> int:
    return sum(map(_has_cpus, _nodes()))


def _nodes() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [node for node in nodes if node["Alive"]]


def _has_cpus(node: dict[str, Any]) -> bool:
    return bool(node["Resources"].get("CPU"))


def _not_on(nodes: list[str]) -> dict[str, str] | None:
    """A node without CPUs is meant to do no work; that an actor takes none does not make it a place for one."""
    return {"ray.io/node-id": f"!in({','.join(nodes)})"} if nodes else None
