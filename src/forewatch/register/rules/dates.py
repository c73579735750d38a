"""Birth dates as people and papers write them, with how much of them is known.

Years of the Buddhist era are taken where a common-era year cannot be meant. Of a year without a month the
middle is stored, so that an age computed from it errs by half a year at most to either side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from forewatch.lib.calendars import BUDDHIST_ERA, MONTHS
from forewatch.register.rules.text import arabic_digits, visible

FIRST_BUDDHIST_YEAR = 2400
"""No common-era year from here on can be meant."""
_JANUARY_FIRST = 2484
"""From this Buddhist year on the Thai year begins in January; before it, January to March fell at its end."""
OLDEST = 130


class Precision(StrEnum):
    """How much of a birth date is known; many papers say 1 January for want of a day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"


class NotADate(ValueError):  # noqa: N818  a sentence for the form
    """What was written is no birth date; the word says why: shape, day, future, old."""


@dataclass(frozen=True)
class BirthDate:
    """A day to compute with, and how much of it is known."""

    day: date
    precision: Precision


_SHORT_MONTHS = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?")
_NUMERIC = re.compile(r"(?:(?:(?P<day>\d{1,2})[/.\-\s])?(?P<month>\d{1,2})[/.\-\s])?(?P<year>\d{4})")
_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})\s*)?(?P<name>[^\d\s]+)\s*(?P<era>พ\.?ศ\.?|ค\.?ศ\.?)?\s*(?P<year>\d{4})"
)


def common_year(year: int) -> int:
    """Return a year in the common era: one of the Buddhist era less 543."""
    return year - BUDDHIST_ERA if year >= FIRST_BUDDHIST_YEAR else year


def birth_date(written: str, today: date) -> BirthDate:
    """Return the birth date that was written: 5/7/2524, 5 ก.ค. 2524, 1981-07-05, 7/2524 or 2524.

    Thai digits are read. Raises NotADate; `today` tells what lies in the future, or too far back.
    """
    text = arabic_digits(visible(written)).strip()
    year, month, day = _parts(text)
    common = common_year(year)
    try:
        found = date(common, month or 7, day or (15 if month else 1))
    except ValueError:
        raise NotADate("day") from None
    if (found if day else date(common, month or 1, 1)) > today:
        raise NotADate("future")
    if common < today.year - OLDEST:
        raise NotADate("old")
    return BirthDate(min(found, today), _precision(year, month, day))


def _precision(year: int, month: int | None, day: int | None) -> Precision:
    if FIRST_BUDDHIST_YEAR <= year < _JANUARY_FIRST and (month or 1) <= 3:
        return Precision.ESTIMATED
    if day:
        return Precision.DAY
    return Precision.MONTH if month else Precision.YEAR


def _parts(text: str) -> tuple[int, int | None, int | None]:
    for pattern in (_ISO, _NUMERIC):
        found = pattern.fullmatch(text)
        if found:
            return _numbers(found.groupdict())
    found = _WORDS.fullmatch(text)
    if not found:
        raise NotADate("shape")
    return _numbers({**found.groupdict(), "month": str(_month(found["name"]))})


def _numbers(parts: dict[str, str | None]) -> tuple[int, int | None, int | None]:
    month, day = parts.get("month"), parts.get("day")
    if (month is not None and int(month) == 0) or (day is not None and int(day) == 0):
        raise NotADate("day")
    return int(parts["year"] or 0), int(month) if month else None, int(day) if day else None


def _month(name: str) -> int:
    if name in MONTHS:
        return MONTHS.index(name) + 1
    plain = name.replace(".", "").lower()
    for place, short in enumerate(_SHORT_MONTHS):
        if plain == short.replace(".", ""):
            return place + 1
    if plain[:3] in _ENGLISH:
        return _ENGLISH.index(plain[:3]) + 1
    raise NotADate("shape")


def birth_at_age(age: int, day: date) -> BirthDate:
    """Return the middle of the year in which somebody was born who has this age, in years, on `day`."""
    last = years_before(day, age)
    return BirthDate(last - timedelta(days=183), Precision.ESTIMATED)


def age_on(born: date, day: date) -> int:
    """Return the age on a day: years, less one before the birthday (index-spec section 3)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def years_before(day: date, years: int) -> date:
    """Return the day on and before which somebody was born who has reached this age on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
