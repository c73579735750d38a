"""Rules that nothing can reach: tried out on every combination of values that could make a difference.

A missing answer never makes an expression true that its possible values do not, so whole answers are
enough. Indicators inside a rule are tried at 1, 2 and 3 freely, which can only hide a dead rule, never accuse
a live one. Where the combinations are too many, nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forewatch.analysis.declarations import Role, Written
from forewatch.analysis.definition import Definition, Indicator, Kind
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
    children,
    names,
    walk,
)
from forewatch.analysis.problems import Report

MAX_COMBINATIONS = 50_000
MAX_VALUES = 200
OLDEST = 150

Values = NDArray[Any]
_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_CALCULATE = {"+": np.add, "-": np.subtract, "*": np.multiply}


def check_reach(definition: Definition, written: Sequence[Written], report: Report) -> None:
    """Warn of rules, gates and conditions that are never or always true; the definition must be correct."""
    for one in written:
        if one.role in (Role.GATE, Role.COUNTS_IF):
            grid = grid_of(definition, [one.expression])
            if grid and not grid.truth(one.expression).any():
                _warn(one, report, "never-true", "this can never be true")
    for indicator in definition.indicators.values():
        own = {one.key: one for one in written if one.owner == indicator.id}
        _check_indicator(definition, indicator, own, report)


def _check_indicator(
    definition: Definition, indicator: Indicator, own: dict[str, Written], report: Report
) -> None:
    applies, rule2 = indicator.applies or Truth(True), indicator.rule2 or Truth(False)
    grid = grid_of(definition, [applies, indicator.rule3, rule2])
    if grid is None:
        return
    key = f"indicators.{indicator.id}"
    asked = grid.truth(applies)
    three, two = grid.truth(indicator.rule3) & asked, grid.truth(rule2) & asked
    if not asked.any():
        reason = "this can never be true, so the indicator applies to nobody"
        _warn(own[f"{key}.applies"], report, "never-true", reason)
        return
    if not three.any():
        _warn(own[f"{key}.rules.3"], report, "never-true", "this can never be true, so nobody can score 3")
    elif (three == asked).all():
        _warn(own[f"{key}.rules.3"], report, "always-true", "this is true whatever is answered")
    if indicator.rule2 is None:
        return
    if not two.any():
        _warn(own[f"{key}.rules.2"], report, "never-true", "this can never be true, so nobody can score 2")
    elif not (two & ~three).any():
        reason = "rule 3 covers every case of rule 2, so nobody can score 2"
        _warn(own[f"{key}.rules.2"], report, "covered", reason)
    elif ((two | three) == asked).all() and not (three == asked).all():
        reason = "rules 3 and 2 together are true whatever is answered, so nobody can score 1"
        _warn(own[f"{key}.rules.2"], report, "always-true", reason)


def _warn(one: Written, report: Report, code: str, reason: str) -> None:
    report.warn(one.place(one.expression), one.key, code, reason)


class Grid:
    """All combinations of some values for each name, as numpy arrays with one axis per name."""

    def __init__(self, definition: Definition, values: dict[str, list[int]], codes: dict[str, int]) -> None:
        self._definition = definition
        self._codes = codes
        self._derived: dict[str, Values] = {}
        self._axes: dict[str, Values] = {}
        many = [name for name, options in values.items() if len(options) > 1]
        for name, options in values.items():
            shape = [1] * len(many)
            if name in many:
                shape[many.index(name)] = len(options)
            self._axes[name] = np.array(options, dtype=np.int64).reshape(shape)

    def truth(self, expression: Expression) -> Values:
        """Return where the expression is true, as an array that broadcasts over the combinations."""
        match expression:
            case Truth(value):
                return np.array(value)
            case Name(name) if name in self._definition.derived:
                if name not in self._derived:
                    self._derived[name] = self.truth(self._definition.derived[name].expression)
                return self._derived[name]
            case Name(name):
                return self._axes[name].astype(bool)
            case Not(item):
                return ~self.truth(item)
            case And(items):
                return reduce(and_, [self.truth(item) for item in items])
            case Or(items):
                return reduce(or_, [self.truth(item) for item in items])
            case Compare(operator, left, right):
                one, other = self._common(left, right)
                return np.asarray(_COMPARE[operator](one, other))
            case In(item, options, negated):
                found = Or(tuple(Compare("==", item, option) for option in options))
                return self.truth(Not(found) if negated else found)
        raise TypeError(f"{expression} is not true or false")

    def _common(self, left: Expression, right: Expression) -> tuple[Values, Values]:
        (one, scale), (other, other_scale) = self._value(left), self._value(right)
        finest = max(scale, other_scale)
        return one * 10 ** (finest - scale), other * 10 ** (finest - other_scale)

    def _value(self, expression: Expression) -> tuple[Values, int]:
        """Return whole units and their scale; choices are numbered, true is 1."""
        match expression:
            case Number(units, scale):
                return np.array(units, dtype=np.int64), scale
            case Choice(text):
                return np.array(self._codes[text]), 0
            case Name(name) if name in self._axes:
                variable = self._definition.variables.get(name)
                return self._axes[name], variable.scale if variable else 0
            case Negative(item):
                inner, scale = self._value(item)
                return -inner, scale
            case Arithmetic("*", left, right):
                (one, scale), (other, other_scale) = self._value(left), self._value(right)
                return one * other, scale + other_scale
            case Arithmetic(operator, left, right):
                scale = max(self._value(left)[1], self._value(right)[1])
                return np.asarray(_CALCULATE[operator](*self._common(left, right))), scale
        return self.truth(expression).astype(np.int64), 0


def grid_of(definition: Definition, expressions: Sequence[Expression]) -> Grid | None:
    """Return every combination of values that could change these expressions; None when they are too many."""
    opened = _opened(definition, expressions)
    used = sorted(set().union(*(definition.direct_names(one) for one in expressions)))
    codes = {text: code for code, text in enumerate(_choices(definition, used))}
    values: dict[str, list[int]] = {}
    for name in used:
        options = _values(definition, name, opened, codes)
        if options is None:
            return None
        values[name] = options
        # Few axes, few cells: numpy has no more than 64 axes, and these bounds keep far from it.
        if math.prod(len(one) for one in values.values()) > MAX_COMBINATIONS:
            return None
    return Grid(definition, values, codes)


def _opened(definition: Definition, expressions: Iterable[Expression]) -> list[Expression]:
    """Return the expressions with those of the derived names they use, each once."""
    waiting, found = list(expressions), list[Expression]()
    seen: set[str] = set()
    while waiting:
        one = waiting.pop()
        found.append(one)
        for name in sorted(names(one) & definition.derived.keys() - seen):
            seen.add(name)
            waiting.append(definition.derived[name].expression)
    return found


def _choices(definition: Definition, used: Iterable[str]) -> list[str]:
    variables = [definition.variables[one] for one in used if one in definition.variables]
    return list(dict.fromkeys(choice for variable in variables for choice in variable.choices))


def _values(
    definition: Definition, name: str, opened: Iterable[Expression], codes: dict[str, int]
) -> list[int] | None:
    variable = definition.variables.get(name)
    if name in definition.indicators:
        return [1, 2, 3]
    if variable and variable.kind is Kind.BOOLEAN:
        return [0, 1]
    if variable and variable.kind is Kind.CHOICE:
        return [codes[one] for one in variable.choices]
    low, high, scale = (variable.low, variable.high, variable.scale) if variable else (0, OLDEST, 0)
    thresholds = _thresholds(name, opened)
    if thresholds is None:
        return list(range(low, high + 1)) if high - low < MAX_VALUES else None
    # Below, at and above each threshold: between two of them nothing changes.
    near = {math.floor(one * 10**scale) + step for one in thresholds for step in (-1, 0, 1)}
    return sorted({low, high} | {one for one in near if low <= one <= high})


def _thresholds(name: str, opened: Iterable[Expression]) -> set[Fraction] | None:
    """Return the numbers a name is compared with; None when it is compared or reckoned with anything else."""
    found: set[Fraction] = set()
    for node in (part for one in opened for part in walk(one)):
        match node:
            case Compare(_, Name(n), Number() as number) | Compare(_, Number() as number, Name(n)) if (
                n == name
            ):
                found.add(_exact(number))
            case In(Name(n), options) if n == name:
                found.update(_exact(one) for one in options if isinstance(one, Number))
            case _ if not isinstance(node, In) and Name(name) in children(node):
                return None
    return found


def _exact(number: Number) -> Fraction:
    return Fraction(number.units, 10**number.scale)
