"""The commands on many articles: batch, status, export."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from summariser.cli.making import parameters, settings_of, summariser_of
from summariser.cli.options import (
    AllowPrivate,
    BaseUrl,
    MaxInputTokens,
    MaxOutputTokens,
    MaxReasks,
    MaxTries,
    Mode,
    Model,
    Own,
    Param,
    Passes,
    Prompts,
    Provider,
    Published,
    Record,
    Replay,
    Timeout,
    option,
)
from summariser.cli.printing import one_line_errors, say
from summariser.errors import ConfigurationError

_SOURCES_HELP = (
    "Files, folders, patterns, JSONL feeds (also .gz and .zst), URLs, or - for standard input; none to go on with "
    "what the ledger holds."
)
LedgerFile = Annotated[
    Path, typer.Argument(metavar="RUN.sqlite", help="The ledger, as batch --into made it.")
]


class Via(StrEnum):
    files = "batch-files"
    api = "batch-api"


def batch(
    into: Annotated[
        Path, typer.Option("--into", metavar="RUN.sqlite", help="The ledger; made if it is not there.")
    ],
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help=_SOURCES_HELP)] = None,
    published: Published = None,
    allow_private: AllowPrivate = False,
    max_in_flight: Annotated[int, option("Pace", "Requests at a time, at most.", "N", min=1)] = 64,
    rpm: Annotated[float | None, option("Pace", "Requests a minute, at most, evenly spread.", "N")] = None,
    tpm: Annotated[float | None, option("Pace", "Tokens a minute, at most, in and out.", "N")] = None,
    max_cost: Annotated[
        float | None,
        option("Money", "Stop before the cost of the whole ledger passes this.", "USD", min=0),
    ] = None,
    price: Annotated[
        str | None,
        option(
            "Money",
            "USD for a million tokens: INPUT,OUTPUT or INPUT,CACHED,OUTPUT; else by model, from genai-prices.",
            "PRICES",
        ),
    ] = None,
    dry_run: Annotated[
        bool, option("Money", "Tell articles, tokens and cost, and ask nothing.", None, "--dry-run")
    ] = False,
    retry_failed: Annotated[
        bool, option("Run", "Ask again about articles that failed.", None, "--retry-failed")
    ] = False,
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
    via: Annotated[
        tuple[Via, Path] | None,
        option(
            "Run",
            "batch-files: write the requests to files in DIR, for OpenAI's Batch API or the like, and take back the "
            "output and error files that lie there. batch-api: upload them as well, wait, and download the answers.",
            "batch-files|batch-api DIR",
        ),
    ] = None,
    record: Record = None,
    replay: Replay = None,
) -> None:
    """Extract the events of any number of articles into a ledger; the same command goes on where it was stopped.

    Ctrl-C finishes what is in flight; a second one ends at once. Two processes may work on one ledger. Exit
    codes: 0 everything is done, 1 articles failed, 2 bad input or settings, 4 articles still wait, 130 interrupted.
    """
    with one_line_errors():
        from summariser.batching.batch_files import Answers
        from summariser.batching.forecasting import forecast
        from summariser.batching.prices import Price
        from summariser.batching.reader import Reader
        from summariser.batching.running import Job, run
        from summariser.batching.standing import told

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
            rpm=rpm,
            tpm=tpm,
            prompts=prompts,
        )
        folder = via[1] if via else None
        tell = say if via and via[0] is Via.api else None
        if folder and (record or replay):
            raise ConfigurationError(
                "--via goes without --record and --replay: its answers are in the ledger"
            )
        answers = (
            {"replay": Answers(into), "pending": True} if folder else {"record": record, "replay": replay}
        )
        summariser = summariser_of(settings, own, **answers)
        prices = Price.parsed(price) if price else Price.of(summariser.endpoint)
        if folder and prices and not price:
            prices = prices.halved()
        job = Job(
            summariser, sources or (), published, allow_private, max_in_flight, prices, max_cost, folder, tell
        )
        if dry_run:
            for line in forecast(job, into):
                typer.echo(line)
            raise typer.Exit
        ended = run(job, into, retry_failed=retry_failed)
        for line in told(ended, Reader.read(into), folder):
            say(line)
    waiting = ended.counts.waiting + ended.counts.sent
    raise typer.Exit(_exit_code(ended.interrupted, ended.counts.failed, ended.unread, waiting))


def _exit_code(interrupted: bool, failed: int, unread: int, waiting: int) -> int:
    if interrupted:
        return 130
    if failed:
        return 1
    if unread:
        return 2
    return 4 if waiting else 0


def status(ledger: LedgerFile) -> None:
    """Tell how a ledger stands: articles by state, failures by kind, what it cost, what was slowest."""
    with one_line_errors():
        from summariser.batching.reader import Reader
        from summariser.batching.standing import standing
        from summariser.writing.words import visible

        for line in standing(Reader.read(ledger)):
            typer.echo(visible(line))


class TableFormat(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


def export(
    ledger: LedgerFile,
    form: Annotated[
        TableFormat | None,
        typer.Option("--format", "-f", help="By the name of the output file, else jsonl."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write here, and the quotes with their offsets beside it as FILE's name with .evidence before "
            "its suffix; else the records go to standard output.",
        ),
    ] = None,
) -> None:
    """Write the records of a ledger as a table, one a row, and their evidence as a second one.

    Nested columns are JSON in CSV, and lists and structs in Parquet (extra: parquet).
    """
    with one_line_errors():
        from summariser.batching.reader import Reader
        from summariser.batching.standing import counted
        from summariser.writing.tables import write_events, write_tables

        chosen = form or _by_suffix(output)
        opened = Reader.read(ledger)
        if output is None:
            if chosen is TableFormat.parquet:
                raise ConfigurationError("Parquet is no text", hint="Name a file with -o.")
            write_events(opened.results(), opened.summary_schema(), chosen, sys.stdout)
        else:
            for path, rows in write_tables(opened.results(), opened.summary_schema(), chosen, output).items():
                say(f"{rows:,} rows in {path}")
        say(counted(opened.counts(), opened.totals()))


def _by_suffix(output: Path | None) -> TableFormat:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    return TableFormat(suffix) if suffix in list(TableFormat) else TableFormat.jsonl
