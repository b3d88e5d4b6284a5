"""News articles in, typed and source-grounded event records out.

The names below are imported when they are first used: `import summariser` itself must stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summariser.asking.cassette import Cassette as Cassette
    from summariser.asking.cassette import Recording as Recording
    from summariser.checking.grounding import Grounder as Grounder
    from summariser.checking.grounding import Grounding as Grounding
    from summariser.errors import InputError as InputError
    from summariser.errors import Pending as Pending
    from summariser.errors import RecordingError as RecordingError
    from summariser.errors import SummariserError as SummariserError
    from summariser.pipeline import Summariser as Summariser
    from summariser.reading import read_articles as read_articles
    from summariser.schemas import Event as Event
    from summariser.schemas import Summary as Summary
    from summariser.settings import Settings as Settings
    from summariser.values import Article as Article
    from summariser.values import PendingRequest as PendingRequest
    from summariser.values import Span as Span

_HOMES = {
    "Article": "values",
    "Cassette": "asking.cassette",
    "Event": "schemas",
    "Grounder": "checking.grounding",
    "Grounding": "checking.grounding",
    "InputError": "errors",
    "Pending": "errors",
    "PendingRequest": "values",
    "Recording": "asking.cassette",
    "RecordingError": "errors",
    "Settings": "settings",
    "Span": "values",
    "Summariser": "pipeline",
    "SummariserError": "errors",
    "Summary": "schemas",
    "read_articles": "reading",
}
__all__ = [
    "Article",
    "Cassette",
    "Event",
    "Grounder",
    "Grounding",
    "InputError",
    "Pending",
    "PendingRequest",
    "Recording",
    "RecordingError",
    "Settings",
    "Span",
    "Summariser",
    "SummariserError",
    "Summary",
    "read_articles",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
