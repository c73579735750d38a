"""Birth dates as papers write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.lib.calendars import thai_date
from forewatch.register.rules.dates import NotADate, Precision, age_on, birth_date, years_before

TODAY = date(2026, 6, 30)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
days = st.dates(date(1941, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("5/7/2524", date(1981, 7, 5), Precision.DAY),
        ("05-07-1981", date(1981, 7, 5), Precision.DAY),
        ("1981-07-05", date(1981, 7, 5), Precision.DAY),
        ("2524-07-05", date(1981, 7, 5), Precision.DAY),
        ("๕ ก.ค. ๒๕๒๔", date(1981, 7, 5), Precision.DAY),
        ("5 กรกฎาคม พ.ศ. 2524", date(1981, 7, 5), Precision.DAY),
        ("5 July 1981", date(1981, 7, 5), Precision.DAY),
        ("29/2/2567", date(2024, 2, 29), Precision.DAY),
        ("7/2524", date(1981, 7, 15), Precision.MONTH),
        ("ก.ค. 2524", date(1981, 7, 15), Precision.MONTH),
        ("2524", date(1981, 7, 1), Precision.YEAR),
        ("1981", date(1981, 7, 1), Precision.YEAR),
        # The middle of this year is still to come: nobody is born after today.
        ("2569", TODAY, Precision.YEAR),
        # Before 1941 the Thai year ended in March, so that January to March may lie a year later.
        ("3/2/2480", date(1937, 2, 3), Precision.ESTIMATED),
        ("3/5/2480", date(1937, 5, 3), Precision.DAY),
    ],
)
def test_dates_as_they_are_written(written: str, day: date, precision: Precision) -> None:
    found = birth_date(written, TODAY)
    assert (found.day, found.precision) == (day, precision)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "shape"),
        ("67", "shape"),
        ("5/7/67", "shape"),
        ("yesterday", "shape"),
        ("5 qqq 2524", "shape"),
        ("31/4/2524", "day"),
        ("0/4/2524", "day"),
        ("5/13/2524", "day"),
        ("29/2/2566", "day"),
        ("1/7/2569", "future"),
        ("2570", "future"),
        ("1895", "old"),
        ("2300", "future"),
    ],
)
def test_what_is_no_birth_date_says_why(written: str, reason: str) -> None:
    with pytest.raises(NotADate, match=reason):
        birth_date(written, TODAY)


@given(days)
def test_a_day_in_either_calendar_and_either_digits_is_the_same(day: date) -> None:
    common = f"{day.day}/{day.month}/{day.year}"
    buddhist = thai_date(day).translate(THAI)
    assert birth_date(common, TODAY).day == birth_date(buddhist, TODAY).day == day


@given(days, st.integers(0, 40))
def test_an_age_is_reached_by_those_born_on_or_before_that_day_years_ago(born: date, years: int) -> None:
    assert (age_on(born, TODAY) >= years) == (born <= years_before(TODAY, years))


def test_born_on_a_leap_day_the_birthday_is_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert years_before(date(2024, 2, 29), 18) == date(2006, 2, 28)
