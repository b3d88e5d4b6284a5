"""The options that commands share, one place each for name, help and panel."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Format(StrEnum):
    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"


def option(panel: str, text: str, metavar: str | None = None, *names: str, **more: Any) -> Any:
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=panel, **more)


SOURCE_HELP = "A text file, saved HTML page, JSONL feed (also .gz, .zst), folder or pattern of these, URL, or - for stdin."
_PROVIDER_HELP = (
    "openai, azure, gemini, anthropic, mistral, groq, deepseek, openrouter; on your own machine ollama, vllm, "
    "llama.cpp, lmstudio. [SUMMARISER_PROVIDER; openai]"
)
Published = Annotated[
    str | None, option("Article", "Publication date; goes before the one in the source.", "DATE")
]
AllowPrivate = Annotated[
    bool, option("Article", "Fetch URLs at addresses that are not public.", None, "--allow-private")
]
Provider = Annotated[str | None, option("Model", _PROVIDER_HELP, "NAME")]
Model = Annotated[str | None, option("Model", "[SUMMARISER_MODEL; gpt-5-mini with openai]", "NAME")]
BaseUrl = Annotated[
    str | None,
    option("Model", "Any other server that speaks the OpenAI protocol. [SUMMARISER_BASE_URL]", "URL"),
]
Mode = Annotated[
    str | None,
    option(
        "Model",
        "How to ask for structure: json_schema, tools or md_json. [SUMMARISER_MODE; by provider]",
        "MODE",
    ),
]
Param = Annotated[
    list[str] | None,
    option(
        "Model", "Send a parameter with every request, such as temperature=0. May be repeated.", "NAME=VALUE"
    ),
]
MaxOutputTokens = Annotated[int | None, option("Model", "Not sent unless given.", "N", min=1)]
MaxReasks = Annotated[
    int | None,
    option("Model", "How often an invalid answer is sent back, its faults named. [2]", "N", min=0),
]
MaxInputTokens = Annotated[
    int | None,
    option(
        "Model",
        "Read a longer article in chunks: room for all that is sent, in tokens counted as bytes / 4. [no limit]",
        "N",
        min=1,
    ),
]
Passes = Annotated[
    int | None,
    option("Model", "Read each text so often, each time asking for what is missing. [1]", "N", min=1),
]
MaxTries = Annotated[
    int | None, option("Model", "Tries after 429, 5xx, time-outs and lost connections. [5]", "N", min=1)
]
Timeout = Annotated[float | None, option("Model", "For one try. [120]", "SECONDS", min=0.001)]
Own = Annotated[
    str | None,
    option("Model", "Your own event type, or the base class of several.", "FILE.py:CLASS", "--schema"),
]
Prompts = Annotated[
    Path | None, option("Model", "Templates of your own, which go before the shipped ones.", "DIR")
]
Record = Annotated[Path | None, option("Recordings", "Keep each exchange with the model here.", "DIR")]
Replay = Annotated[
    Path | None, option("Recordings", "Answer from the recordings here; nothing is sent.", "DIR")
]
PendingFile = Annotated[
    Path | None,
    option(
        "Recordings", "Write the requests that have no answer yet here, in OpenAI's Batch format.", "FILE"
    ),
]
FormatName = Annotated[
    Format | None, option("Output", "By the name of the output file, else table.", None, "--format", "-f")
]
Output = Annotated[
    Path | None, option("Output", "Write here instead of to standard output.", "FILE", "--output", "-o")
]
