"""Whether a text names an actor, by whatever form stands for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.checking.folding import fold_text
from summariser.checking.names import Words, aliases


@pytest.mark.parametrize(
    ("text", "name", "kind", "country", "named"),
    [
        ("Russia said no.", "Russia", "state", "RUS", True),
        ("Moscow said no.", "Russia", "state", "RUS", True),
        ("The Kremlin said no.", "Russia", "state", "RUS", True),
        ("Russian troops left.", "Russia", "state", "RUS", True),
        ("The Russians left.", "Russia", "state", "RUS", True),
        ("Pyongyang denied it.", "North Korea", "state", "PRK", True),
        ("Seoul denied it.", "North Korea", "state", "PRK", False),
        ("Pristina denied it.", "Kosovo", "state", "XKX", True),
        ("Moscow said no.", "Russia", "state", None, False),
        ("Moscow said no.", "Russian army", "military", "RUS", False),  # a capital is the state alone
        ("The US said no.", "United States", "state", "USA", True),
        ("The U.S. said no.", "United States", "state", "USA", True),
        ("Washington said no.", "the United States", "state", "USA", True),
        ("They told us to go.", "United States", "state", "USA", False),
        ("BUSES and USEFUL things", "United States", "state", "USA", False),
        ("The UK said no.", "United Kingdom", "state", "GBR", True),
        ("Niger said no.", "Niger", "state", "NER", True),
        ("Nigeria said no.", "Niger", "state", "NER", False),
        ("Nigerian troops left.", "Niger", "state", "NER", False),
        ("Niger said no.", "Nigeria", "state", "NGA", False),
        ("Nigerien troops left.", "Niger", "state", "NER", True),
        ("It was IN all papers.", "India", "state", "IND", False),
        ("Nato said no.", "NATO", "international_organisation", None, True),
        ("NATO said no.", "North Atlantic Treaty Organization", "international_organisation", None, True),
        ("The IAEA said no.", "International Atomic Energy Agency", "other", None, True),
        ("The I.A.E.A. said no.", "International Atomic Energy Agency (IAEA)", "other", None, True),
        (
            "The International Atomic Energy Agency",
            "International Atomic Energy Agency (IAEA)",
            "o",
            None,
            True,
        ),
        ("the who of it", "World Health Organization", "international_organisation", None, False),
        ("The WHO said no.", "World Health Organization", "international_organisation", None, True),
        ("The PST said no.", "Norwegian security service, PST", "government_body", "NOR", True),
        ("The pst said no.", "Norwegian security service, PST", "government_body", "NOR", False),
        ("Mr Smith said no.", "John Smith", "person", None, True),
        ("Smithson said no.", "John Smith", "person", None, False),
        ("Kim said no.", "Kim Jong Un", "person", "PRK", True),
        ("It was a lee shore.", "Kim Il", "person", None, False),
        ("Smith said no.", "John Smith", "company", None, False),
        ("Ministry of Defence said no.", "the Ministry of Defence", "government_body", None, True),
        ("The ministry of\ndefence said no.", "Ministry of Defence", "government_body", None, True),
        ("Quai d’Orsay said no.", "France", "state", "FRA", True),
        ("ÉLYSÉE", "France", "state", "FRA", True),
        ("Ardal_x", "Ardal", "state", None, False),
        ("New Ardal2", "Ardal", "state", None, False),
        ("", "Ardal", "state", "USA", False),
    ],
)
def test_names(text: str, name: str, kind: str, country: str | None, named: bool) -> None:
    assert Words(fold_text(text)).name(name, kind, country) is named


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("Since “March”, they say", "since 'march'", True),
        ("the soldiers", "soldier", True),
        ("the soldiering", "soldier", False),
        ("1,300 men", "1,300", True),
        ("non\u00adcombatants", "noncombatants", True),
        ("anything", "", False),
    ],
)
def test_phrases(text: str, phrase: str, held: bool) -> None:
    assert Words(fold_text(text)).hold(phrase) is held


def test_an_unknown_country_has_no_aliases() -> None:
    assert aliases("ZZZ") == ()


def test_codes_of_two_letters_are_no_aliases_unless_they_are_used_as_names() -> None:
    assert "IN" not in aliases("IND")
    assert "US" in aliases("USA")


@given(st.text(max_size=20), st.text(max_size=10))
def test_no_text_and_no_name_breaks_it(text: str, name: str) -> None:
    for kind in ("state", "person"):
        Words(fold_text(text)).name(name, kind, "FRA")


@given(st.text("abcXYZ é-", min_size=1, max_size=10).filter(str.strip))
def test_a_text_names_what_stands_in_it(name: str) -> None:
    assert Words(fold_text(f"Then ({name}) came.")).name(name, "other", None)
