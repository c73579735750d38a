"""Citizen numbers after a spreadsheet has had its way with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forewatch.intake.values.faults import BadValue, Fault
from forewatch.register.rules.numbers import NotANumber, NumberState, check_digit, citizen_id
from forewatch.register.rules.text import arabic_digits, visible

_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_SCHOOL_CODE = re.compile(r"G\d{9,12}", re.IGNORECASE)
_NOBODYS = frozenset({"ไม่มี", "ไม่มีเลข", "none", "no", "ไร้สัญชาติ"})
_UNASKED = frozenset({"", "-", "–", "0", "n/a", "ไม่ทราบ", "ไม่ระบุ"})
_FAULTS = {"length": Fault.ID_LENGTH, "first": Fault.ID_FIRST, "check": Fault.ID_CHECK}
LENGTH = 13


@dataclass(frozen=True, slots=True)
class Number:
    """A citizen number, or that there is none, or that nobody asked.

    `code` is a school's own number for a child without one (it begins with G). `restored` says that a
    spreadsheet had dropped the zeros in front.
    """

    state: NumberState
    digits: str = ""
    code: str = ""
    restored: bool = False


def read_number(written: str) -> Number:
    """Return what a cell says of somebody's citizen number.

    Raises BadValue.
    """
    if len(written) == LENGTH and written.isascii() and written.isdigit():
        return _checked(written)
    text = arabic_digits(visible(written)).strip()
    if text.casefold() in _UNASKED:
        return Number(NumberState.NOT_ASKED)
    if text.casefold() in _NOBODYS:
        return Number(NumberState.NONE)
    if _SCHOOL_CODE.fullmatch(text):
        return Number(NumberState.NONE, code=text.upper())
    if _SCIENTIFIC.fullmatch(text):
        raise BadValue(Fault.ID_SCIENTIFIC)
    text = text.removesuffix(".0")
    if restored := _with_zeros(text):
        return Number(NumberState.HAS, restored, restored=True)
    return _checked(text)


def _checked(text: str) -> Number:
    try:
        return Number(NumberState.HAS, citizen_id(text))
    except NotANumber as problem:
        raise BadValue(_FAULTS[str(problem)]) from None


def _with_zeros(text: str) -> str:
    """Return a number that lost the zero it began with, when its check digit says so.

    One zero, never more: numbers begin with 0 and a digit that is none, and each zero guessed makes a wrong
    number ten times likelier to pass.
    """
    if not re.fullmatch(r"[1-9]\d{11}", text):
        return ""
    whole = text.zfill(LENGTH)
    return whole if check_digit(whole[:12]) == int(whole[12]) else ""
