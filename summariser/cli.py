"""The command: parse, call the package, print. Everything heavy is imported once a command runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

from summariser.errors import ConfigurationError, InputError, SummariserError

if TYPE_CHECKING:
    from summariser.pipeline import Summariser
    from summariser.running import Run
    from summariser.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn news articles into typed event records, each backed by verbatim quotes with their offsets.",
    epilog="Exit codes: 0 done; 1 the model gave no usable answer; 2 bad input or settings; "
    "3 a recording is missing or stale; 4 requests wait for answers.",
)


class Format(StrEnum):
    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"


_SUFFIXES = {".json": Format.json, ".jsonl": Format.jsonl, ".csv": Format.csv, ".md": Format.markdown}


def _option(panel: str, text: str, metavar: str | None = None, *names: str, **more: Any) -> Any:
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=panel, **more)


_SOURCE_HELP = "A text file, saved HTML page, JSONL feed, URL, or - for standard input."
_PROVIDER_HELP = (
    "openai, azure, gemini, anthropic, mistral, groq, deepseek, openrouter; on your own machine ollama, vllm, "
    "llama.cpp, lmstudio. [SUMMARISER_PROVIDER; openai]"
)
Published = Annotated[
    str | None, _option("Article", "Publication date; goes before the one in the source.", "DATE")
]
AllowPrivate = Annotated[
    bool, _option("Article", "Fetch URLs at addresses that are not public.", None, "--allow-private")
]
Provider = Annotated[str | None, _option("Model", _PROVIDER_HELP, "NAME")]
Model = Annotated[str | None, _option("Model", "[SUMMARISER_MODEL; gpt-5-mini with openai]", "NAME")]
BaseUrl = Annotated[
    str | None,
    _option("Model", "Any other server that speaks the OpenAI protocol. [SUMMARISER_BASE_URL]", "URL"),
]
Mode = Annotated[
    str | None,
    _option(
        "Model",
        "How to ask for structure: json_schema, tools or md_json. [SUMMARISER_MODE; by provider]",
        "MODE",
    ),
]
Param = Annotated[
    list[str] | None,
    _option(
        "Model", "Send a parameter with every request, such as temperature=0. May be repeated.", "NAME=VALUE"
    ),
]
MaxOutputTokens = Annotated[int | None, _option("Model", "Not sent unless given.", "N", min=1)]
MaxReasks = Annotated[
    int | None,
    _option("Model", "How often an invalid answer is sent back, its faults named. [2]", "N", min=0),
]
MaxTries = Annotated[
    int | None, _option("Model", "Tries after 429, 5xx, time-outs and lost connections. [5]", "N", min=1)
]
Timeout = Annotated[float | None, _option("Model", "For one try. [120]", "SECONDS", min=0.001)]
Own = Annotated[
    str | None,
    _option("Model", "Your own event type, or the base class of several.", "FILE.py:CLASS", "--schema"),
]
Prompts = Annotated[
    Path | None, _option("Model", "Templates of your own, which go before the shipped ones.", "DIR")
]
Record = Annotated[Path | None, _option("Recordings", "Keep each exchange with the model here.", "DIR")]
Replay = Annotated[
    Path | None, _option("Recordings", "Answer from the recordings here; nothing is sent.", "DIR")
]
PendingFile = Annotated[
    Path | None,
    _option(
        "Recordings", "Write the requests that have no answer yet here, in OpenAI's Batch format.", "FILE"
    ),
]
FormatName = Annotated[
    Format | None, _option("Output", "By the name of the output file, else table.", None, "--format", "-f")
]
Output = Annotated[
    Path | None, _option("Output", "Write here instead of to standard output.", "FILE", "--output", "-o")
]


@app.command()
def extract(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help=_SOURCE_HELP)],
    published: Published = None,
    allow_private: AllowPrivate = False,
    provider: Provider = None,
    model: Model = None,
    base_url: BaseUrl = None,
    mode: Mode = None,
    param: Param = None,
    max_output_tokens: MaxOutputTokens = None,
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
    with _errors():
        if pending and not replay:
            raise ConfigurationError("--pending goes with --replay DIR, where the answers will be")
        settings = _settings(
            provider=provider,
            model=model,
            base_url=base_url,
            mode=mode,
            params=_params(param),
            max_output_tokens=max_output_tokens,
            max_reasks=max_reasks,
            max_tries=max_tries,
            timeout=timeout,
            prompts=prompts,
        )
        summariser = _summariser(settings, own, record=record, replay=replay, pending=pending is not None)
        run = _run(sources, published, allow_private, summariser)
        with _to(output) as out, _to(pending) if pending else nullcontext() as waiting:
            _write(run, format_name or _by_suffix(output), out, plain=output is not None)
            if waiting:
                waiting.writelines(_json(request.batch_line()) + "\n" for request in run.waiting)
        _report(run, pending)
    raise typer.Exit(run.exit_code())


@app.command()
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
    with _errors():
        from summariser.asking.cassette import Cassette
        from summariser.asking.ingesting import ingest as ingested
        from summariser.asking.ingesting import read_requests

        with _from(requests) as lines:
            known = read_requests(lines)
        outcomes: dict[str, int] = {}
        with _from(responses) as lines:
            for each in ingested(lines, known, Cassette(into)):
                outcomes[each.outcome] = outcomes.get(each.outcome, 0) + 1
                if each.reason:
                    _say(f"{responses}:{each.line}: {each.outcome}: {each.reason}")
    _say(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "no answers")
    raise typer.Exit(2 if outcomes.get("skipped") else 0)


@app.command()
def schema(
    wire: Annotated[bool, typer.Option("--wire", help="The flat schema that is sent to the model.")] = False,
    own: Own = None,
) -> None:
    """Print the JSON schema of a summary, or of what the model is asked for."""
    with _errors():
        ontology = _summariser(_settings(), own, pending=True).ontology
        typer.echo(
            json.dumps(ontology.wire if wire else ontology.summary_schema(), ensure_ascii=False, indent=2)
        )


@app.command()
def prompt(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_SOURCE_HELP)],
    published: Published = None,
    allow_private: AllowPrivate = False,
    provider: Provider = None,
    model: Model = None,
    mode: Mode = None,
    param: Param = None,
    own: Own = None,
    prompts: Prompts = None,
    body: Annotated[bool, typer.Option("--json", help="Print the body of the request instead.")] = False,
) -> None:
    """Show exactly what would be sent for an article, and its size. Nothing is sent."""
    with _errors():
        settings = _settings(
            provider=provider, model=model, mode=mode, params=_params(param), prompts=prompts
        )
        run = _run([source], published, allow_private, _summariser(settings, own, pending=True))
        for _ in run.results():
            pass
        for request in run.waiting:
            typer.echo(
                json.dumps(request.body, ensure_ascii=False, indent=2) if body else _shown(request.body)
            )
        _report(run, None)
    raise typer.Exit(run.exit_code() if len(run.failures) > len(run.waiting) else 0)


def main() -> None:
    app()


def _summariser(settings: Settings, own: str | None, **more: Any) -> Summariser[Any]:
    from summariser.pipeline import Summariser

    if own is None:
        return Summariser(settings=settings, **more)
    from summariser.own import load_schema

    return Summariser(schema=load_schema(own), settings=settings, **more)


def _run(sources: list[str], published: str | None, allow_private: bool, summariser: Summariser[Any]) -> Run:
    from summariser.running import Run

    return Run(sources, published, allow_private, summariser)


def _settings(**given: Any) -> Settings:
    from summariser.settings import Settings

    return Settings.resolve(**given)


def _params(pairs: list[str] | None) -> dict[str, Any] | None:
    """NAME=VALUE, the value read as JSON where it is JSON: 0, true, {"effort": "low"}; else as text."""
    params: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise ConfigurationError(f"--param {pair!r} is not of the form NAME=VALUE")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params or None


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


@contextmanager
def _to(path: Path | None) -> Iterator[TextIO]:
    """Opened before anything is asked, so that nothing is paid for that cannot be kept."""
    if path is None:
        yield sys.stdout
        return
    try:
        stream = path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
    with stream:
        yield stream


@contextmanager
def _from(path: Path) -> Iterator[Iterator[str]]:
    try:
        with path.open(encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8") from None


def _report(run: Run, pending: Path | None) -> None:
    """What became of the articles, on stderr: every failure by its source, and the counts."""
    waiting = len(run.waiting)
    for failure in run.failures:
        if failure.error.exit_code != 4:
            _complain(str(failure), failure.error.hint)
    if pending and waiting:
        _say(f"{waiting} requests in {pending} wait for answers; ingest them and run this again")
    failed = len(run.failures) - waiting
    if run.rejected or run.done + len(run.failures) > 1:
        _say(f"{run.done} articles done, {failed} failed, {waiting} pending; {run.rejected} records rejected")


def _complain(text: str, hint: str) -> None:
    _say(text)
    if hint:
        _say(f"  {hint}")


def _say(text: str) -> None:
    from summariser.writing.words import visible

    typer.echo(visible(text), err=True)


@contextmanager
def _errors() -> Iterator[None]:
    """One clear line for what would fail every article alike."""
    try:
        yield
    except SummariserError as error:
        _fail(error)
    except KeyboardInterrupt:
        _say("interrupted; what was written so far is kept")
        raise typer.Exit(130) from None


def _fail(error: SummariserError) -> NoReturn:
    _complain(str(error), error.hint)
    raise typer.Exit(error.exit_code)
