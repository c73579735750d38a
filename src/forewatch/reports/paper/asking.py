"""What is left to ask somebody: the answers that are missing or stale, and would settle something. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from forewatch.analysis.definition import Indicator, Level
from forewatch.analysis.engines.memory.facts import Facts
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Values
from forewatch.reports.paper.blank import Asked


def left_to_ask(asked: Asked, person: Person, values: Values, today: date) -> tuple[str, ...]:
    """Return the variables to ask about, in the order of the definition.

    An indicator that the answers at hand settle asks nothing more: whoever has no plan to leave is not asked
    for the channel. Answers of an area are nobody's to give at home.
    """
    facts = Facts.of(asked.definition, person, values, today)
    wanted = {name for one in asked.definition.indicators.values() for name in _missing(asked, facts, one)}
    return tuple(name for name in asked.definition.variables if name in wanted)


def _missing(asked: Asked, facts: Facts, indicator: Indicator) -> Iterator[str]:
    outcome = facts.outcome(indicator.id)
    if not outcome.applicable or outcome.score is not None:
        return
    for name, using in asked.users.items():
        if indicator not in using or asked.definition.variables[name].level is Level.AREA:
            continue
        value = facts.values.get(name)
        if value is None or not value.is_fresh(facts.as_of, indicator.valid_days):
            yield name
