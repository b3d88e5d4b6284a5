"""Signatures: two numbers compare only if what they were made with says so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


def fingerprint(kind: str, value: object) -> str:
    """12 hex digits of the SHA-256 of canonical JSON under a tag."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"evaluation:{kind}:{canonical}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Signature:
    fixtures: str
    """Articles, what is known of them, and labels."""
    half: str
    recordings: str
    prompt: str
    schema: str
    model: str
    gate: float
    seed: int
    version: str

    def line(self) -> str:
        return "|".join(f"{name}:{value}" for name, value in asdict(self).items())

    def incomparable(self, other: Signature) -> list[str]:
        """What makes two scores two different things, rather than two values of one."""
        names = ("fixtures", "half", "gate")
        return [name for name in names if getattr(self, name) != getattr(other, name)]
