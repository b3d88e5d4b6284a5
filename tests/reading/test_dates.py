from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.errors import InputError
from summariser.reading import parse_published


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (None, None),
        (date(2025, 3, 27), date(2025, 3, 27)),
        (datetime(2025, 3, 27, 23, 59, tzinfo=UTC), date(2025, 3, 27)),
        ("2025-03-27", date(2025, 3, 27)),
        (" 2025-03-27\n", date(2025, 3, 27)),
        ("2025-03-27T10:00:00Z", date(2025, 3, 27)),
        ("2025-03-27 10:00:00", date(2025, 3, 27)),
        ("2025-03-27T10:00:00.123Z", date(2025, 3, 27)),
        # The day as it is written, though it is another one in Greenwich.
        ("2025-03-27T23:30:00-08:00", date(2025, 3, 27)),
        ("2025-03-27T00:30:00+1100", date(2025, 3, 27)),
        ("Thu, 27 Mar 2025 10:00:00 GMT", date(2025, 3, 27)),
        ("Thu, 27 Mar 2025 23:30:00 -0800", date(2025, 3, 27)),
        ("27 Mar 2025 10:00 EST", date(2025, 3, 27)),
    ],
)
def test_takes_iso_and_rfc_2822(written: str | date | None, day: date | None) -> None:
    assert parse_published(written) == day
    assert not isinstance(parse_published(written), datetime)


@pytest.mark.parametrize(
    "written",
    [
        "", "   ", "yesterday", "27/03/2025", "27 March 2025", "March 27, 2025", "2025-02-30", "2025",
        "2025-03", "1743069600", "Thu, 99 Mar 2025 10:00:00 GMT", "Thu, 27 Foo 2025 10:00:00 GMT",
        "2025-03-27T99:00:00",
        "27 Mar 25 10:00:00 GMT", "Thu, 27 Mar 2025", "Thu", "2025-03-27 (print edition)", "\x00",
    ],
)  # fmt: skip
def test_refuses_anything_else(written: str) -> None:
    with pytest.raises(InputError, match="date of publication cannot be read") as caught:
        parse_published(written)
    assert "2025-03-27" in caught.value.hint


def test_the_message_stays_one_short_line() -> None:
    with pytest.raises(InputError) as caught:
        parse_published("when\nthe \x1b[31msun " + "shines " * 1000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 120


@given(
    st.datetimes(min_value=datetime(1900, 1, 1)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_date_comes_back(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=zone)
    assert parse_published(there.isoformat()) == moment.date()
    assert parse_published(format_datetime(there)) == moment.date()
    assert parse_published(moment.date().isoformat()) == moment.date()


@given(st.text())
def test_any_text_is_a_date_or_an_input_error(written: str) -> None:
    with suppress(InputError):
        assert isinstance(parse_published(written), date)
