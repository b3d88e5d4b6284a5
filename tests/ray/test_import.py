from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys
sys.modules["ray"] = None
from summariser import SummariserError
try:
    import summariser.ray
except SummariserError as error:
    print(error, "|", error.hint)
"""


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import summariser, sys; print('ray' in sys.modules)", "False\n"),
        (
            WITHOUT,
            "summariser.ray needs the package ray | pip install 'structured-summariser[ray]'\n",
        ),
    ],
)
def test_ray_is_needed_only_where_it_is_used(code: str, printed: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == printed
