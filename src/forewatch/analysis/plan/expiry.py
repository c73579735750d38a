"""The days until something that an assessment reads changes by itself (index-spec section 5, Expiry).

Each reading counts down where its answer lies: for an area, a household or a person. What everybody there
depends on is put together at once, in the column `left`; a reading that matters to some people only is handed
on to them, with what decides whether it matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from forewatch.analysis.definition import Definition, Indicator, Level
from forewatch.analysis.plan.logic import Logic, Reading
from forewatch.analysis.plan.names import quoted
from forewatch.analysis.plan.steps import Steps
from forewatch.analysis.plan.triggers import conditional_codes

_ALWAYS = ""


def least(columns: Iterable[str]) -> str:
    """Return the least of what is not null."""
    items = list(columns)
    return f"least({', '.join(items)})" if len(items) > 1 else items[0]


def _applies(one: Indicator) -> str:
    return f"{quoted(f'ta_{one.id}')} IS NOT FALSE"


def _reaches(code: str) -> str:
    return f"{quoted(f't_reach_{code}')} IS NOT NULL"


@dataclass(frozen=True)
class Expiry:
    """Which readings of one definition matter to whom.

    A condition is the SQL that decides it: whether an indicator may apply, or an event reaches somebody.
    """

    definition: Definition
    steps: Steps

    def left(self, level: Level) -> dict[str, str]:
        """Return the days until the first answer here is stale that everybody here depends on."""
        parts = list(self._by_condition([level], [_ALWAYS, *self._applying(level)]))
        return {"left": least(parts) if parts else "CAST(NULL AS INTEGER)"}

    def handed_on(self, level: Level) -> list[str]:
        """Return the readings of a household or an area that matter to some of its people only."""
        here = {_ALWAYS, *self._applying(level)}
        return [
            one.days_left
            for one, when in self._read_when.items()
            if self._level(one) is level and when - here
        ]

    def days_left(self, counted: Iterable[str]) -> str:
        """Return the days until an assessment changes, beside those that are `counted` down already."""
        parts = [*counted, *self._by_condition([Level.PERSON], [_ALWAYS])]
        personal = [*self._applying(Level.PERSON), *map(_reaches, conditional_codes(self.definition))]
        parts += self._by_condition(list(Level), personal)
        for code in conditional_codes(self.definition):
            parts.append(f"CASE WHEN {quoted(f'c_{code}')} THEN {quoted(f't_left_{code}')} END")
        return least(parts)

    def _by_condition(self, levels: Collection[Level], conditions: Iterable[str]) -> Iterator[str]:
        """Yield, by condition, the least of the readings at some levels that matter under it."""
        for condition in conditions:
            read = [
                quoted(one.days_left)
                for one, when in self._read_when.items()
                if condition in when and self._level(one) in levels
            ]
            if read:
                yield f"CASE WHEN {condition} THEN {least(read)} END" if condition else least(read)

    def _level(self, reading: Reading) -> Level:
        return self.definition.variables[reading.variable].level

    def _applying(self, level: Level) -> Iterator[str]:
        """Yield the conditions that are decided at a level."""
        return (_applies(one) for one in self.steps.placed(level) if one.applies is not None)

    @cached_property
    def _read_when(self) -> Mapping[Reading, frozenset[str]]:
        """By reading, the conditions under any of which an assessment depends on it."""
        logic = Logic(self.definition)
        found: dict[Reading, set[str]] = {}
        for one in self.definition.indicators.values():
            applicable = _applies(one) if one.applies is not None else _ALWAYS
            for part, when in ((one.applies, _ALWAYS), (one.rule3, applicable), (one.rule2, applicable)):
                for reading in logic.readings(part, one.valid_days):
                    found.setdefault(reading, set()).add(when)
        for gate in self.definition.gates:
            for reading in logic.readings(gate.when, gate.valid_days):
                found.setdefault(reading, set()).add(_ALWAYS)
        for code in conditional_codes(self.definition):
            event = self.definition.events[code]
            for reading in logic.readings(event.counts_if, event.valid_days):
                found.setdefault(reading, set()).add(_reaches(code))
        return {
            reading: frozenset({_ALWAYS} if _ALWAYS in when else when)
            for reading, when in sorted(found.items())
        }
