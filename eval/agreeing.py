"""Two labellings of the same articles, scored against each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summariser import InputError

from .fixtures import Fixture, read_gold
from .records import from_gold
from .scoring import Score, score


def agreement(first: Path, second: Path, fixtures: Sequence[Fixture]) -> dict[str, Score]:
    """By the name of the fixture, `first` taken as gold. Raises `InputError` where nothing is in both."""
    by_slug = {each.slug: each for each in fixtures}
    scores = {}
    for slug, one, other in _pairs(first, second):
        if slug not in by_slug:
            raise InputError(f"{one}: {slug!r} is the name of no fixture, and its article is needed")
        article = by_slug[slug].article
        scores[slug] = score(*(from_gold(read_gold(path).events, article) for path in (one, other)))
    return scores


def _pairs(first: Path, second: Path) -> list[tuple[str, Path, Path]]:
    """A file stands in, or below, the folder that has the fixture's name."""
    if first.is_file() and second.is_file():
        return [(_slug(first), first, second)]
    pairs = []
    for one in sorted(first.rglob("*.json")):
        other = second / one.relative_to(first)
        if one.name != "meta.json" and other.exists():
            pairs.append((_slug(one), one, other))
    if not pairs:
        raise InputError(
            f"{first} and {second} have no labels in common",
            hint="Give two files, or two folders that hold NAME.json or NAME/gold.json for the same names.",
        )
    return pairs


def _slug(path: Path) -> str:
    folders = [each.name for each in path.parents if each.name not in ("labels", "")]
    return folders[0] if path.stem in ("gold", "first", "second") else path.stem
