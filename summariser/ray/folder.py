"""A folder of Parquet files, each put down whole, by one run at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileSystem, FileType

from summariser.errors import ConfigurationError
from summariser.values import digest

_RUN = "_run.json"


@dataclass(frozen=True)
class Folder:
    """What is no part has a name that begins with an underscore, which readers of Parquet folders pass over."""

    filesystem: FileSystem
    root: str

    @classmethod
    def at(cls, path: str | Path, filesystem: FileSystem | None) -> Self:
        if filesystem is not None:
            return cls(filesystem, str(path))
        address = str(path)
        try:
            return cls(*FileSystem.from_uri(address if "://" in address else str(Path(path).absolute())))
        except (pa.ArrowInvalid, OSError) as error:
            raise ConfigurationError(f"{path}: {error}") from None

    def begin(self, configuration: dict[str, Any]) -> str:
        """The name of a new run, which from now on is the only one that may put parts down."""
        asked, model = digest("configuration", configuration), configuration["parameters"]["model"]
        try:
            self.filesystem.create_dir(self.root, recursive=True)
            held = self._run()
            if held and held["configuration"] != asked:
                raise ConfigurationError(
                    f"{self.root} holds what was asked for in another way (of {held['model']})",
                    hint="Give the same model, schema and settings, or another path.",
                )
            for path in self._paths("_", ".tmp"):
                self.filesystem.delete_file(path)
            name = uuid4().hex
            with self.filesystem.open_output_stream(f"{self.root}/{_RUN}") as out:
                out.write(json.dumps({"run": name, "configuration": asked, "model": model}).encode())
        except OSError as error:
            raise ConfigurationError(f"{self.root}: cannot be written ({error})") from None
        return name

    def identities(self) -> Iterator[str]:
        """Of all articles whose rows are there."""
        for path in self._paths("", ".parquet"):
            column = pq.read_table(path, columns=["article_id"], filesystem=self.filesystem)["article_id"]
            yield from column.unique().to_pylist()

    def part(self, name: str) -> pa.Table | None:
        path = self._path(name)
        if self.filesystem.get_file_info(path).type is FileType.NotFound:
            return None
        return pq.read_table(path, filesystem=self.filesystem)

    def put(self, name: str, rows: pa.Table, run: str) -> None:
        """Raises `ConfigurationError` where another run has begun since: it may be asking about the same."""
        unfinished = f"{self.root}/_{name}.{uuid4().hex}.tmp"
        pq.write_table(rows, unfinished, filesystem=self.filesystem, compression="zstd")
        if self._run().get("run") != run:
            self.filesystem.delete_file(unfinished)
            raise ConfigurationError(f"another call goes on with {self.root}")
        self.filesystem.move(unfinished, self._path(name))

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}.parquet"

    def _run(self) -> dict[str, str]:
        try:
            with self.filesystem.open_input_stream(f"{self.root}/{_RUN}") as stream:
                held: dict[str, str] = json.loads(stream.read())
        except FileNotFoundError:
            return {}
        return held

    def _paths(self, first: str, last: str) -> Iterator[str]:
        for each in self.filesystem.get_file_info(FileSelector(self.root)):
            if each.base_name.startswith(first) and each.base_name.endswith(last):
                yield each.path
