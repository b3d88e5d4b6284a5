"""Everything that can go wrong, as one tree.

SummariserError
├── InputError            an article that cannot be read                           exit 2
│   ├── FetchError        a URL that could not be fetched
│   └── LeftOut           files of other kinds in a folder                         exit 0
├── ConfigurationError    settings, a schema or prompts that cannot work           exit 2  ends a run
│   └── NoKey
├── LedgerError           the ledger of a batch cannot be used                     exit 2  ends a run
├── AskingError           the model was asked and gave nothing that can be used    exit 1
│   ├── Unreachable       no answer in time, or the connection was lost            retry
│   │   └── NoConnection  refused, or no such host                                         ends a run
│   ├── RateLimited       429                                                      retry
│   ├── ServerFailed      5xx                                                      retry
│   ├── Unauthorised      401, 403                                                         ends a run
│   ├── NoCredit          429 that no waiting mends                                        ends a run
│   ├── RequestRejected   any other 4xx
│   ├── Truncated         finish_reason: length                                    retry
│   ├── Refused
│   ├── Filtered          finish_reason: content_filter
│   ├── EmptyAnswer                                                                retry
│   ├── NotJSON                                                                    retry
│   └── WrongShape        JSON, but not the object that was asked for              retry
├── RecordingError        a replay that cannot be answered                         exit 3
│   ├── RecordingMissing  nothing is recorded for this article
│   ├── RecordingStale    the article is recorded, but for another request
│   └── RecordingBroken   a file of recordings that cannot be read
└── Pending               requests were written out and wait for their answers      exit 4

Each error says in one line what happened, `hint` says what to do next, `retryable` whether the same call may
succeed later, and `ends_run` whether every article would fail alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from summariser.values import PendingRequest, Usage


class SummariserError(Exception):
    """Base of all errors that this package raises on purpose."""

    hint: str = ""
    retryable: ClassVar[bool] = False
    ends_run: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    usage: Usage | None = None
    """What the answers had cost that led to it, where there were any."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class InputError(SummariserError):
    """An article that cannot be read; the message names the file and, in a feed, the line."""

    exit_code = 2


class FetchError(InputError):
    """A URL that could not be fetched, or that must not be."""


class LeftOut(InputError):
    """Not a failure: files of a folder that nobody named one by one."""

    exit_code = 0


class ConfigurationError(SummariserError):
    exit_code = 2
    ends_run = True


class NoKey(ConfigurationError):
    """The provider wants a key and there is none."""


class LedgerError(SummariserError):
    exit_code = 2
    ends_run = True


class AskingError(SummariserError):
    """The model was asked, and what came back cannot be used."""


class Unreachable(AskingError):
    hint = "Check the address (--base-url), the network, and that the server is running."
    retryable = True


class NoConnection(Unreachable):
    ends_run = True


class RateLimited(AskingError):
    hint = "Wait, send fewer requests at a time, or raise the limit of the account."
    retryable = True


class ServerFailed(AskingError):
    hint = "The fault is at the provider; try again later."
    retryable = True


class Unauthorised(AskingError):
    hint = "Check the key and what it may be used for."
    ends_run = True


class NoCredit(AskingError):
    hint = "The account has no credit left."
    ends_run = True


class RequestRejected(AskingError):
    hint = "Check the model's name and the parameters (--param); not every model takes every one."


class Truncated(AskingError):
    hint = "Raise the output limit (--max-output-tokens) or use a model with more room."
    retryable = True


class Refused(AskingError):
    hint = "The model declined this article; another model may take it."


class Filtered(AskingError):
    hint = "The provider's content filter stopped the answer; its settings or another provider may help."


class EmptyAnswer(AskingError):
    hint = "Try again; if it stays empty, the model may not support structured output (--mode tools)."
    retryable = True


class NotJSON(AskingError):
    problem = "is not one complete JSON object"
    hint = "The model may not support structured output; try --mode tools, --mode md_json or another model."
    retryable = True


class WrongShape(AskingError):
    problem = 'is not an object with the lists "events" and "synopsis"'
    hint = "The model does not follow the schema; try --mode tools or a stronger model."
    retryable = True


class RecordingError(SummariserError):
    exit_code = 3


class RecordingMissing(RecordingError):
    hint = "Record it (--record DIR with a key), or write the request out with --pending FILE and ingest the answer."


class RecordingStale(RecordingError):
    hint = (
        "The prompt, the schema, the model or a parameter has changed since it was recorded: "
        "record anew (--record DIR), or write the request out with --pending FILE and ingest the answer."
    )


class RecordingBroken(RecordingError):
    hint = "Restore the file, or delete it and record anew."


class Pending(SummariserError):
    """Requests about the article have no answer yet; `requests` are to be answered elsewhere."""

    hint = "Have the requests answered, ingest the answers, and run the same command again."
    exit_code = 4

    def __init__(self, *requests: PendingRequest) -> None:
        super().__init__(f"article {requests[0].article_id} waits for an answer")
        self.requests = requests
