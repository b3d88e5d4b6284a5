"""Fixtures: an article, what is known of it, and its labels; one folder each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from summariser import Article, InputError, SummariserError
from summariser.schemas import Part

from .gold import Gold, faults
from .signing import fingerprint

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
RECORDINGS = HERE / "recordings"
BASELINE = HERE / "baseline.json"

Half = Literal["dev", "test"]


class Meta(Part):
    """What a reader of the article would know beside its text."""

    published: date
    outlet: str = Field(min_length=1)
    language: str = Field(min_length=2)
    shape: str = Field(min_length=1)
    half: Half
    """`dev` is looked at while prompts are improved, `test` only at the end."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    slug: str
    meta: Meta
    article: Article
    gold: Gold
    labellings: tuple[Gold, ...]
    """Two independent labellings that `gold` was adjudicated from, or none."""

    def fingerprint(self) -> str:
        """Of everything that a score depends on."""
        events = [each.model_dump(mode="json", exclude={"note"}) for each in self.gold.events]
        about = [self.article.text, str(self.article.published), self.article.outlet, self.article.language]
        return fingerprint("fixture", [about, events])


def load(folder: Path = FIXTURES, half: Half | None = None) -> list[Fixture]:
    """All fixtures in the order of their names. Raises `InputError` with a line for whatever is wrong."""
    folders = _folders(folder)
    fixtures = [_load(each) for each in folders]
    return [each for each in fixtures if half in (None, each.meta.half)]


def check(folder: Path = FIXTURES) -> Iterator[tuple[str, list[str]]]:
    """Name of each fixture and what is wrong with it."""
    for each in _folders(folder):
        try:
            fixture = _load(each)
        except SummariserError as error:
            yield each.name, str(error).splitlines()
            continue
        wrong = list(faults(fixture.gold, fixture.article))
        for name, labelling in zip(("first", "second"), fixture.labellings, strict=False):
            wrong += [f"labels/{name}.json, {fault}" for fault in faults(labelling, fixture.article)]
        yield each.name, wrong


def read_gold(path: Path) -> Gold:
    """Raises `InputError` with a line for each thing that breaks the contract."""
    try:
        return Gold.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        raise InputError("\n".join(f"{path}: {line}" for line in _lines(error))) from None


def _folders(folder: Path) -> list[Path]:
    found = sorted(each.parent for each in folder.glob("*/meta.json"))
    if not found:
        raise InputError(
            f"{folder}: holds no fixtures",
            hint="A fixture is a folder with article.txt or article.html, meta.json and gold.json.",
        )
    return found


def _load(folder: Path) -> Fixture:
    try:
        meta = Meta.model_validate_json((folder / "meta.json").read_bytes())
    except ValidationError as error:
        raise InputError("\n".join(f"{folder / 'meta.json'}: {line}" for line in _lines(error))) from None
    labellings = [folder / "labels" / name for name in ("first.json", "second.json")]
    return Fixture(
        slug=folder.name,
        meta=meta,
        article=_article(folder, meta),
        gold=read_gold(folder / "gold.json"),
        labellings=tuple(read_gold(path) for path in labellings if path.exists()),
    )


def _article(folder: Path, meta: Meta) -> Article:
    """What the page says of itself stands, as it does for users; the rest is filled in."""
    page = folder / "article.html"
    article = Article.from_path(page if page.exists() else folder / "article.txt")
    return replace(
        article,
        published=article.published or meta.published,
        outlet=article.outlet or meta.outlet,
        language=article.language or meta.language,
    )


def _lines(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False, include_input=False):
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in each["loc"])
        yield f"{path.lstrip('.') or 'the file'}: {each['msg']}"


def gold_schema() -> dict[str, Any]:
    """The JSON schema of gold.json, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Gold.model_json_schema()}


def write_schema(path: Path) -> None:
    path.write_text(json.dumps(gold_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")
