"""Kleene's three-valued logic over expressions (index-spec section 4); `None` is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from forewatch.analysis.engines.memory.values import Scalar
from forewatch.analysis.expressions import (
    And,
    Arithmetic,
    Choice,
    Compare,
    Expression,
    In,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Truth,
)

Outcome = Scalar | None
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def evaluate(expression: Expression, look_up: Callable[[str], Outcome]) -> Outcome:
    """Evaluate an expression; `look_up` gives the value of a name, or None when it is unknown."""

    def value(part: Expression) -> Outcome:
        return evaluate(part, look_up)

    match expression:
        case Name(name):
            return look_up(name)
        case Number(units, scale):
            return Fraction(units, 10**scale)
        case Choice(text):
            return text
        case Truth(truth):
            return truth
        case Not(item):
            return _unless_unknown(operator.not_, value(item))
        case And(items):
            return _all([value(item) for item in items])
        case Or(items):
            negated = _all([_unless_unknown(operator.not_, value(item)) for item in items])
            return _unless_unknown(operator.not_, negated)
        case Compare(sign, left, right) | Arithmetic(sign, left, right):
            return _unless_unknown(OPERATORS[sign], value(left), value(right))
        case Negative(item):
            return _unless_unknown(operator.neg, value(item))
        case In(item, options, negated):
            found = [value(Compare("==", item, option)) for option in options]
            return _unless_unknown(lambda *same: any(same) is not negated, *found)


def _unless_unknown(function: Callable[..., Scalar], *arguments: Outcome) -> Outcome:
    return None if None in arguments else function(*arguments)


def _all(parts: list[Outcome]) -> bool | None:
    """Return false when any part is false, else unknown when any is unknown, else true."""
    if any(part is False for part in parts):
        return False
    return None if None in parts else True
