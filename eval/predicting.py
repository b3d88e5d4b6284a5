"""Each fixture through the library, answered from recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summariser import (
    Cassette,
    Grounder,
    Pending,
    PendingRequest,
    Recording,
    RecordingError,
    Settings,
    Summariser,
    SummariserError,
    Summary,
)

from .fixtures import Fixture
from .signing import fingerprint


class Unrecorded(SummariserError):
    """Fixtures whose recordings are missing, stale or broken: there is no score to speak of."""

    exit_code = 3
    hint = (
        "A changed prompt, schema or model needs new recordings: write the requests out with summariser-eval record "
        "--pending FILE, have them answered, and summariser ingest the answers. --half scores one half alone."
    )

    def __init__(self, errors: Mapping[str, SummariserError]) -> None:
        lines = [f"{slug}: {error}" for slug, error in errors.items()]
        super().__init__(f"{len(errors)} fixtures cannot be replayed\n" + "\n".join(lines))


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one fixture gave: a summary, or the error in its place."""

    summary: Summary[Any] | None
    error: SummariserError | None
    answers: tuple[str, ...]
    """The recorded answers as the model gave them, the last one taken."""
    recording: str
    """Fingerprint of the recorded answers."""
    quotes: int
    """Quotes that the model gave, in records that stand and in those that were rejected."""
    ungrounded: tuple[str, ...]
    """Those of them that are not in the article."""


def replayed(fixtures: Iterable[Fixture], recordings: Path, settings: Settings) -> list[Prediction]:
    """Raises `Unrecorded` if any fixture cannot be answered from the recordings."""
    cassette = Cassette(recordings)
    summariser = Summariser(settings=settings, replay=recordings)
    predictions, unrecorded = [], {}
    for fixture in fixtures:
        try:
            predictions.append(_predicted(fixture, summariser, cassette))
        except RecordingError as error:
            unrecorded[fixture.slug] = error
    if unrecorded:
        raise Unrecorded(unrecorded)
    return predictions


def pending(
    fixtures: Iterable[Fixture], recordings: Path, settings: Settings
) -> Iterator[tuple[Fixture, PendingRequest]]:
    """The requests, first ones and re-asks, that the recordings do not answer."""
    summariser = Summariser(settings=settings, replay=recordings, pending=True)
    for fixture in fixtures:
        try:
            summariser.summarise(fixture.article)
        except Pending as error:
            for request in error.requests:
                yield fixture, request
        except RecordingError:
            raise
        except SummariserError:
            continue  # answered, if not well: the score shows it


def _predicted(fixture: Fixture, summariser: Summariser[Any], cassette: Cassette) -> Prediction:
    summary, error = None, None
    try:
        summary = summariser.summarise(fixture.article)
    except RecordingError:
        raise
    except SummariserError as failed:
        error = failed
    exchanges = _exchanges(fixture, summary, cassette)
    quotes = list(_quotes(summary)) if summary else []
    grounder = Grounder(fixture.article.text)
    return Prediction(
        summary=summary,
        error=error,
        answers=tuple(_answer(each.response) for each in exchanges),
        recording=fingerprint("recording", [[each.key, each.response] for each in exchanges]),
        quotes=len(quotes),
        ungrounded=tuple(quote for quote in quotes if grounder.ground(quote).status == "ungrounded"),
    )


def _exchanges(fixture: Fixture, summary: Summary[Any] | None, cassette: Cassette) -> list[Recording]:
    """The answer that was taken and those that its re-asks began from; not those of older prompts."""
    recordings = cassette.recordings(fixture.article.id)
    taken = [_origin(recordings[key]) for key in summary.provenance.requests] if summary else None
    return [each for each in recordings.values() if taken is None or _origin(each) in taken]


def _origin(recording: Recording) -> tuple[Any, ...]:
    return recording.request["model"], *recording.request["messages"][:2]


def _quotes(summary: Summary[Any]) -> Iterator[str]:
    for event in summary.events:
        yield from (each.quote for each in event.evidence)
    for each in summary.rejected:
        evidence = each.content.get("evidence") if isinstance(each.content, dict) else None
        yield from (quote for quote in evidence or () if isinstance(quote, str))


def _answer(response: dict[str, Any]) -> str:
    try:
        return str(response["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError):
        return str(response)
