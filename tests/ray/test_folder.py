from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summariser.errors import ConfigurationError

pytest.importorskip("ray", reason="ray is not installed")
pa = pytest.importorskip("pyarrow")

WAY = {"parameters": {"model": "m"}, "prompt": "1"}


def folder(path: Path) -> Any:
    from summariser.ray.folder import Folder

    return Folder.at(path, None)


def rows(*identities: str) -> Any:
    return pa.table({"article_id": identities})


def test_parts_of_all_runs_are_known(tmp_path: Path) -> None:
    opened = folder(tmp_path / "new" / "records")
    opened.put("one", rows("a", "a", "b"), opened.begin(WAY))
    opened.put("two", rows("c"), opened.begin(WAY))
    assert sorted(opened.identities()) == ["a", "b", "c"]
    assert opened.part("one").to_pydict() == {"article_id": ["a", "a", "b"]}
    assert opened.part("three") is None


def test_a_run_that_was_taken_over_puts_nothing_down(tmp_path: Path) -> None:
    opened = folder(tmp_path)
    old = opened.begin(WAY)
    new = opened.begin(WAY)
    with pytest.raises(ConfigurationError, match="another call goes on with"):
        opened.put("one", rows("a"), old)
    opened.put("two", rows("a"), new)
    assert {path.name for path in tmp_path.iterdir()} == {"_run.json", "two.parquet"}


def test_what_was_left_unfinished_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "_one.0.tmp").write_bytes(b"PAR1")
    opened = folder(tmp_path)
    opened.begin(WAY)
    assert list(opened.identities()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"_run.json"}


def test_what_was_asked_in_another_way_stays_alone(tmp_path: Path) -> None:
    folder(tmp_path).begin(WAY)
    with pytest.raises(ConfigurationError, match=r"asked for in another way \(of m\)"):
        folder(tmp_path).begin({**WAY, "prompt": "2"})


@pytest.mark.parametrize(
    ("path", "message"), [("/dev/null/records", "cannot be written"), ("nowhere://records", "nowhere")]
)
def test_a_place_that_cannot_be_written(path: str, message: str) -> None:
    from summariser.ray.folder import Folder

    with pytest.raises(ConfigurationError, match=message):
        Folder.at(path, None).begin(WAY)


def test_a_filesystem_of_arrow_takes_the_place_of_an_address(tmp_path: Path) -> None:
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    from summariser.ray.folder import Folder

    opened = Folder.at("records", SubTreeFileSystem(str(tmp_path), LocalFileSystem()))
    opened.put("one", rows("a"), opened.begin(WAY))
    assert (tmp_path / "records" / "one.parquet").is_file()
