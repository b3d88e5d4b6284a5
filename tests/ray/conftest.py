"""A Ray cluster on this machine: a head without CPUs, where the caller is, and two nodes with one each."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

# Nothing is sent home, and no token is kept at home.
_ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
# A node that was killed is given up within two seconds, not ten.
_HEALTH = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 500,
    "health_check_failure_threshold": 3,
}
_STORE = 80 * 2**20


@pytest.fixture(scope="module")
def _head() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="ray is not installed")
    from ray.cluster_utils import Cluster

    # A folder with a short name: there is little room in the name of a socket.
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, value in _ENVIRONMENT.items():
            patch.setenv(name, value)
        # Where it notes its address; it does not make the folder.
        patch.setenv("RAY_TMPDIR", folder)
        (Path(folder) / "ray").mkdir()
        made = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "include_dashboard": False,
                "object_store_memory": _STORE,
                "temp_dir": folder,
                "_system_config": _HEALTH,
            },
        )
        try:
            ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
            ray.data.DataContext.get_current().enable_progress_bars = False
            yield made
        finally:
            ray.shutdown()
            made.shutdown()  # type: ignore[no-untyped-call]


@pytest.fixture
def cluster(_head: Any) -> Any:
    """With two nodes that live, whatever the test before did."""
    for _ in range(2 - sum(1 for node in _head.worker_nodes if _lives(node))):
        _head.add_node(num_cpus=1, object_store_memory=_STORE)
    return _head


def kill_a_node(cluster: Any) -> None:
    """SIGKILL for a node that has an actor of the stage, and for all that it runs."""
    raylets = [_raylet(node) for node in cluster.worker_nodes if _lives(node)]
    killed = next(each for each in raylets if any(map(_is_stage, _children(each))))
    for process in (killed, *_children(killed)):
        os.kill(process, signal.SIGKILL)


def _lives(node: Any) -> bool:
    (raylet,) = node.all_processes["raylet"]
    return raylet.process.poll() is None


def _raylet(node: Any) -> int:
    (raylet,) = node.all_processes["raylet"]
    return int(raylet.process.pid)


def _is_stage(process: int) -> bool:
    return b"MapWorker" in Path(f"/proc/{process}/cmdline").read_bytes()


def _children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
