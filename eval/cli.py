"""summariser-eval: parse, score, print. Everything heavy is imported once a command runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summariser import InputError, SummariserError

from .fixtures import BASELINE, FIXTURES, RECORDINGS, Fixture, Half

if TYPE_CHECKING:
    from summariser import Settings

    from .comparing import Contrast
    from .predicting import Prediction
    from .results import Run

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Score extraction on labelled fixtures, from recorded answers: no network, no key.",
    epilog="Exit codes: 0 the gate holds; 1 regression, or a difference that nobody accepted; 2 bad input; "
    "3 recordings are missing or stale; 4 requests wait for answers.",
)

Fixtures = Annotated[
    Path,
    typer.Option("--fixtures", metavar="DIR", help="Folder of fixtures.", show_default="the shipped ones"),
]
Recordings = Annotated[
    Path,
    typer.Option(
        "--recordings", metavar="DIR", help="Folder of recordings.", show_default="the shipped ones"
    ),
]
Baseline = Annotated[
    Path,
    typer.Option("--baseline", metavar="FILE", help="The accepted result.", show_default="the shipped one"),
]
HalfName = Annotated[
    Half | None, typer.Option("--half", help="Only one half: dev is for improving, test for the end.")
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one self-contained page.")]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", metavar="FILE", help="Write a summary for CI; appends.")
]
Junit = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")]
Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the result, for compare.")]
ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Whose recordings. [SUMMARISER_MODEL; gpt-5-mini]"),
]


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        run()


@app.command()
def run(
    half: HalfName = None,
    html: Html = None,
    markdown: Markdown = None,
    junit: Junit = None,
    json_: Json = None,
    model: ModelName = None,
    fixtures: Fixtures = FIXTURES,
    recordings: Recordings = RECORDINGS,
    baseline: Baseline = BASELINE,
) -> None:
    """Replay and score every fixture, compare with the baseline, and say what moved and why.

    With the recordings of the baseline no article may lose score. With new ones only a significant gain holds;
    the rest is for a person to look at and accept.
    """
    with _errors():
        from .reporting import html as page
        from .reporting import junit as xml
        from .reporting import markdown as text
        from .reporting import terminal

        scored = _run(fixtures, recordings, half, model)
        contrast = _contrast(baseline, scored)
        terminal.console().print(terminal.summary(scored, contrast))
        if json_:
            scored.result.write(json_)
        if html:
            html.write_text(page.render(scored, contrast), "utf-8")
        if markdown:
            with markdown.open("a", encoding="utf-8") as stream:
                stream.write(text.render(scored, contrast))
        if junit:
            junit.write_text(xml.render(scored, contrast), "utf-8")
    raise typer.Exit(contrast.verdict if contrast else 0)


@app.command()
def accept(
    half: HalfName = None,
    model: ModelName = None,
    fixtures: Fixtures = FIXTURES,
    recordings: Recordings = RECORDINGS,
    baseline: Baseline = BASELINE,
) -> None:
    """Make the present result the baseline. Commit the file: its diff shows which articles changed."""
    with _errors():
        from .reporting import terminal

        scored = _run(fixtures, recordings, half, model)
        console = terminal.console()
        if baseline.exists():
            try:
                contrast = _contrast(baseline, scored)
            except InputError as error:
                console.print(f"the old baseline was another thing: {error}")
            else:
                console.print(terminal.verdict(contrast))
        scored.result.write(baseline)
        event = scored.result.total()["event"]
        console.print(f"accepted: event F1 {100 * event.f1:.1f}, written to {baseline}")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="A result, from run --json or accept.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The result to hold beside it.")],
) -> None:
    """Compare two results article by article: exact paired test, and what moved it."""
    with _errors():
        from .comparing import contrast
        from .reporting import terminal
        from .results import Result

        difference = contrast(Result.read(before), Result.read(after))
        console = terminal.console()
        console.print(*terminal.changes(difference), terminal.verdict(difference), sep="\n")
    raise typer.Exit(difference.verdict)


@app.command()
def show(
    slug: Annotated[str, typer.Argument(metavar="ID", help="Name of a fixture.")],
    model: ModelName = None,
    fixtures: Fixtures = FIXTURES,
    recordings: Recordings = RECORDINGS,
) -> None:
    """Show one article's gold, prediction and differences side by side."""
    with _errors():
        from .reporting import terminal
        from .results import ArticleResult

        fixture = _named(_load(fixtures, None), slug, fixtures)
        (prediction,) = _predictions([fixture], recordings, model)
        terminal.console().print(terminal.article(ArticleResult.of(fixture, prediction)))


