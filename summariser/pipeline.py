"""The flow on one page: Article → Request → Response → Summary."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import aclosing
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, Self, overload

from summariser import door
from summariser.asking.cassette import Cassette
from summariser.asking.client import Client
from summariser.asking.rendering import Prompts
from summariser.asking.transport import Recordings
from summariser.checking.judging import Judge, Outcome, Verdict
from summariser.errors import ConfigurationError, SummariserError
from summariser.pool import as_completed
from summariser.schemas import (
    AnyEvent,
    ArticleReference,
    ConflictEvent,
    E,
    Event,
    Ontology,
    Provenance,
    Summary,
    TokenUsage,
    Unsupported,
)
from summariser.settings import Settings
from summariser.values import Article, Response, digest

_VERSION = version("structured-summariser")


class Summariser(Generic[E]):
    """Turns articles into summaries of typed, grounded event records.

    `schema` is an event type of your own, or the base class of several. `record` keeps each exchange with the
    endpoint in a folder; `replay` answers from such a folder and never opens a connection; with `pending`, an
    article without an answer raises `Pending`, which carries the request.

    Without `settings`, they come from `SUMMARISER_…` variables and defaults; a `model` goes before both.
    """

    @overload
    def __init__(
        self: Summariser[AnyEvent],
        model: str | None = ...,
        *,
        settings: Settings | None = ...,
        record: str | Path | None = ...,
        replay: str | Path | Recordings | None = ...,
        pending: bool = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        model: str | None = ...,
        *,
        schema: type[E],
        settings: Settings | None = ...,
        record: str | Path | None = ...,
        replay: str | Path | Recordings | None = ...,
        pending: bool = ...,
    ) -> None: ...
    def __init__(
        self,
        model: str | None = None,
        *,
        schema: type[Event] = ConflictEvent,
        settings: Settings | None = None,
        record: str | Path | None = None,
        replay: str | Path | Recordings | None = None,
        pending: bool = False,
    ) -> None:
        if record and replay:
            raise ConfigurationError("record and replay exclude each other: a replay asks nobody")
        settings = settings or Settings.resolve(model=model)
        if model is not None:
            settings = replace(settings, model=model)
        try:
            self.ontology: Ontology[Any] = Ontology.of(schema)
        except Unsupported as error:
            raise ConfigurationError(f"schema {schema.__name__}: {error}") from None
        self.prompts = Prompts(self.ontology, settings.prompts)
        self._client = Client(
            settings,
            self.ontology.wire,
            self.prompts,
            record=Path(record) if record else None,
            replay=Cassette(Path(replay)) if isinstance(replay, str | Path) else replay,
            offline=pending or replay is not None,
            pending=pending,
        )
        self.endpoint = self._client.endpoint
        self._wire_fingerprint = digest("wire", self.ontology.wire)

    def summarise(self, article: Article) -> Summary[E]:
        """Raises an `AskingError`, a `RecordingError` or `Pending`; an article never fails in silence."""
        return door.run(self.asummarise(article))

    async def asummarise(self, article: Article) -> Summary[E]:
        """As `summarise`, in the running event loop."""
        judge: Judge[Any] = Judge(article, self.ontology)
        response = await self._client.ask(self.prompts.request(article), judge.judge)
        return self._summary(article, response, judge.settle(response.answer))

    async def summarise_many(
        self, articles: Iterable[Article] | AsyncIterable[Article], *, in_flight: int = 64
    ) -> AsyncGenerator[tuple[Article, Summary[E] | SummariserError], None]:
        """Each article with its summary, or with the error in its place, as they are done.

        An article is taken when there is room for it, so that memory does not grow with their number. Raises
        what would fail every article alike: an error that `ends_run`.
        """

        async def one(article: Article) -> Summary[E] | SummariserError:
            try:
                return await self.asummarise(article)
            except SummariserError as error:
                if error.ends_run:
                    raise
                return error

        async with aclosing(as_completed(one, articles, in_flight)) as results:
            async for result in results:
                yield result

    def configuration(self) -> dict[str, Any]:
        """All that a request is made from beside the article, as JSON: the same for two, and they ask the same."""
        return {
            "mode": self.endpoint.mode,
            "parameters": self.endpoint.parameters(),
            "prompt": self.prompts.fingerprint,
            "wire_schema": self._wire_fingerprint,
        }

    def _summary(
        self, article: Article, response: Response[Verdict[Any]], outcome: Outcome[Any]
    ) -> Summary[E]:
        # Everything in it was validated record by record; validating it again would cost as much as grounding.
        summary: type[Summary[Any]] = Summary
        return summary.model_construct(
            synopsis=outcome.synopsis,
            events=outcome.events,
            rejected=outcome.rejected,
            article=ArticleReference(
                id=article.id,
                title=article.title,
                published=article.published,
                outlet=article.outlet,
                url=article.url,
                language=article.language,
            ),
            provenance=Provenance(
                model=response.model,
                requested_model=response.requested_model,
                made=response.made,
                replayed=response.replayed,
                answered_at=response.answered_at,
                request=response.key,
                prompt=self.prompts.fingerprint,
                wire_schema=self._wire_fingerprint,
                version=_VERSION,
                usage=TokenUsage(**asdict(response.usage)),
            ),
        )

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those left open close with their loop."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
