from __future__ import annotations

import json
import os
from datetime import date
from typing import Any

import hypothesis
import pytest

from summariser import Article

# CI judges a change, not the luck of the draw; at home every run looks somewhere new.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("home", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "home")

TEXT = """Borland sends 300 more soldiers to Ardal, ministry says

Borland has sent at least 300 additional soldiers to Ardal since March, the Ardalian defence ministry said on
Tuesday. A pact between the two states was signed last year.

The ministry said that “no fewer than 12 howitzers” had been handed over, too.
"""


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set on this machine must not decide what a test sees."""
    for name in list(os.environ):
        if name.startswith("SUMMARISER_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture
def article() -> Article:
    return Article(TEXT, title=TEXT.splitlines()[0], published=date(2025, 5, 6), language="en")


def record(**changes: Any) -> dict[str, Any]:
    """A record of the article above as a model gives it, on the wire."""
    return {
        "evidence": ["Borland has sent at least 300 additional soldiers to Ardal since March"],
        "type": "deployment",
        "mode": "reinforced",
        "actors": [{"name": "Borland", "kind": "state", "country": None}],
        "targets": [{"name": "Ardal", "kind": "state", "country": None}],
        "items": [
            {
                "name": "soldiers",
                "quantity": {
                    "text": "at least 300 additional",
                    "low": 300,
                    "high": None,
                    "qualifier": "at_least",
                    "scope": "increment",
                    "unit": None,
                },
            }
        ],
        "places": [{"name": "Ardal", "country": None, "role": "destination"}],
        "time": {"text": "since March", "start": "2025-03", "end": None},
        "topic": None,
        "status": "occurred",
        "certainty": "certain",
        "attribution": [{"name": "Ardalian defence ministry", "kind": "government", "country": None}],
        "summary": "Borland sent at least 300 more soldiers to Ardal.",
        **changes,
    }


def answer(*records: dict[str, Any], synopsis: list[dict[str, Any]] | None = None) -> str:
    cited = list(range(1, len(records) + 1))
    sentences = synopsis or [{"text": "Borland reinforced its soldiers in Ardal.", "events": cited}]
    return json.dumps({"events": list(records), "synopsis": sentences}, ensure_ascii=False)
