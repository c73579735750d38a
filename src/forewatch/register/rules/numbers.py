"""The citizen number: 13 digits, the last of which checks the others.

The first digit tells a legal status, and the next ones where it was registered: the number is sealed, found
by its key only, and its category is shown in no list. Numbers that begin with 0 are those of people without
civil registration, the very people this register is for; common libraries refuse them.
"""

from __future__ import annotations

import re
from enum import StrEnum

from forewatch.register.rules.text import arabic_digits, visible

_SEPARATORS = re.compile(r"[\s.\-–—]+")
_NUMBER = re.compile(r"[0-8][0-9]{12}")


class NumberState(StrEnum):
    """What is known of somebody's citizen number; having none is an answer, not a gap."""

    NOT_ASKED = "not_asked"
    NONE = "none"
    HAS = "has"


class NotANumber(ValueError):  # noqa: N818  a sentence for the form
    """What was written is no citizen number; the words say what is wrong with it."""


def check_digit(twelve: str) -> int:
    """Return the 13th digit that belongs to the first twelve: (11 - sum of (14 - i) d_i mod 11) mod 10."""
    total = sum(weight * int(digit) for weight, digit in zip(range(13, 1, -1), twelve, strict=True))
    return (11 - total % 11) % 10


def citizen_id(written: str) -> str:
    """Return the 13 digits of a citizen number as people write it: spaces, hyphens, Thai digits.

    Raises NotANumber.
    """
    digits = _SEPARATORS.sub("", arabic_digits(visible(written)))
    if not digits.isascii() or not digits.isdigit() or len(digits) != 13:
        raise NotANumber("length")
    if not _NUMBER.fullmatch(digits):
        raise NotANumber("first")
    if check_digit(digits[:12]) != int(digits[12]):
        raise NotANumber("check")
    return digits
