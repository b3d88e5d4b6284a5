"""What is sent is the body, and its fingerprint is the one that a recording of it has."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from summariser.asking.cassette import request_key
from summariser.asking.encoding import Encoder

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant"]), "content": st.none() | TEXT},
    optional={"tool_calls": VALUE},
)
BODY = st.builds(
    lambda messages, rest: {"messages": messages, **rest},
    st.lists(MESSAGE, max_size=4),
    st.dictionaries(TEXT.filter(lambda name: name != "messages"), VALUE, max_size=4),
)


@given(st.lists(BODY, min_size=1, max_size=4))
def test_one_encoder_writes_each_body_as_it_is(bodies: list[dict[str, Any]]) -> None:
    encoder = Encoder()
    for body in (*bodies, *bodies):
        key, content = encoder.encode(body)
        assert json.loads(content) == body
        assert key == request_key(body)


def test_the_order_of_the_schema_s_fields_is_kept() -> None:
    body = {"messages": [], "response_format": {"b": 1, "a": 2}}
    assert Encoder().encode(body)[1] == b'{"messages":[],"response_format":{"b":1,"a":2}}'
