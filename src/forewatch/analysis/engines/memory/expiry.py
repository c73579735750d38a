"""The day on which an assessment stops being true by itself (index-spec section 5, Expiry)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from forewatch.analysis.definition import Definition, Indicator
from forewatch.analysis.engines.memory.events import Happened
from forewatch.analysis.engines.memory.facts import Facts, Outcome
from forewatch.analysis.engines.memory.people import Person, next_birthday
from forewatch.analysis.expressions import Expression, names

Reading = tuple[str, int]
"""A variable and the validity, in days, under which it was read."""


def expires_on(
    facts: Facts,
    person: Person,
    outcomes: Mapping[str, Outcome],
    reached: Iterable[Happened],
    counting: Iterable[Happened],
) -> date | None:
    """Return the first day after `facts.as_of` on which something that was read changes by itself.

    `reached` are all the events that reach the person, `counting` those whose `counts_if` is true.
    Readings follow references as they are written, whether or not their truth mattered this time.
    """
    definition, today = facts.definition, facts.as_of
    days = []
    for name, valid_days in _readings(definition, outcomes, reached):
        value = facts.values.get(name)
        if value is not None and value.is_fresh(today, valid_days):
            days.append(value.stale_from(valid_days))
    for happened in counting:
        kind = definition.events[happened.event]
        worthless = happened.worthless_from(kind)
        if worthless is not None and happened.worth(kind, today) > 0:
            days.append(worthless)
    if person.birth_date is not None:
        days.append(next_birthday(person.birth_date, today))
    return min(days, default=None)


def _readings(
    definition: Definition, outcomes: Mapping[str, Outcome], reached: Iterable[Happened]
) -> set[Reading]:
    found: set[Reading] = set()
    for one in definition.indicators.values():
        found |= readings(definition, one.applies, one.valid_days)
        if outcomes[one.id].applicable:
            found |= _readings_of(definition, one)
    for gate in definition.gates:
        found |= readings(definition, gate.when, gate.valid_days)
    for code in {happened.event for happened in reached}:
        event = definition.events[code]
        found |= readings(definition, event.counts_if, event.valid_days)
    return found


def readings(definition: Definition, expression: Expression | None, valid_days: int) -> set[Reading]:
    """Return every variable an expression reads, through derived names and indicators, with its validity.

    A derived name reads under the validity of whoever mentions it, an indicator under its own.
    """
    return set() if expression is None else set(_walk(definition, expression, valid_days))


def _walk(definition: Definition, expression: Expression, valid_days: int) -> Iterator[Reading]:
    for name in names(expression):
        if name in definition.variables:
            yield name, valid_days
        elif name in definition.derived:
            yield from _walk(definition, definition.derived[name].expression, valid_days)
        elif name in definition.indicators:
            yield from _readings_of(definition, definition.indicators[name])


def _readings_of(definition: Definition, indicator: Indicator) -> set[Reading]:
    found: set[Reading] = set()
    for expression in (indicator.applies, indicator.rule3, indicator.rule2):
        found |= readings(definition, expression, indicator.valid_days)
    return found
