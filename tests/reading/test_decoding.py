from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.errors import InputError
from summariser.reading.decoding import decode, meta_charset

FRENCH = "Le président a déclaré à l\u2019Élysée que l\u2019été serait « décisif ». Les maires siégeaient là."
SPANISH = "El señor Núñez llegó a España mañana. La reunión, que duró tres horas, terminó sin acuerdo."
CZECH = "Příliš žluťoučký kůň. Starosta města oznámil, že most zůstane uzavřen až do čtvrtka."
RUSSIAN = "Мост закрыт до четверга, сообщил мэр города в понедельник."
JAPANESE = "日本語のテキストです。首相は今日、東京で会見した。"

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(TEXT, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_reads_what_python_reads(text: str, encoding: str) -> None:
    text = text.removeprefix("\ufeff")
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    # "{\\rtf" and "%PDF-" in plain letters are not what is tested here.
    if not text.startswith(("{", "%", "P", "G")):
        assert decode(text.encode(encoding), ["utf-8"]) == expected


def test_line_ends_are_those_of_open(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\rthree\n\r\n\nfour \r")
    assert decode(path.read_bytes(), ["utf-8"]) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"), (SPANISH, "cp1252"), ("Café", "cp1252"), ("Größe und Maß", "latin-1"),
        ("The price is £5, he said.", "cp1252"), (CZECH, "cp1250"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), ("中文新闻市长星期一宣布大桥关闭。", "gbk"),
    ],
)  # fmt: skip
def test_the_encoding_is_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), ["utf-8"]) == text


def test_a_long_text_is_guessed_in_short_time() -> None:
    text = FRENCH * 100_000
    started = time.perf_counter()
    assert decode(text.encode("cp1252"), ["utf-8"]) == text
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("encodings", "text"),
    [
        (["windows-1252", "utf-8"], "GrÃ¶ÃŸe"),
        (["utf-8", "windows-1252"], "Größe"),
        # Not encodings of text, or not any; the next one counts.
        (
            [
                None,
                "",
                "no-such",
                "hex",
                "punycode",
                "unicode_escape",
                "idna",
                "utf-7",
                "a" * 99,
                "..",
                "utf-8",
            ],
            "Größe",
        ),
        (["UTF8"], "Größe"),
    ],
)
def test_named_encodings_are_tried_in_order(encodings: Iterable[str | None], text: str) -> None:
    assert decode("Größe".encode(), encodings) == text


def test_latin_1_means_windows_1252_as_in_browsers() -> None:
    assert decode(b"\x93quoted\x94 \x80 5", ["iso-8859-1"]) == "“quoted” € 5"


def test_a_byte_order_mark_beats_a_name() -> None:
    assert decode("Größe".encode("utf-8-sig"), ["windows-1252"]) == "Größe"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF file, not text"),
        (b"PK\x03\x04\x14\x00", "this is a zip archive or an office document, not text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "this is an office document, not text"),
        (rb"{\rtf1\ansi hello}", "this is an RTF document, not text"),
        (b"\x1f\x8b\x08\x00", "this is a gzip file, not text"),
        (b"\x89PNG\r\n\x1a\n", "this is a PNG image, not text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "this is a JPEG image, not text"),
        (b"GIF89a\x01\x00", "this is a GIF image, not text"),
        (b"\x7fELF\x02\x01\x01\x00", "this is a binary file, not text"),
        (b"text, and\x00then", "this is a binary file, not text"),
        ("text, and\0then".encode("utf-16"), "this is a binary file, not text"),
        ("without a mark".encode("utf-16-le"), "this is a binary file, not text"),
        (b"\xef\xbb\xbfdamaged \xff", "begins like UTF-8 but is damaged"),
        (b"\xff\xfea\x00b", "begins like UTF-16 but is damaged"),
        (b"\xff\xfe\x00\xd8a\x00", "begins like UTF-16 but is damaged"),
        (bytes(range(1, 32)) * 8 + bytes(range(128, 256)) * 8, "the encoding of the text cannot be told"),
    ],
)
def test_what_is_not_text_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=f"^{says}$") as caught:
        decode(data, ["utf-8"])
    assert caught.value.hint


def test_random_bytes_are_refused_or_read_but_never_crash() -> None:
    for size in (1, 2, 3, 10, 1000, 100_000):
        try:
            decode(os.urandom(size), ["utf-8"]).encode()
        except InputError:
            continue


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b'<html><meta charset="windows-1252">', "windows-1252"),
        (b"<META CHARSET=koi8-r>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15" />', "ISO-8859-15"),
        (b'<meta charset="utf-16le">', "utf-8"),
        (b"<p>charset=koi8-r", None),
        (b'<meta name="x"> charset=koi8-r', None),
        (b" " * 2000 + b"<meta charset=koi8-r>", None),
    ],
)
def test_meta_charset(data: bytes, charset: str | None) -> None:
    assert meta_charset(data) == charset
