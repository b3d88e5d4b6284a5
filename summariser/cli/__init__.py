"""The command: parse, call the package, print. Everything heavy is imported once a command runs."""

from __future__ import annotations

from collections.abc import Callable

import typer

from summariser.cli import articles, batches

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn news articles into typed event records, each backed by verbatim quotes with their offsets.",
    epilog="Exit codes: 0 done; 1 the model gave no usable answer; 2 bad input or settings; "
    "3 a recording is missing or stale; 4 requests wait for answers.",
)
PANELS: dict[str, list[Callable[..., None]]] = {
    "Records": [articles.extract, batches.batch, batches.status, batches.export],
    "Requests and answers": [articles.prompt, articles.schema, articles.ingest],
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def main() -> None:
    app()
