"""The result of a run: article by article, and the sums that every number of a report is a function of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from summariser import InputError, Settings, Summariser

from .aligning import GATE
from .counting import Counts, Tally, total
from .fixtures import Fixture
from .predicting import Prediction
from .records import Record, from_gold, from_predicted
from .scoring import LEVELS, Score, score
from .signing import Signature, fingerprint
from .uncertainty import SEED


@dataclass(frozen=True, slots=True)
class ArticleResult:
    fixture: Fixture
    prediction: Prediction
    gold: tuple[Record, ...]
    predicted: tuple[Record, ...]
    score: Score

    @classmethod
    def of(cls, fixture: Fixture, prediction: Prediction) -> ArticleResult:
        """An article that failed has no predicted record, and misses every gold one."""
        events = prediction.summary.events if prediction.summary else ()
        gold = tuple(from_gold(fixture.gold.events, fixture.article))
        predicted = tuple(from_predicted(events, fixture.article))
        return cls(fixture, prediction, gold, predicted, score(gold, predicted))

    def kept(self) -> Kept:
        summary = self.prediction.summary
        events = summary.events if summary else ()
        return Kept(
            half=self.fixture.meta.half,
            fixture=self.fixture.fingerprint(),
            error=str(self.prediction.error) if self.prediction.error else None,
            recording=self.prediction.recording,
            counts={**self.score.levels, **self.score.fields, **self._without_gold()},
            events=tuple(each.model_dump(mode="json", exclude_none=True) for each in events),
        )

    def _without_gold(self) -> dict[str, Tally]:
        """What needs no label: quotes found, records supported by their quotes, records that stand."""
        summary = self.prediction.summary
        events, rejected = (summary.events, summary.rejected) if summary else ((), ())
        records = len(events) + sum(each.what == "record" for each in rejected)
        quotes = self.prediction.quotes
        supported = sum(not each.checks for each in events)
        return {
            "grounded": Tally(quotes - len(self.prediction.ungrounded), quotes, 0, 0),
            "supported": Tally(supported, len(events), 0, 0),
            "kept": Tally(len(events), records, 0, 0),
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """What a result file keeps of one article."""

    half: str
    fixture: str
    """Fingerprint of the article and its labels."""
    error: str | None
    recording: str
    """Fingerprint of the recorded answers."""
    counts: Counts
    """Levels, fields, and the three rates that need no gold."""
    events: tuple[dict[str, Any], ...]

    @property
    def missed(self) -> float:
        found = self.counts["found"]
        return found.gold - found.gold_hits

    @property
    def empty(self) -> bool:
        """An article in which there is nothing to find."""
        return not self.counts["found"].gold

    @property
    def false_alarm(self) -> bool:
        return self.empty and bool(self.counts["found"].predicted)

    @property
    def score(self) -> float:
        """F1 of `event`; where there is nothing to find, 1 if nothing was reported. Failed: 0."""
        if self.error:
            return 0.0
        tally = self.counts["event"]
        return 1.0 if tally.empty else tally.f1


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of a run, and compared with others."""

    signature: Signature
    articles: dict[str, Kept]

    def total(self, names: Iterable[str] = LEVELS) -> dict[str, Tally]:
        wanted = tuple(names)
        parts = ({name: each.counts[name] for name in wanted} for each in self.articles.values())
        return total(parts) or dict.fromkeys(wanted, Tally())

    @property
    def failed(self) -> int:
        return sum(each.error is not None for each in self.articles.values())

    def of_half(self, half: str) -> Result:
        """The same, of one half of the fixtures."""
        articles = {slug: each for slug, each in self.articles.items() if each.half == half}
        fixtures, recordings = _fingerprints(articles)
        signature = replace(self.signature, half=half, fixtures=fixtures, recordings=recordings)
        return Result(signature, articles)

    def write(self, path: Path) -> None:
        """One line for each article, so that a diff shows which changed."""
        lines = [
            f" {json.dumps(slug)}: {json.dumps(asdict(each), ensure_ascii=False)}"
            for slug, each in self.articles.items()
        ]
        signature = json.dumps(asdict(self.signature))
        path.write_text(
            f'{{"signature": {signature},\n"articles": {{\n' + ",\n".join(lines) + "\n}}\n", "utf-8"
        )

    @classmethod
    def read(cls, path: Path) -> Result:
        try:
            content = json.loads(path.read_text("utf-8"))
            return cls(
                Signature(**content["signature"]),
                {slug: _kept(each) for slug, each in content["articles"].items()},
            )
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(
                f"{path}: is not a result of summariser-eval ({error!r})",
                hint="Write one with summariser-eval run --json FILE, or summariser-eval accept.",
            ) from None


