"""Answers to the definition's questions: what was written becomes a value, or a reason why it cannot.

Values are as a record keeps them: true or false, a choice, a whole number, and decimals as strings, exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.register.rules.text import arabic_digits, visible

Value = bool | int | str


class NotAnAnswer(ValueError):  # noqa: N818  a sentence for the form
    """What was written answers no such question; the word says why: boolean, choice, number, finer, range."""


def answer(variable: Variable, written: str) -> Value | None:
    """Return the value of an answer in text; None when nothing was written, which is never a no or a 0.

    Shares may be written with a percent sign. Raises NotAnAnswer.
    """
    text = arabic_digits(visible(written)).strip()
    if not text:
        return None
    if variable.kind is Kind.BOOLEAN:
        if text not in ("true", "false"):
            raise NotAnAnswer("boolean")
        return text == "true"
    if variable.kind is Kind.CHOICE:
        if text not in variable.choices:
            raise NotAnAnswer("choice")
        return text
    return _number(variable, text)


def _number(variable: Variable, text: str) -> Value:
    percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%").strip().replace(",", ""))
    except InvalidOperation:
        raise NotAnAnswer("number") from None
    if not number.is_finite():
        raise NotAnAnswer("number")
    units = (number / 100 if percent else number).scaleb(variable.scale)
    if units != units.to_integral_value():
        raise NotAnAnswer("finer")
    if not variable.low <= units <= variable.high:
        raise NotAnAnswer("range")
    return exact(variable, int(units))


def exact(variable: Variable, units: int) -> int | str:
    """Return units of 10^-scale as a record keeps them: 25 of scale 2 is "0.25"."""
    return units if not variable.scale else f"{Decimal(units).scaleb(-variable.scale):.{variable.scale}f}"


def unusable(definition: Definition, level: str, values: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of values that no record about this level may hold."""
    for name, value in values.items():
        variable = definition.variables.get(name)
        if variable is None or variable.level != level or not _is_kept_so(variable, value):
            yield name


def _is_kept_so(variable: Variable, value: object) -> bool:
    written = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else str(value)
    try:
        return written is not None and answer(variable, written) == value and type(value) is not float
    except NotAnAnswer:
        return False
