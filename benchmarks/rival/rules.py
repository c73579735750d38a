"""Rules as columns: expressions over everybody at once, in Kleene's logic of pandas' nullable truths."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from forewatch.analysis.definition import Definition, Indicator
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

OPERATORS = {
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


@dataclass(frozen=True)
class Outcome:
    """One indicator of everybody: the bounds of the score where it applies."""

    applicable: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def known(self) -> np.ndarray:
        return self.applicable & (self.low == self.high)

    @property
    def score(self) -> pd.Series:
        return pd.Series(pd.arrays.IntegerArray(self.low, ~self.known))


@dataclass
class Facts:
    """What rules may ask for; each column is worked out once for each validity it is read with."""

    definition: Definition
    as_of: date
    ages: pd.Series
    values: pd.DataFrame
    days: pd.DataFrame
    _columns: dict[tuple[str, int], Any] = field(default_factory=dict)
    _outcomes: dict[str, Outcome] = field(default_factory=dict)

    def outcome(self, indicator_id: str) -> Outcome:
        """Return the bounds of an indicator (index-spec section 4)."""
        if indicator_id not in self._outcomes:
            self._outcomes[indicator_id] = self._work_out(self.definition.indicators[indicator_id])
        return self._outcomes[indicator_id]

    def _work_out(self, indicator: Indicator) -> Outcome:
        never = Truth(False)
        true3, open3 = self.known(indicator.rule3, indicator.valid_days)
        true2, open2 = self.known(indicator.rule2 or never, indicator.valid_days)
        applies, unsure = self.known(indicator.applies or Truth(True), indicator.valid_days)
        low = np.select([unsure, true3, true2], [1, 3, 2], 1).astype("int8")
        high = np.select([unsure, true3 | open3, true2 | open2], [3, 3, 2], 1).astype("int8")
        return Outcome(applies | unsure, low, high)

    def known(self, expression: Expression, valid_days: int) -> tuple[np.ndarray, np.ndarray]:
        """Tell where an expression is true and where it is unknown."""
        truth = self.column(expression, valid_days)
        return truth.fillna(False).to_numpy(bool), truth.isna().to_numpy(bool)

    def column(self, expression: Expression, valid_days: int) -> Any:
        """Return an expression's value for everybody, or the literal it is."""

        def part(inner: Expression) -> Any:
            return self.column(inner, valid_days)

        match expression:
            case Name(name):
                if (name, valid_days) not in self._columns:
                    self._columns[name, valid_days] = self._look_up(name, valid_days)
                return self._columns[name, valid_days]
            case Number(units, scale):
                # A decimal is a double here: it is compared with the double of the same decimal.
                return units / 10**scale
            case Choice(text):
                return text
            case Truth(value):
                return pd.Series(value, index=self.values.index, dtype="boolean")
            case Not(item):
                return ~part(item)
            case And(items):
                return reduce(operator.and_, map(part, items))
            case Or(items):
                return reduce(operator.or_, map(part, items))
            case Compare(sign, left, right):
                return _compared(sign, part(left), part(right))
            case Arithmetic(sign, left, right):
                return OPERATORS[sign](part(left), part(right))
            case Negative(item):
                return -part(item)
            case In(item, options, negated):
                column = part(item)
                found = _unless_missing(column.isin([_literal(one) for one in options]), column)
                return ~found if negated else found

    def _look_up(self, name: str, valid_days: int) -> pd.Series:
        if name == "age":
            return self.ages
        if name in self.definition.derived:
            return self.column(self.definition.derived[name].expression, valid_days)
        if name in self.definition.indicators:
            return self.outcome(name).score
        oldest = pd.Timestamp(self.as_of) - pd.Timedelta(days=valid_days)
        return self.values[name].where(self.days[name] >= oldest)


def _literal(option: Number | Choice | Truth) -> float | str | bool:
    match option:
        case Number(units, scale):
            return units / 10**scale
        case Choice(text):
            return text
        case Truth(value):
            return value


def _compared(sign: str, left: Any, right: Any) -> pd.Series:
    return _unless_missing(OPERATORS[sign](left, right), left, right)


def _unless_missing(truth: pd.Series, *sides: Any) -> pd.Series:
    """Mark as unknown what was asked of a missing choice, which pandas answers with false."""
    truth = truth.astype("boolean")
    for side in sides:
        if isinstance(side, pd.Series):
            truth = truth.mask(side.isna())
    return truth
