"""Two labellings of the same articles, scored against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from summariser import InputError

from .fixtures import Fixture, read_gold
from .gold import Gold
from .records import from_gold
from .scoring import Score, score


def agreement(fixtures: Sequence[Fixture], labellings: tuple[Path, Path] | None = None) -> dict[str, Score]:
    """By the name of the fixture, the first labelling taken as gold; without paths, those kept with the fixtures.

    A labelling is a file that lies in the folder of its fixture, or a folder that holds NAME.json or
    NAME/gold.json. Raises `InputError` where nothing is in both.
    """
    scores = {}
    for fixture, first, second in _pairs(fixtures, labellings):
        scores[fixture.slug] = score(*(from_gold(each.events, fixture.article) for each in (first, second)))
    if not scores:
        raise InputError(
            "there are no two labellings of one fixture",
            hint="Give two files in a fixture's folder, or two folders with NAME.json or NAME/gold.json in both.",
        )
    return scores


def _pairs(
    fixtures: Sequence[Fixture], labellings: tuple[Path, Path] | None
) -> Iterator[tuple[Fixture, Gold, Gold]]:
    for fixture in fixtures:
        if labellings is None:
            if len(fixture.labellings) == 2:
                yield fixture, *fixture.labellings
        else:
            first, second = (_labels_of(fixture.slug, path) for path in labellings)
            if first and second:
                yield fixture, read_gold(first), read_gold(second)


def _labels_of(slug: str, path: Path) -> Path | None:
    if path.is_file():
        return path if slug in path.resolve().parts else None
    candidates = (path / f"{slug}.json", path / slug / "gold.json")
    return next((each for each in candidates if each.is_file()), None)
