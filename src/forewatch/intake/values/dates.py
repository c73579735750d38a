"""Dates in agencies' columns, each of which keeps one era; the other era is a fault, not a guess."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from forewatch.intake.values.faults import BadValue, Fault
from forewatch.lib.calendars import BUDDHIST_ERA
from forewatch.register.rules.dates import BirthDate, NotADate, Precision, birth_date
from forewatch.register.rules.text import arabic_digits, tidy, visible


class Era(StrEnum):
    """How a column counts years; `either` tells the eras apart by the size of a four-digit year."""

    BUDDHIST = "be"
    COMMON = "ce"
    EITHER = "either"


_BUDDHIST_FROM = 2300
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_LONG_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?P<rest>\d{1,2}[/.\-\s]\s*\d{1,2}[/.\-\s]\s*|.*[^\d\s/.\-].*?[\s.])(?P<year>\d{2})"
)
_SERIAL = re.compile(r"[1-6]\d{4}(\.\d+)?")
_FAULTS = {
    "shape": Fault.DATE_SHAPE,
    "day": Fault.DATE_NOT_A_DAY,
    "future": Fault.DATE_FUTURE,
    "old": Fault.DATE_OLD,
}


def read_birth(written: str, era: Era, today: date) -> BirthDate:
    """Return a birth date with how much of it is known: a day, a month, or a year alone.

    Raises BadValue; `today` tells the future, and which century a two-digit year means.
    """
    text = _TIME.sub("", tidy(arabic_digits(visible(written))))
    if _SERIAL.fullmatch(text):
        raise BadValue(Fault.DATE_SERIAL)
    text = _with_long_year(text, era, today)
    _check_era(text, era)
    try:
        return birth_date(text, today)
    except NotADate as problem:
        raise BadValue(_FAULTS[str(problem)]) from None


def read_day(written: str, era: Era, today: date) -> date:
    """Return a whole date, such as the day something was observed.

    Raises BadValue.
    """
    found = read_birth(written, era, today)
    if found.precision in (Precision.MONTH, Precision.YEAR):
        raise BadValue(Fault.DATE_INCOMPLETE)
    return found.day


def is_old_thai_year(found: BirthDate) -> bool:
    """Tell whether a date lies where the Thai year still began in April, so that its year may be one off."""
    return found.precision == Precision.ESTIMATED and found.day.year < 1941


def _with_long_year(text: str, era: Era, today: date) -> str:
    found = _SHORT_YEAR.fullmatch(text)
    if not found or _LONG_YEAR.search(text):
        return text
    if era is not Era.BUDDHIST:
        raise BadValue(Fault.DATE_TWO_DIGITS)
    this_year = today.year + BUDDHIST_ERA
    year = this_year // 100 * 100 + int(found["year"])
    return f"{found['rest']}{year if year <= this_year else year - 100}"


def _check_era(text: str, era: Era) -> None:
    found = _LONG_YEAR.search(text)
    if not found or era is Era.EITHER:
        return
    buddhist = int(found.group()) >= _BUDDHIST_FROM
    if era is Era.COMMON and buddhist:
        raise BadValue(Fault.DATE_ERA_BUDDHIST, str(int(found.group()) - BUDDHIST_ERA))
    if era is Era.BUDDHIST and not buddhist:
        raise BadValue(Fault.DATE_ERA_COMMON, str(int(found.group()) + BUDDHIST_ERA))
