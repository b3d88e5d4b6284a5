"""One run of the command over its sources: results as they come, and what became of each article."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from summariser.errors import Pending, SummariserError
from summariser.pipeline import Summariser
from summariser.reading import read_articles
from summariser.values import Article, PendingRequest
from summariser.writing import Failure, Result


class Run:
    """Asks about one article after the other. After `results` is used up, the rest is filled in."""

    def __init__(
        self,
        sources: Sequence[str],
        published: str | None,
        allow_private: bool,
        summariser: Summariser[Any],
    ) -> None:
        self._articles = read_articles(sources, published=published, allow_private=allow_private)
        self._summariser = summariser
        self.done = 0
        self.rejected = 0
        self.failures: list[Failure] = []
        self.pending = 0
        """Articles that wait for answers, to the requests in `waiting`."""
        self.waiting: list[PendingRequest] = []

    def results(self) -> Iterator[Result]:
        """A summary or a failure for each article. What would fail every article alike is raised."""
        for source, article in self._articles:
            if isinstance(article, Article):
                yield self._asked(source, article)
            else:
                yield self._failed(source, article)

    def exit_code(self) -> int:
        """0 where every article gave a summary, else that of the failure with the lowest code."""
        codes = {failure.error.exit_code for failure in self.failures} - {0}
        return min(codes, default=0)

    def _asked(self, source: str, article: Article) -> Result:
        try:
            with _progress(f"{source}: asking"):
                summary = self._summariser.summarise(article)
        except SummariserError as error:
            if error.ends_run:
                raise
            return self._failed(source, error)
        self.done += 1
        self.rejected += len(summary.rejected)
        return summary

    def _failed(self, source: str, error: SummariserError) -> Failure:
        if isinstance(error, Pending):
            self.pending += 1
            self.waiting += error.requests
        failure = Failure(source, error)
        self.failures.append(failure)
        return failure


@contextmanager
def _progress(words: str) -> Iterator[None]:
    """A line on stderr that goes away; where stderr is no terminal there is none."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(words)):
        yield
