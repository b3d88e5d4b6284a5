"""The harness: labelled fixtures, recorded answers, and scores that say why they moved."""

from __future__ import annotations


def main() -> None:
    from .cli import main as run

    run()
