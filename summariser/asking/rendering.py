"""Requests from templates: the words that the model reads are in prompts/, and the article goes in as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from summariser.errors import ConfigurationError
from summariser.schemas import Event, Ontology
from summariser.values import Chunk, Fault, Request, digest

_PACKAGE = Path(str(files("summariser")))
# inside the package in a wheel, beside it in a checkout
_SHIPPED = next(path for path in (_PACKAGE / "prompts", _PACKAGE.parent / "prompts") if path.is_dir())


class Prompts:
    """The templates, for one ontology: the system message is rendered once."""

    def __init__(self, ontology: Ontology[Any], folder: Path | None = None, *, passes: int = 1) -> None:
        folders = [folder, _SHIPPED] if folder else [_SHIPPED]
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            autoescape=False,  # noqa: S701  the messages are text; nothing in them is ever read as markup
        )
        # The template engine's own filter writes every letter beyond ASCII as an escape.
        self._environment.filters["quoted"] = partial(json.dumps, ensure_ascii=False)
        self.system = self._render("system", ontology=ontology).strip()
        templates = ["article", "reask", *(["missed"] if passes > 1 else ())]
        self.fingerprint = digest("prompt", [self.system, *map(self._source, templates)])

    def request(self, chunk: Chunk) -> Request:
        """Fixed words first, the article last, so that a provider's prefix cache works."""
        return self._about(chunk, "article")

    def missed(self, chunk: Chunk, events: Sequence[Event]) -> Request:
        """Asks for what is missing among these records. It begins as the first request did, for the same reason."""
        return self._about(chunk, "missed", events=events)

    def reask(self, faults: Sequence[Fault]) -> str:
        return self._render("reask", faults=faults)

    def _about(self, chunk: Chunk, template: str, **values: Any) -> Request:
        article, text = chunk.article, chunk.text
        published = article.published
        user = self._render(
            template,
            article=article,
            chunk=chunk,
            text=text,
            mark=_mark(text),
            monday=published - timedelta(days=published.weekday()) if published else None,
            **values,
        )
        return Request(
            article.id, ({"role": "system", "content": self.system}, {"role": "user", "content": user})
        )

    def _render(self, name: str, **values: Any) -> str:
        try:
            return self._environment.get_template(f"{name}.j2").render(**values)
        except TemplateError as error:
            line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
            raise ConfigurationError(f"prompt {name}.j2{line}: {error.message}") from error

    def _source(self, name: str) -> str:
        loader = self._environment.loader
        assert loader is not None
        return loader.get_source(self._environment, f"{name}.j2")[0]


def _mark(text: str) -> str:
    """A word that the text does not hold, so that nothing in the text can end its block."""
    seed = text
    while True:
        mark = hashlib.sha256(seed.encode()).hexdigest()[:12]
        if mark not in text:
            return mark
        seed = mark + seed