def _kept(raw: Mapping[str, Any]) -> Kept:
    counts = {name: Tally(*numbers) for name, numbers in raw["counts"].items()}
    missing = {*LEVELS, "grounded", "supported", "kept"} - counts.keys()
    if missing:
        raise ValueError(f"lacks {', '.join(sorted(missing))}")
    return Kept(raw["half"], raw["fixture"], raw["error"], raw["recording"], counts, tuple(raw["events"]))


@dataclass(frozen=True, slots=True)
class Run:
    """A run with everything that its reports show."""

    articles: tuple[ArticleResult, ...]
    result: Result
    ceiling: dict[str, Tally]
    """Levels of two independent labellings scored against each other; empty where there are none."""
    labelled_twice: int

    @classmethod
    def of(
        cls, fixtures: Sequence[Fixture], predictions: Sequence[Prediction], settings: Settings, half: str
    ) -> Run:
        articles = tuple(map(ArticleResult.of, fixtures, predictions))
        kept = {each.fixture.slug: each.kept() for each in articles}
        twice = [each for each in fixtures if len(each.labellings) == 2]
        return cls(
            articles,
            Result(_signature(kept, predictions, settings, half), kept),
            ceiling=total(_agreement(each) for each in twice),
            labelled_twice=len(twice),
        )

    @property
    def confusions(self) -> dict[str, Counter[tuple[str, str]]]:
        sums: dict[str, Counter[tuple[str, str]]] = {}
        for each in self.articles:
            for name, counted in each.score.confusions.items():
                sums.setdefault(name, Counter()).update(counted)
        return sums

    @property
    def mistakes(self) -> Counter[str]:
        return Counter(each.kind for article in self.articles for each in article.score.mistakes)

    def f1_if_mended(self) -> dict[str, float]:
        """F1 of `event` if every mistake of a kind had not been made."""
        event = self.result.total()["event"]
        gains = total(each.score.mended for each in self.articles)
        return {kind: event.plus(gain).f1 for kind, gain in gains.items()}


def _agreement(fixture: Fixture) -> dict[str, Tally]:
    first, second = (from_gold(each.events, fixture.article) for each in fixture.labellings)
    return score(first, second).levels


def _fingerprints(articles: Mapping[str, Kept]) -> tuple[str, str]:
    """Of all fixtures and of all recordings."""
    return (
        fingerprint("fixtures", {slug: each.fixture for slug, each in articles.items()}),
        fingerprint("recordings", {slug: each.recording for slug, each in articles.items()}),
    )


def _signature(
    articles: Mapping[str, Kept], predictions: Sequence[Prediction], settings: Settings, half: str
) -> Signature:
    # What would be asked; the same for every article, and known where all of them failed.
    summariser = Summariser(settings=settings, pending=True)
    made = {each.summary.provenance.model for each in predictions if each.summary}
    of_fixtures, of_recordings = _fingerprints(articles)
    return Signature(
        fixtures=of_fixtures,
        recordings=of_recordings,
        half=half,
        prompt=summariser.prompts.fingerprint[:12],
        schema=fingerprint("schema", summariser.ontology.wire),
        model="+".join(sorted(made)) or "none",
        gate=GATE,
        seed=SEED,
        version=version("structured-summariser"),
    )
