"""Where and in which order rules are evaluated.

A rule that reads only household answers is the same for everybody in the household, so it is evaluated once
per household; likewise for areas. Everything else is evaluated per person. Within a level, each step comes
after what it mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from forewatch.analysis import expressions as rule
from forewatch.analysis.definition import Definition, Indicator, Level
from forewatch.analysis.plan.logic import AGE, Logic, Reading


@dataclass(frozen=True)
class Steps:
    """The placed steps of one definition: derived names (by validity) and indicators."""

    definition: Definition

    @cached_property
    def logic(self) -> Logic:
        return Logic(self.definition)

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        """The level at which each column `x_<name>_<days>` and `s_<id>` is evaluated."""
        found: dict[str, Level] = {}
        for one in self.definition.scoring_order:
            parts = [part for part in (one.applies, one.rule3, one.rule2) if part is not None]
            levels = {level for part in parts for level in self._levels_of(part, one.valid_days, found)}
            # Where nothing is known the rule must say nothing either: a household without answers has no row.
            silent = all(self._silent(part) for part in parts)
            found[f"s_{one.id}"] = levels.pop() if len(levels) == 1 and silent else Level.PERSON
        for expression, valid_days in self.conditions():
            set(self._levels_of(expression, valid_days, found))
        return found

    def conditions(self) -> Iterator[tuple[rule.Expression, int]]:
        """Yield the conditions of gates and events, which are always evaluated per person."""
        for gate in self.definition.gates:
            yield gate.when, gate.valid_days
        for event in self.definition.events.values():
            if event.counts_if is not None:
                yield event.counts_if, event.valid_days

    def _levels_of(self, part: rule.Expression, valid_days: int, found: dict[str, Level]) -> Iterator[Level]:
        for name in sorted(rule.names(part)):
            if name == AGE:
                yield Level.PERSON
            elif name in self.definition.variables:
                yield self.definition.variables[name].level
            elif name in self.definition.indicators:
                yield found[f"s_{name}"]
            else:
                yield self._place_derived(name, valid_days, found)

    def _place_derived(self, name: str, valid_days: int, found: dict[str, Level]) -> Level:
        column = Reading(name, valid_days).derived_column
        if column not in found:
            expression = self.definition.derived[name].expression
            levels = set(self._levels_of(expression, valid_days, found))
            silent = self._silent(expression)
            found[column] = levels.pop() if len(levels) == 1 and silent else Level.PERSON
        return found[column]

    def _silent(self, part: rule.Expression) -> bool:
        """Tell whether an expression surely says nothing when nothing at all is known.

        A literal that stands for itself (`true`, `1 < 2`) may settle it all the same.
        """
        for node in rule.walk(part):
            match node:
                case rule.Truth():
                    return False
                case rule.Compare() | rule.In():
                    if not rule.names(node):
                        return False
                case rule.Name(name) if name in self.definition.derived:
                    if not self._silent(self.definition.derived[name].expression):
                        return False
        return True

    # What a level must hand on to the people.

    def placed(self, level: Level) -> tuple[Indicator, ...]:
        """Return the indicators evaluated at a level, in scoring order."""
        return tuple(one for one in self.definition.scoring_order if self.levels[f"s_{one.id}"] is level)

    def person_expressions(self) -> Iterator[tuple[rule.Expression, int]]:
        """Yield every expression evaluated per person, with the validity of its readings."""
        for one in self.placed(Level.PERSON):
            for part in (one.applies, one.rule3, one.rule2):
                if part is not None:
                    yield part, one.valid_days
        yield from self.conditions()
        for column, (name, valid_days) in self.derived_columns.items():
            if self.levels[column] is Level.PERSON:
                yield self.definition.derived[name].expression, valid_days

    @cached_property
    def derived_columns(self) -> Mapping[str, tuple[str, int]]:
        """Each derived column that some expression reads, with its name and validity."""
        pairs = {
            Reading(name, valid_days).derived_column: (name, valid_days)
            for valid_days in self._validities()
            for name in self.definition.derived
        }
        return {column: pair for column, pair in pairs.items() if column in self.levels}

    def _validities(self) -> set[int]:
        found = {one.valid_days for one in self.definition.indicators.values()}
        found |= {one.valid_days for one in self.definition.gates}
        return found | {one.valid_days for one in self.definition.events.values()}

    def person_readings(self) -> frozenset[Reading]:
        """Return the readings that expressions evaluated per person name themselves."""
        return frozenset(
            Reading(name, valid_days)
            for expression, valid_days in self.person_expressions()
            for name in rule.names(expression)
            if name in self.definition.variables
        )
