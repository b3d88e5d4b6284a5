"""A request's body as what is sent and as its fingerprint. Instructions and schema are the same in every request, and
are written once: doing it anew each time costs as much as grounding the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from summariser.asking.cassette import hashed
from summariser.values import canonical, digest_of


class Written(NamedTuple):
    value: Any
    canonical: str
    sent: str


class Encoder:
    def __init__(self) -> None:
        self._written: dict[str, Written] = {}

    def encode(self, body: Mapping[str, Any]) -> tuple[str, bytes]:
        """The fingerprint, as `request_key` gives it, and the JSON, in whose schema the order of fields is kept."""
        fixed = {name: self._once(name, value) for name, value in body.items() if name != "messages"}
        forms = {name: each.canonical for name, each in fixed.items()}
        forms["messages"] = canonical(hashed(body["messages"]))
        messages = ",".join(map(_message, body["messages"]))
        sent = "".join(f",{_json(name)}:{each.sent}" for name, each in fixed.items())
        fields = ",".join(f"{_json(name)}:{forms[name]}" for name in sorted(forms))
        return digest_of("request", f"{{{fields}}}"), f'{{"messages":[{messages}]{sent}}}'.encode()

    def _once(self, name: str, value: Any) -> Written:
        written = self._written.get(name)
        if written is None or not _same(written.value, value):
            written = self._written[name] = Written(value, canonical(value), _json(value))
        return written


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON, in which 1, 1.0 and true differ. Quick, since the schema is the same object."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(_same, one.values(), other.values()))
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return repr(one) == repr(other)


def _message(message: Mapping[str, Any]) -> str:
    if message.keys() == {"role", "content"} and message["role"] == "system":
        return _system(message["content"])
    return _json(message)


@lru_cache(maxsize=8)
def _system(content: str) -> str:
    return _json({"role": "system", "content": content})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
