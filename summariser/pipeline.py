"""The flow on one page: Article → Request → Response → Summary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, NamedTuple, Self, overload

from summariser import door
from summariser.asking.cassette import Cassette
from summariser.asking.chunking import room_for_text, split
from summariser.asking.client import Client
from summariser.asking.exchange import Kept
from summariser.asking.rendering import Prompts
from summariser.asking.transport import Recordings
from summariser.checking.grounding import Grounder
from summariser.checking.judging import Judge, Outcome, Verdict
from summariser.checking.merging import merged, with_missed
from summariser.errors import ConfigurationError, SummariserError
from summariser.pool import all_of, as_completed
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
from summariser.values import Article, Chunk, Request, Response, Usage, digest

_VERSION = version("structured-summariser")
# Where nobody says how many requests may be under way.
_CHUNKS_AT_ONCE = 8


class Reading(NamedTuple, Generic[E]):
    """What the passes over one chunk gave, and the answers that it was made of."""

    outcome: Outcome[E]
    responses: list[Response[Verdict[E]]]


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
        self.prompts = Prompts(self.ontology, settings.prompts, passes=settings.passes)
        self.passes = settings.passes
        self._max_input_tokens = settings.max_input_tokens
        self._room = room_for_text(settings, self.prompts, self.ontology.wire)
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

    async def asummarise(
        self, article: Article, *, at_once: asyncio.Semaphore | None = None, kept: Kept | None = None
    ) -> Summary[E]:
        """As `summarise`, in the running event loop.

        An article that is read in chunks takes several requests: `at_once` bounds how many of them, and of other
        articles with the same bound, are under way, and `kept` holds their answers from one attempt to the next.
        """
        whole = Grounder(article.text)
        chunks = self.chunks(article)
        at_once = at_once or asyncio.Semaphore(_CHUNKS_AT_ONCE)
        if len(chunks) * self.passes == 1:
            readings = [await self._read(chunks[0], whole, at_once)]
        else:
            readings = await all_of(self._read(chunk, whole, at_once, kept) for chunk in chunks)
        return self._summary(article, readings)

    def chunks(self, article: Article) -> tuple[Chunk, ...]:
        """What is read of the article at once: all of it, or the parts that `max_input_tokens` makes of it."""
        return split(article, self._room)

    async def _read(
        self,
        chunk: Chunk,
        whole: Grounder,
        at_once: asyncio.Semaphore,
        kept: Kept | None = None,
    ) -> Reading[E]:
        """All passes over one chunk; the first that finds nothing new is the last."""
        judge: Judge[Any] = Judge(chunk, whole, self.ontology)

        async def ask(request: Request) -> Response[Verdict[Any]]:
            async with at_once:
                return await self._client.ask(request, judge.judge, kept)

        response = await ask(self.prompts.request(chunk))
        outcome, responses = judge.settle(response.answer, response.key), [response]
        for _ in range(1, self.passes):
            response = await ask(self.prompts.missed(chunk, outcome.events))
            responses.append(response)
            before = len(outcome.events)
            outcome = with_missed(outcome, judge.settle(response.answer, response.key))
            if len(outcome.events) == before:
                break
        return Reading(outcome, responses)

    async def summarise_many(
        self, articles: Iterable[Article] | AsyncIterable[Article], *, in_flight: int = 64
    ) -> AsyncGenerator[tuple[Article, Summary[E] | SummariserError], None]:
        """Each article with its summary, or with the error in its place, as they are done.

        An article is taken when there is room for it, so that memory does not grow with their number. Raises
        what would fail every article alike: an error that `ends_run`.
        """

        at_once = asyncio.Semaphore(in_flight)

        async def one(article: Article) -> Summary[E] | SummariserError:
            try:
                return await self.asummarise(article, at_once=at_once)
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
            "max_input_tokens": self._max_input_tokens,
            "passes": self.passes,
        }

    def _summary(self, article: Article, readings: Sequence[Reading[Any]]) -> Summary[E]:
        outcome = merged([each.outcome for each in readings])
        responses = [response for each in readings for response in each.responses]
        first = responses[0]
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
                model=", ".join(dict.fromkeys(each.model for each in responses)),
                requested_model=first.requested_model,
                made="offline" if any(each.made == "offline" for each in responses) else "api",
                replayed=all(each.replayed for each in responses),
                answered_at=max(each.answered_at for each in responses),
                requests=tuple(each.key for each in responses),
                prompt=self.prompts.fingerprint,
                wire_schema=self._wire_fingerprint,
                version=_VERSION,
                usage=TokenUsage(**asdict(sum((each.usage for each in responses), Usage()))),
                repeated=outcome.repeated,
            ),
        )

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those left open close with their loop."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
