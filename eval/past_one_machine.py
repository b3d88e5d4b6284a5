"""What Ray costs: the same articles through one process, and through Ray on the same cores."""

from __future__ import annotations

import json
import logging
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ARTICLES = 6_000
ROUNDS = 3
IN_FLIGHT = 64
_TICK = os.sysconf("SC_CLK_TCK")
_PLAIN = "one process"


class Spent(NamedTuple):
    seconds: float
    cpu: float


def side_by_side(url: str, text: str) -> None:
    """`url` is of a server that runs already in a process of its own, whose CPU is not counted."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
    import ray

    meter = Meter()
    with TemporaryDirectory() as name:
        folder = Path(name)
        feed, single = _feed(folder, text, ARTICLES), _feed(folder, text, 1)
        begun = time.perf_counter()
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
        started = time.perf_counter() - begun
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        job = statistics.median(_by_ray(meter, url, single, 1).seconds for _ in range(ROUNDS))
        rounds = [
            {
                _PLAIN: _plain(meter, url, feed),
                "Ray, one actor": _by_ray(meter, url, feed, 1),
                "Ray, two actors": _by_ray(meter, url, feed, 2),
            }
            for _ in range(ROUNDS)
        ]
        ray.shutdown()
    print(f"Ray, {ARTICLES:,} articles, {IN_FLIGHT} in flight in all, medians of {ROUNDS}")
    print(f"  start of Ray {started:.1f} s, not counted; a job of one article {job:.1f} s")
    for way in rounds[0]:
        seconds, cpu = (statistics.median(each[way][of] for each in rounds) for of in (0, 1))
        time_ratio, cpu_ratio = (
            statistics.median(each[way][of] / each[_PLAIN][of] for each in rounds) for of in (0, 1)
        )
        print(
            f"  {way:<18}{seconds:6.1f} s, {cpu / ARTICLES * 1000:5.2f} ms of CPU an article; "
            f"ratio, time {time_ratio:5.2f}, CPU {cpu_ratio:5.2f}"
        )


def _feed(folder: Path, text: str, count: int) -> Path:
    path = folder / f"{count}.jsonl"
    with path.open("w") as out:
        for n in range(count):
            out.write(json.dumps({"text": f"{text}\n{n}", "published": "2025-05-09"}) + "\n")
    return path


def _plain(meter: Meter, url: str, feed: Path) -> Spent:
    from summariser import Settings, Summariser
    from summariser.batching.running import Job, run

    with TemporaryDirectory() as folder, meter.running() as spent:
        job = Job(Summariser(settings=Settings(base_url=url, model="m")), [str(feed)], in_flight=IN_FLIGHT)
        ended = run(job, Path(folder) / "run.sqlite")
    assert ended.counts.done == int(feed.stem)
    return spent()


def _by_ray(meter: Meter, url: str, feed: Path, actors: int) -> Spent:
    import ray

    from summariser import Settings
    from summariser.ray import extract_into

    with TemporaryDirectory() as folder, meter.running() as spent:
        articles = ray.data.read_json(str(feed), lines=True)
        settings = Settings(base_url=url, model="m")
        done = extract_into(articles, settings, folder, in_flight=IN_FLIGHT // actors, actors=actors)
    assert (done.articles, done.failed) == (int(feed.stem), 0)
    return spent()


class Meter:
    """Of this process and those that come from it, but for those that are there already."""

    def __init__(self) -> None:
        self._others = {process for process, _, _ in _processes()} - {os.getpid()}

    @contextmanager
    def running(self) -> Iterator[Callable[[], Spent]]:
        """Yields what tells afterwards what was spent. Looks again and again: one that has ended tells nothing."""
        before, begun, last, ended = self._cpu(), time.perf_counter(), {}, threading.Event()

        def look() -> None:
            while not ended.wait(0.1):
                last.update(self._cpu())

        looking = threading.Thread(target=look)
        looking.start()
        seconds = 0.0
        try:
            yield lambda: Spent(seconds, sum(cpu - before.get(process, 0) for process, cpu in last.items()))
        finally:
            seconds = time.perf_counter() - begun
            ended.set()
            looking.join()
            last.update(self._cpu())

    def _cpu(self) -> dict[int, float]:
        parents = {process: (parent, cpu) for process, parent, cpu in _processes()}
        mine = {os.getpid()}
        while more := {each for each, (parent, _) in parents.items() if parent in mine} - mine - self._others:
            mine |= more
        return {process: parents[process][1] for process in mine}


def _processes() -> Iterator[tuple[int, int, float]]:
    """Each process with its parent, and the seconds of CPU that it has taken; of Linux."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        yield int(folder.name), int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICK
