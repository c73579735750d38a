"""The indicators of one person: from values to scores with bounds (index-spec section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from forewatch.analysis.definition import Definition, Indicator
from forewatch.analysis.engines.memory.logic import evaluate
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Scalar, Value, Values
from forewatch.analysis.expressions import Expression


class Outcome(NamedTuple):
    """One indicator of one person: the lowest and the highest score that what is known allows."""

    applicable: bool
    low: int = 0
    high: int = 0

    @property
    def score(self) -> int | None:
        """The score when it is known, else None: missing or not applicable."""
        return self.low if self.applicable and self.low == self.high else None


NOT_APPLICABLE = Outcome(applicable=False)


@dataclass
class Facts:
    """What is known about one person on one day, as rules may ask for it."""

    definition: Definition
    as_of: date
    age: int | None
    values: dict[str, Value]
    _outcomes: dict[str, Outcome] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: Definition, person: Person, values: Values, as_of: date) -> Facts:
        """Collect a person's values by variable: their own, their household's and their area's."""
        reached = {
            one.name: person.value(values, one.level, one.name) for one in definition.variables.values()
        }
        known = {name: value for name, value in reached.items() if value is not None}
        return cls(definition, as_of, person.age, known)

    def holds(self, expression: Expression, valid_days: int) -> bool | None:
        """Tell whether an expression is true, false or unknown (None) when older values are missing."""
        truth = evaluate(expression, lambda name: self._look_up(name, valid_days))
        assert truth is None or isinstance(truth, bool)
        return truth

    def _look_up(self, name: str, valid_days: int) -> Scalar | None:
        if name == "age":
            return None if self.age is None else Fraction(self.age)
        if name in self.definition.derived:
            return self.holds(self.definition.derived[name].expression, valid_days)
        if name in self.definition.indicators:
            score = self.outcome(name).score
            return None if score is None else Fraction(score)
        found = self.values.get(name)
        return found.value if found is not None and found.is_fresh(self.as_of, valid_days) else None

    def outcome(self, indicator_id: str) -> Outcome:
        """Return the bounds of one indicator; the rules it mentions are worked out first."""
        if indicator_id not in self._outcomes:
            self._outcomes[indicator_id] = self._work_out(self.definition.indicators[indicator_id])
        return self._outcomes[indicator_id]

    def _work_out(self, indicator: Indicator) -> Outcome:
        applies = indicator.applies is None or self.holds(indicator.applies, indicator.valid_days)
        if applies is False:
            return NOT_APPLICABLE
        if applies is None:
            return Outcome(True, 1, 3)
        is3 = self.holds(indicator.rule3, indicator.valid_days)
        is2 = indicator.rule2 is not None and self.holds(indicator.rule2, indicator.valid_days)
        if is3 is True:
            return Outcome(True, 3, 3)
        low = 2 if is2 is True else 1
        if is3 is None:
            return Outcome(True, low, 3)
        return Outcome(True, low, 1 if is2 is False else 2)
