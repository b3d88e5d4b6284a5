"""The commands on a few articles: extract, ingest, schema, prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from summariser.cli.making import parameters, settings_of, summariser_of
from summariser.cli.options import (
    SOURCE_HELP,
    AllowPrivate,
    BaseUrl,
    Format,
    FormatName,
    MaxInputTokens,
    MaxOutputTokens,
    MaxReasks,
    MaxTries,
    Mode,
    Model,
    Output,
    Own,
    Param,
    Passes,
    PendingFile,
    Prompts,
    Provider,
    Published,
    Record,
    Replay,
    Timeout,
)
from summariser.cli.printing import complain, one_line_errors, reading_from, say, writing_to
from summariser.errors import ConfigurationError

if TYPE_CHECKING:
    from summariser.pipeline import Summariser
    from summariser.running import Run

_SUFFIXES = {".json": Format.json, ".jsonl": Format.jsonl, ".csv": Format.csv, ".md": Format.markdown}


def extract(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help=SOURCE_HELP)],
    published: Published = None,
    allow_private: AllowPrivate = False,
    provider: Provider = None,
    model: Model = None,
    base_url: BaseUrl = None,
    mode: Mode = None,
    param: Param = None,
    max_input_tokens: MaxInputTokens = None,
    max_output_tokens: MaxOutputTokens = None,
    passes: Passes = None,
    max_reasks: MaxReasks = None,
    max_tries: MaxTries = None,
    timeout: Timeout = None,
    own: Own = None,
    prompts: Prompts = None,
    record: Record = None,
    replay: Replay = None,
    pending: PendingFile = None,
    format_name: FormatName = None,
    output: Output = None,
) -> None:
    """Extract the events of articles: who did what to whom, when, where, how many, according to whom."""
    with one_line_errors():
        if pending and not replay:
            raise ConfigurationError("--pending goes with --replay DIR, where the answers will be")
        settings = settings_of(
            provider=provider,
            model=model,
            base_url=base_url,
            mode=mode,
            params=parameters(param),
            max_input_tokens=max_input_tokens,
            max_output_tokens=max_output_tokens,
            passes=passes,
            max_reasks=max_reasks,
            max_tries=max_tries,
            timeout=timeout,
            prompts=prompts,
        )
        summariser = summariser_of(settings, own, record=record, replay=replay, pending=pending is not None)
        run = _run(sources, published, allow_private, summariser)
        with writing_to(output) as out, writing_to(pending) if pending else nullcontext() as waiting:
            _write(run, format_name or _by_suffix(output), out, plain=output is not None)
            if waiting:
                waiting.writelines(_json(request.batch_line()) + "\n" for request in run.waiting)
        _report(run, pending)
    raise typer.Exit(run.exit_code())


def ingest(
    responses: Annotated[Path, typer.Argument(metavar="RESPONSES", help="The answers, one a line.")],
    requests: Annotated[
        Path, typer.Option(metavar="FILE", help="The requests, as extract --pending wrote them.")
    ],
    into: Annotated[Path, typer.Option(metavar="DIR", help="The folder of recordings.")],
) -> None:
    """Turn answers from elsewhere into recordings, which extract --replay reads.

    A line is one of OpenAI's Batch output (an error line too), or {"custom_id": …, "content": "…"} for a bare
    answer, as from a chat window; in any order. An answer that names no model is recorded as made offline.
    """
    with one_line_errors():
        from summariser.asking.cassette import Cassette
        from summariser.asking.ingesting import ingest as ingested
        from summariser.asking.ingesting import read_requests

        with reading_from(requests) as lines:
            known = read_requests(lines)
        outcomes: dict[str, int] = {}
        with reading_from(responses) as lines:
            for each in ingested(lines, known, Cassette(into)):
                outcomes[each.outcome] = outcomes.get(each.outcome, 0) + 1
                if each.reason:
                    say(f"{responses}:{each.line}: {each.outcome}: {each.reason}")
    say(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "no answers")
    raise typer.Exit(2 if outcomes.get("skipped") else 0)


def schema(
    wire: Annotated[bool, typer.Option("--wire", help="The flat schema that is sent to the model.")] = False,
    own: Own = None,
) -> None:
    """Print the JSON schema of a summary, or of what the model is asked for."""
    with one_line_errors():
        ontology = summariser_of(settings_of(), own, pending=True).ontology
        typer.echo(
            json.dumps(ontology.wire if wire else ontology.summary_schema(), ensure_ascii=False, indent=2)
        )


def prompt(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=SOURCE_HELP)],
    published: Published = None,
    allow_private: AllowPrivate = False,
    provider: Provider = None,
    model: Model = None,
    mode: Mode = None,
    param: Param = None,
    max_input_tokens: MaxInputTokens = None,
    own: Own = None,
    prompts: Prompts = None,
    body: Annotated[bool, typer.Option("--json", help="Print the body of the request instead.")] = False,
) -> None:
    """Show exactly what would be sent for an article, and its size. Nothing is sent."""
    with one_line_errors():
        settings = settings_of(
            provider=provider,
            model=model,
            mode=mode,
            params=parameters(param),
            max_input_tokens=max_input_tokens,
            prompts=prompts,
        )
        run = _run([source], published, allow_private, summariser_of(settings, own, pending=True))
        for _ in run.results():
            pass
        for request in run.waiting:
            typer.echo(
                json.dumps(request.body, ensure_ascii=False, indent=2) if body else _shown(request.body)
            )
        _report(run, None)
    raise typer.Exit(run.exit_code() if len(run.failures) > run.pending else 0)


def _run(sources: list[str], published: str | None, allow_private: bool, summariser: Summariser[Any]) -> Run:
    from summariser.running import Run

    return Run(sources, published, allow_private, summariser)


def _by_suffix(output: Path | None) -> Format:
    return _SUFFIXES.get(output.suffix.lower(), Format.table) if output else Format.table


def _write(run: Run, chosen: Format, out: TextIO, *, plain: bool) -> None:
    """Each result is written as it comes, so that a run that ends early loses nothing."""
    from rich.console import Console

    from summariser.writing import EXPORTERS, Page

    console = Console()
    colour = not plain and console.is_terminal and not console.no_color
    page = Page(width=console.width if colour else 80, colour=colour)
    for piece in EXPORTERS[chosen](run.results(), page):
        out.write(piece)
        out.flush()


def _shown(body: Mapping[str, Any]) -> str:
    """The messages as they are, then sizes in tokens, counted as UTF-8 bytes / 4."""
    messages = body["messages"]
    rest = {name: value for name, value in body.items() if name != "messages"}
    parts = [f"─── {message['role']} ───\n{message['content']}" for message in messages]
    sizes = [(message["role"], len(message["content"].encode()) / 4) for message in messages]
    sizes.append(("schema and parameters", len(_json(rest, separators=(",", ":")).encode()) / 4))
    lines = [f"{size:8,.0f}  {name}" for name, size in [*sizes, ("in all", sum(size for _, size in sizes))]]
    return "\n".join(
        [*parts, f"─── beside the messages ───\n{_json(rest)}", "─── tokens, as bytes / 4 ───", *lines]
    )


def _json(value: Any, **more: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **more)


def _report(run: Run, pending: Path | None) -> None:
    """What became of the articles, on stderr: every failure by its source, and the counts."""
    for failure in run.failures:
        if failure.error.exit_code != 4:
            complain(str(failure), failure.error.hint)
    if pending and run.waiting:
        say(f"{len(run.waiting)} requests in {pending} wait for answers; ingest them and run this again")
    failed = len(run.failures) - run.pending
    if run.rejected or run.done + len(run.failures) > 1:
        say(
            f"{run.done} articles done, {failed} failed, {run.pending} pending; {run.rejected} records rejected"
        )
