"""Numbers as agencies write them: Thai digits, separators of thousands, a unit behind."""

from __future__ import annotations

import re
from decimal import Decimal

from forewatch.intake.values.faults import BadValue, Fault
from forewatch.register.rules.text import arabic_digits, visible

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_UNIT = re.compile(r"\s*(บาท|฿|baht|คน|ปี|นาที)\.?$", re.IGNORECASE)
MAX_DIGITS = 18


def read_number(written: str) -> Decimal:
    """Return an exact number: 38000, 38,000.50, ๓๘,๐๐๐ บาท.

    "1,5" is refused: it is one and a half to some, and a slip of fifteen to others. Raises BadValue.
    """
    text = _UNIT.sub("", arabic_digits(visible(written)).strip()).replace("−", "-")
    if not _PLAIN.fullmatch(text) and not _GROUPED.fullmatch(text):
        raise BadValue(Fault.NUMBER_SHAPE)
    plain = text.replace(",", "")
    if len(plain) > MAX_DIGITS:
        raise BadValue(Fault.NUMBER_RANGE)
    return Decimal(plain)


def in_units(number: Decimal, scale: int, low: int, high: int) -> int:
    """Return a number in whole units of 10^-`scale`, within bounds given in units too.

    Raises BadValue.
    """
    units = number.scaleb(scale)
    if units != units.to_integral_value():
        raise BadValue(Fault.NUMBER_DECIMALS, str(scale))
    if not low <= units <= high:
        raise BadValue(Fault.NUMBER_RANGE, f"{plain(low, scale)}–{plain(high, scale)}")
    return int(units)


def plain(units: int, scale: int) -> str:
    """Return units of 10^-`scale` as people write the number."""
    return f"{Decimal(units).scaleb(-scale):f}"
