"""Which numbers a phrase states: the traps are the scales and the group separators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.checking.numbers import states


@pytest.mark.parametrize(
    ("language", "phrase", "stated", "not_stated"),
    [
        ("en", "4,000", [4000], [4, 400, 40_000]),
        ("en", "at least 300 additional", [300], [3, 30, 3000]),
        ("en", "1.5 billion", [1.5e9], [1.5e6, 1.5, 1.5e12, 15e9]),
        ("en", "$1.5 billion", [1.5e9], [1.5e6, 1.5]),
        ("en", "$61bn", [61e9], [61, 61e6]),
        ("en", "$2.3m", [2.3e6], [2300, 2.3e9]),
        ("en", "300 m", [300, 3e8], [3e5]),  # metres or millions
        ("en", "5k", [5000], [5e6]),
        ("en", "1.500", [1.5], [1500]),
        ("en", "1,500", [1500], [1.5]),
        ("en", "1,500.5", [1500.5], [1500]),
        ("en", "1,500,000", [1.5e6], [1500]),
        ("en", "10 to 15 million", [10e6, 15e6], [15, 10e9]),
        ("en", "between 30 and 40", [30, 40], [35]),
        ("en", "31 of 38", [31, 38], [3138]),
        ("en", "no fewer than twelve", [12], [2, 10]),
        ("en", "an Armenian border guard", [1], [2]),
        ("en", "a dozen officers", [12], [1]),
        ("en", "the officers", [], [1]),
        ("en", "a few officers", [], [1]),
        ("en", "a week of 12 raids", [12], [1]),
        ("fr", "un neuvième soldat", [1], [2]),
        ("fr", "une trentaine", [30], [1, 3, 20]),
        ("fr", "environ un millier", [1000], [1, 100]),
        ("fr", "deux centaines", [200], [2, 100]),
        ("es", "una decena", [10], [1]),
        ("es", "una mujer", [1], [2]),
        ("de", "einen Soldaten", [1], [2]),
        ("uk", "жінка", [], [1]),
        ("en", "twenty-five", [25], [5, 20]),
        ("en", "two million", [2e6], [2, 2e9]),
        ("en", "two billion", [2e9], [2e6]),
        ("en", "a dozen", [12], [1, 24]),
        ("en", "two dozen", [24], [2, 12]),
        ("en", "a 10-million-strong army", [10e6], [10]),
        ("en", "3 million and 4,000", [3e6, 4000], [3]),
        ("en", "a considerable amount", [], [0, 1]),
        ("en", "on 27.03.2025", [], [27, 2025, 27.03]),
        ("en", "", [], [0, 1]),
        (None, "1,500", [1500], [1.5]),
        ("de", "1.500", [1500], [1.5]),
        ("de", "1,5", [1.5], [15, 1500]),
        ("de", "1,5 Milliarden Euro", [1.5e9], [1.5e6, 1.5]),
        ("de", "2 Mio. Euro", [2e6], [2, 2e9]),
        ("de", "2 Mrd. Euro", [2e9], [2e6]),
        ("de", "2 Billionen Euro", [2e12], [2e9]),
        ("de", "1 Billion Euro", [1e12], [1e9, 1]),
        ("de", "zwölf", [12], [2]),
        ("de", "zwei Milliarden", [2e9], [2e6, 2e12]),
        ("fr", "1 500 soldats", [1500], [1, 500]),
        ("fr", "1\u202f500 soldats", [1500], [1, 500]),
        ("fr", "1,5 milliard", [1.5e9], [1.5e6]),
        ("fr", "deux cents", [200], [2, 100]),
        ("fr", "deux milliards", [2e9], [2e6]),
        ("es", "3 mil", [3000], [3, 3e6]),
        ("es", "2 mil millones", [2e9], [2e6, 2000]),
        ("es", "mil quinientos", [1500], [500]),
        ("es", "1 billón", [1e12], [1e9, 1]),
        ("es", "2 billones", [2e12], [2e9, 2]),
        ("pt", "3 mil milhões", [3e9], [3e6, 3000]),
        ("pt", "2 bilhões", [2e9], [2e6, 2]),
        ("it", "2 miliardi", [2e9], [2e6, 2]),
        ("it", "due milioni", [2e6], [2, 2e9]),
        ("nl", "2 miljoen", [2e6], [2, 1e6]),
        ("nl", "2 miljard", [2e9], [2, 2e6, 1e9]),
        ("da", "2 milliarder", [2e9], [2, 2e6]),
        ("sv", "2 miljarder", [2e9], [2, 2e6]),
        ("uk", "3 тисячі", [3000], [3, 3e6]),
        ("uk", "2 млрд", [2e9], [2, 2e6]),
        ("uk", "2 млн", [2e6], [2, 2e9]),
        ("uk", "2 тис.", [2000], [2]),
        ("ru", "2 миллиона", [2e6], [2, 2e9]),
        ("ru", "2 тыс.", [2000], [2]),
        ("ja", "兵士1,200人", [1200], [1, 200, 1.2]),
        ("zh", "300人", [300], [30]),
    ],
)
def test_states(language: str | None, phrase: str, stated: list[float], not_stated: list[float]) -> None:
    assert [number for number in stated if not states(phrase, number, language)] == []
    assert [number for number in not_stated if states(phrase, number, language)] == []


@given(st.integers(0, 10**12))
def test_each_count_is_stated_plainly_and_grouped(number: int) -> None:
    assert states(f"some {number} men", number, "en")
    assert states(f"some {number:,} men", number, "en")
    assert states(f"rund {number:,} Mann".replace(",", "."), number, "de")
    assert not states(f"some {number:,} men", number + 1, "en")


@given(st.text(max_size=30), st.sampled_from([None, "en", "de", "fr", "uk", "zh", "xx"]))
def test_no_phrase_breaks_it(phrase: str, language: str | None) -> None:
    assert states(phrase, -1, language) is False
