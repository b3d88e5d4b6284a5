"""A quote stands where the article has it, and nowhere else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summariser.checking.folding import fold, fold_text
from summariser.checking.grounding import UNGROUNDED, Grounder
from summariser.checking.words import cuts_word

QUOTES = "'\"`´‘’‚“”„«»‹›「」′″"
DASHES = "-‐‑‒–—―−"
SPACES = (" ", "  ", "\n", " \n\t", "\u00a0", "\u202f ", "\u2009", "\r\n")
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff"
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "...": "…"}

# Hangul and accents have two Unicode forms; ² and ½ have a compatibility form that must not be used.
LETTERS = "abcdfilxyzABCéüñçйЇ한국漢字0123456789²½\u00ad\u200b"
WORDS = st.text(LETTERS, min_size=1, max_size=7) | st.sampled_from(
    ["official", "ﬁve", "soufflé", "e\u0301tat", "non-combatants", "1,300", "l’armée", "10²", "km\u00a0²"]
)
GAPS = st.sampled_from(
    [" ", "\n", "\n\n", ", ", ". ", " — ", " “", "” ", " ''", "... ", "… ", " - ", "?\n", "\u00a0 "]
)
PLAIN = st.text("abcdefghijklmnop", min_size=5, max_size=9)


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, str]:
    """A text and a slice of it from the beginning of one word to the end of another."""
    words = draw(st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=12))
    text = "".join(word + gap for word, gap in words)
    runs = [match.span() for match in re.finditer(r"[^ \n]+", text)]
    first = draw(st.integers(0, len(runs) - 1))
    last = draw(st.integers(first, len(runs) - 1))
    quote = text[runs[first][0] : runs[last][1]]
    assume(fold_text(quote).strip())
    return text, quote


@st.composite
def retyped(draw: st.DrawFn, quote: str) -> str:
    """The same words in another typography."""
    for plain, ligature in LIGATURES.items():
        if draw(st.booleans()):
            quote = quote.replace(plain, ligature) if draw(st.booleans()) else quote.replace(ligature, plain)
    pieces: list[str] = []
    # Two apostrophes are one quotation mark, so they change together.
    for piece in re.findall(r"\s+|''|.", quote):
        if piece.isspace():
            # A no-break space between digits may make them one number.
            digits = bool(pieces) and pieces[-1].isdigit()
            pieces.append(draw(st.sampled_from(SPACES[:4] if digits else SPACES)))
        elif piece in QUOTES or piece == "''":
            pieces.append(draw(st.sampled_from(QUOTES[1:])))
        elif piece in DASHES:
            pieces.append(draw(st.sampled_from(DASHES)))
        elif piece.isalnum() and pieces and pieces[-1].isalnum():
            pieces += [draw(st.sampled_from(["", "", *INVISIBLE])), piece]
        else:
            pieces.append(piece)
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), "".join(pieces))


@given(passages())
def test_an_exact_quote_is_where_it_stands(passage: tuple[str, str]) -> None:
    text, quote = passage
    found = Grounder(text).ground(quote)
    assert found.status == "exact"
    assert text[found.start : found.end] == quote.strip()


@given(st.text(max_size=40), st.data())
def test_any_passage_of_any_text_that_cuts_no_word_is_exact(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = text[start:end]
    assume(quote and quote == quote.strip() and not cuts_word(text, start) and not cuts_word(text, end))
    found = Grounder(text).ground(quote)
    assert found.status == "exact"
    assert text[found.start : found.end] == quote


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_and_no_quote_breaks_it(text: str, quote: str) -> None:
    grounder = Grounder(text)
    found = grounder.ground(quote)
    assert (found.start is None) == (found.end is None) == (found.status == "ungrounded")
    assert grounder.ground_all([quote]) == (found,)
    grounder.nearest(quote)


@given(passages(), st.data())
def test_typography_does_not_matter(passage: tuple[str, str], data: st.DataObject) -> None:
    text, original = passage
    quote = data.draw(retyped(original))
    found = Grounder(text).ground(quote)
    assert found.status in ("exact", "normalised")
    assert fold(text[found.start : found.end]).text.strip() == fold(quote).text.strip()


@given(passages(), st.data())
def test_typography_of_the_article_does_not_matter(passage: tuple[str, str], data: st.DataObject) -> None:
    original, quote = passage
    text = "Before. " + data.draw(retyped(original))
    found = Grounder(text).ground(quote)
    assert found.status in ("exact", "normalised")
    assert fold(text[found.start : found.end]).text.strip() == fold(quote).text.strip()


@given(passages())
def test_both_ways_to_fold_agree(passage: tuple[str, str]) -> None:
    text, _ = passage
    assert fold(text).text == fold_text(text)


@given(passages(), st.data())
def test_a_quote_with_one_other_word_is_ungrounded(passage: tuple[str, str], data: st.DataObject) -> None:
    text, original = passage
    quote = data.draw(retyped(original))
    words = quote.split()
    # The alphabet of the words above has no q.
    words[data.draw(st.integers(0, len(words) - 1))] = "qaq"
    assert Grounder(text).ground(" ".join(words)) == UNGROUNDED


@given(st.lists(PLAIN, min_size=2), st.integers(10, 10**7), st.data())
def test_a_quote_with_one_other_digit_is_ungrounded(
    words: list[str], number: int, data: st.DataObject
) -> None:
    digits = list(str(number))
    text = f"{words[0]} {number} {' '.join(words[1:])}."
    changed = data.draw(st.integers(0, len(digits) - 1))
    digits[changed] = data.draw(st.sampled_from([each for each in "0123456789" if each != digits[changed]]))
    assert Grounder(text).ground(text).status == "exact"
    assert Grounder(text).ground(text.replace(str(number), "".join(digits))) == UNGROUNDED


ELLIPSES = st.sampled_from(["...", " ... ", "…", " … ", " [...] ", " (…) ", " . . . ", "...."])
SENTENCES = st.lists(PLAIN, min_size=12, max_size=12, unique=True)


@given(
    SENTENCES, st.sampled_from([" ", ", "]) | ELLIPSES, st.sampled_from([". ", "! ", ".” ", "\n\nX", "?\n"])
)
def test_a_mosaic_of_two_sentences_is_ungrounded(words: list[str], joint: str, stop: str) -> None:
    one, other = words[:6], words[6:]
    grounder = Grounder(f"{' '.join(one)}{stop}{' '.join(other)}.")
    assert grounder.ground(" ".join(one[:3]) + joint + " ".join(other[3:])) == UNGROUNDED
    assert grounder.ground(" ".join(other[:3]) + joint + " ".join(one[3:])) == UNGROUNDED
    # Even where the halves are neighbours: the ellipsis says that they are not.
    assert grounder.ground(" ".join(one[3:]) + joint + " ".join(other[:3])) == UNGROUNDED


@given(SENTENCES, ELLIPSES, st.sampled_from([" ", "\n"]))
def test_pieces_of_one_sentence_are_elided(words: list[str], ellipsis: str, space: str) -> None:
    text = f"First. {space.join(words)}. Last."
    quote = f"{' '.join(words[:2])}{ellipsis}{' '.join(words[5:7])}{ellipsis}{' '.join(words[10:])}"
    found = Grounder(text).ground(quote)
    assert found.status == "elided"
    assert text[found.start : found.end] == space.join(words)


@given(SENTENCES, ELLIPSES)
def test_pieces_in_the_wrong_order_are_ungrounded(words: list[str], ellipsis: str) -> None:
    quote = f"{' '.join(words[6:8])}{ellipsis}{' '.join(words[:2])}"
    assert Grounder(f"{' '.join(words)}.").ground(quote) == UNGROUNDED


ARMY = (
    "The army did not enter the city of Ardal, its chief said on Monday. "
    "The navy entered the harbour of Ardal on Tuesday."
)


@pytest.mark.parametrize(
    ("quote", "status"),
    [
        ("The army did not enter the city", "exact"),
        ("The army did enter the city", "ungrounded"),
        ("the army did not enter the city", "ungrounded"),
        ("The army did not … its chief said", "elided"),
        ("The army … the harbour of Ardal", "ungrounded"),
        ("The navy entered … on Monday", "ungrounded"),
        ("The … of Ardal on Tuesday", "ungrounded"),  # the first piece says nothing
        ("…", "ungrounded"),
        ("... the city of Ardal", "ungrounded"),
        ("“The army did not enter the city”", "normalised"),
        ('"The navy  entered\nthe harbour"', "normalised"),
        ("  The navy entered  ", "exact"),
        ("", "ungrounded"),
        (" \n", "ungrounded"),
        ('""', "ungrounded"),
        ("\u00ad\u200b", "ungrounded"),
    ],
)
def test_statuses(quote: str, status: str) -> None:
    assert Grounder(ARMY).ground(quote).status == status


def test_nothing_stands_in_an_empty_text() -> None:
    assert Grounder("").ground("x") == UNGROUNDED
    assert Grounder("").ground("") == UNGROUNDED
    assert Grounder("").ground_all([]) == ()
    assert Grounder("").nearest("x") is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("They sent 1,300 soldiers.", "300 soldiers"),
        ("They sent 1,300 soldiers.", "They sent 1"),
        ("They sent 1.300 soldiers.", "300"),
        ("They sent 1'300 soldiers.", "300 soldiers"),
        ("They sent 1’300 soldiers.", "300 soldiers"),
        ("They sent 1\u00a0300 soldiers.", "300 soldiers"),
        ("They sent 1\u202f300 soldiers.", "They sent 1"),
        ("They sent 1\u200b300 soldiers.", "300 soldiers"),
        ("It weighs 3.5 tonnes.", "5 tonnes"),
        ("It weighs 3.5 tonnes.", "It weighs 3"),
        ("It was in 2023.", "3"),
        ("It was in 2023.", "It was in 202"),
        ("There were non-combatants.", "combatants"),
        ("There were non\u2011combatants.", "combatants"),
        ("There were non\u00adcombatants.", "combatants"),
        ("There were non-combatants.", "There were non"),
        ("They were un\u00adarmed men.", "armed men"),
        ("They were unarmed men.", "armed men"),
        ("They were armed men.", "They were arm"),
        ("The force can't hold the city.", "The force can"),
        ("The side won’t hold the city.", "The side won"),
        ("Nobody trusts the e\u0301tat.", "tat"),
        ("Nobody trusts the cafe\u0301.", "Nobody trusts the cafe"),
        ("सैनिकों", "सैन"),
        ("सैनिकों", "निकों"),
        ("An area of 10 km² was cleared.", "10 km2"),
        ("An area of 10 km² was cleared.", "10 km"),
        ("About 10² men.", "102"),
        ("About 10² men.", "About 10"),
        ("About 1½ tonnes.", "About 1"),
        ("About ½ tonne.", "1/2"),
        ("About ² men.", "2"),
        ("２０２３年", "3年"),
        ("2023年", "3年"),
        ("There were ﬁve men.", "ve men"),
        ("They said “no” …", "“no” .."),
    ],
)
def test_what_cuts_a_word_or_a_number_is_ungrounded(text: str, quote: str) -> None:
    assert Grounder(text).ground(quote) == UNGROUNDED


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Of 1,300 and 300 soldiers", "300 soldiers"),
        ("In 2023 3 soldiers fell", "3 soldiers"),
        ("In 2023\u00a03000 soldiers fell", "3000 soldiers"),
        ("The soldiers, 300, fell", "300"),
        ("It cost $300.", "300"),
        ("It rose to 300.", "It rose to 300"),
        ("Of non-combatants and combatants", "combatants"),
        ("Russia’s army", "Russia"),
        ("La voix de l’armée", "armée"),
        ("It said: “can”t.", "It said: “can"),
        ("北朝鮮は兵士3000人を派遣した。", "兵士3000人"),
        ("北朝鮮は兵士3000人を派遣した。", "3000"),
        ("中国军队进入该市", "军队"),
        ("북한이 러시아에 병력을 보냈다", "러시아"),
        ("북한이 러시아에 병력을 보냈다", "병력"),
        ("กองทัพเกาหลีเหนือ", "เกาหลี"),
        ("ab\u200b, cd", "ab"),
    ],
)
def test_what_cuts_nothing_is_exact(text: str, quote: str) -> None:
    found = Grounder(text).ground(quote)
    assert found.status == "exact"
    assert text[found.start : found.end] == quote


@pytest.mark.parametrize(("edge", "cuts"), [(0, False), (1, True), (2, False), (99, False)])
def test_the_ends_of_a_text_cut_nothing(edge: int, cuts: bool) -> None:
    assert cuts_word("ab", edge) is cuts


REPEATED = "Ardal fell. " * 3 + "Borland sent 300 soldiers. Ardal fell. " + "Ardal fell. " * 3


@pytest.mark.parametrize("backwards", [False, True])
def test_the_place_nearest_to_the_other_quotes_is_taken(backwards: bool) -> None:
    quotes = ["Ardal fell.", "Borland sent 300 soldiers."]
    places = Grounder(REPEATED).ground_all(quotes[::-1] if backwards else quotes)
    repeated, single = places[::-1] if backwards else places
    assert single.start == REPEATED.index("Borland")
    # "Ardal fell." right before begins nearer than the one behind ends.
    assert repeated.end == REPEATED.index(" Borland")


def test_a_quote_nowhere_does_not_disturb_the_others() -> None:
    places = Grounder(REPEATED).ground_all(["Ardal fell.", "Nothing fell.", "sent 300 soldiers. Ardal fell."])
    assert [place.status for place in places] == ["exact", "ungrounded", "exact"]
    assert places[0].start == REPEATED.index("Ardal", REPEATED.index("300"))
    assert Grounder(REPEATED).ground_all(["no", "none"]) == (UNGROUNDED, UNGROUNDED)


def test_a_quote_alone_stands_in_its_first_place() -> None:
    assert Grounder(REPEATED).ground_all(["Ardal fell."])[0].start == 0
    assert Grounder(REPEATED).ground("Ardal fell.").start == 0


def test_a_quote_in_very_many_places_is_grounded() -> None:
    text = "a b " * 3000
    assert [place.status for place in Grounder(text).ground_all(["a b", "b a"])] == ["exact", "exact"]


def test_an_exact_place_is_preferred_to_a_normalised_one_before_it() -> None:
    text = "“Go home” it said. 'Go home' it said."
    found = Grounder(text).ground("'Go home' it said")
    assert (found.status, found.start) == ("exact", text.index("'"))


@pytest.mark.parametrize(
    ("quote", "passage"),
    [
        ("The army did enter the city of Ardal", ARMY.split(". ")[0] + "."),
        ("The navy had entered the harbour of Ardal on Tuesday", ARMY.split(". ")[1]),
        ("xyzzy", None),
        ("", None),
        ("   ", None),
    ],
)
def test_the_nearest_passage(quote: str, passage: str | None) -> None:
    assert Grounder(ARMY).nearest(quote) == passage