@app.command()
def check(fixtures: Fixtures = FIXTURES) -> None:
    """Check all labels: the contract, and every quote against its article."""
    with _errors():
        from .fixtures import check as checked

        results = list(checked(fixtures))
        wrong = [f"{name}: {line}" for name, lines in results for line in lines]
        for line in wrong:
            typer.echo(line)
        typer.echo(f"{len(results)} fixtures checked, {len(wrong)} faults", err=bool(wrong))
    raise typer.Exit(2 if wrong else 0)


@app.command()
def schema() -> None:
    """Print the JSON schema of gold.json, which editors complete and check by."""
    from .fixtures import gold_schema

    typer.echo(json.dumps(gold_schema(), ensure_ascii=False, indent=2))


@app.command()
def agree(
    first: Annotated[
        Path | None, typer.Argument(metavar="A", help="Labels in a fixture's folder, or a folder of labels.")
    ] = None,
    second: Annotated[Path | None, typer.Argument(metavar="B", help="Labels by somebody else.")] = None,
    fixtures: Fixtures = FIXTURES,
) -> None:
    """Score two labellings against each other, A as gold; without A and B, those kept with the fixtures."""
    with _errors():
        from .agreeing import agreement
        from .reporting import terminal

        if first and not second:
            raise InputError("agree takes two labellings, or none")
        both = (first, second) if first and second else None
        terminal.console().print(terminal.agreement(agreement(_load(fixtures, None), both)))


@app.command()
def record(
    pending: Annotated[
        Path, typer.Option("--pending", metavar="FILE", help="Where to write the requests, in Batch format.")
    ],
    stale: Annotated[
        bool, typer.Option("--stale", help="Only what a change made stale, not what was never recorded.")
    ] = False,
    half: HalfName = None,
    model: ModelName = None,
    fixtures: Fixtures = FIXTURES,
    recordings: Recordings = RECORDINGS,
) -> None:
    """Write out the requests, first ones and re-asks, that the recordings do not answer.

    Have each answered by a model that sees nothing but the request, then: summariser ingest ANSWERS --requests
    FILE --into RECORDINGS. Run this again afterwards: a faulty answer is asked for anew.
    """
    with _errors():
        from summariser import Cassette

        from .predicting import pending as waiting

        chosen = _load(fixtures, half)
        if stale:
            cassette = Cassette(recordings)
            chosen = [each for each in chosen if cassette.recordings(each.article.id)]
        lines = [
            json.dumps(request.batch_line(), ensure_ascii=False)
            for _, request in waiting(chosen, recordings, _settings(model))
        ]
        pending.write_text("".join(line + "\n" for line in lines), "utf-8")
        typer.echo(f"{len(lines)} requests of {len(chosen)} fixtures written to {pending}", err=True)
    raise typer.Exit(4 if lines else 0)


@app.command()
def muc4(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="JSONL: doc_id, templates with offsets.")],
    predictions: Annotated[Path, typer.Argument(metavar="PREDICTIONS", help="JSONL: doc_id, templates.")],
) -> None:
    """Print the published table for MUC-4: GTT template F1 and IterX CEAF-RME."""
    with _errors():
        from .muc4 import read, scores
        from .reporting import terminal

        terminal.console().print(terminal.muc4(*scores(read(gold, predictions))))


def main() -> None:
    app()


def _load(folder: Path, half: Half | None) -> list[Fixture]:
    from .fixtures import load

    return load(folder, half)


def _named(fixtures: list[Fixture], slug: str, folder: Path) -> Fixture:
    for fixture in fixtures:
        if fixture.slug == slug:
            return fixture
    from difflib import get_close_matches

    near = get_close_matches(slug, [each.slug for each in fixtures], 3, 0.3)
    hint = f"Perhaps {', '.join(near)}?" if near else "Names are those of the folders."
    raise InputError(f"{folder} holds no fixture {slug!r}", hint=hint)


def _settings(model: str | None) -> Settings:
    from summariser import Settings

    return Settings.resolve(model=model)


def _predictions(fixtures: list[Fixture], recordings: Path, model: str | None) -> list[Prediction]:
    from .predicting import replayed

    return replayed(fixtures, recordings, _settings(model))


def _run(fixtures: Path, recordings: Path, half: Half | None, model: str | None) -> Run:
    from .results import Run

    chosen = _load(fixtures, half)
    return Run.of(chosen, _predictions(chosen, recordings, model), _settings(model), half or "all")


def _contrast(baseline: Path, run: Run) -> Contrast | None:
    from .comparing import contrast
    from .results import Result

    if not baseline.exists():
        return None
    accepted = Result.read(baseline)
    if accepted.signature.half == "all" and run.result.signature.half != "all":
        accepted = accepted.of_half(run.result.signature.half)
    return contrast(accepted, run.result)


@contextmanager
def _errors() -> Iterator[None]:
    """One clear line, and what to do next."""
    try:
        yield
    except SummariserError as error:
        typer.echo(str(error), err=True)
        if error.hint:
            typer.echo(f"  {error.hint}", err=True)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
