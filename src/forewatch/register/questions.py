"""Which questions of the index a page asks whom: grouped by domain, and only those that apply at an age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from forewatch.analysis.definition import Definition, Indicator, Level, Text, Variable
from forewatch.analysis.engines.memory.logic import evaluate
from forewatch.register.definition import definition

COUNTED = frozenset({"has_minor"})
"""Answered by the members' birth dates, and so never asked beside them."""


@dataclass(frozen=True)
class Group:
    """The questions of one domain."""

    label: Text
    variables: Sequence[Variable]


def questions(level: Level, age: int | None = None) -> list[Group]:
    """Return the questions to ask of a subject; of a person without an age, all that anybody is asked."""
    known = definition()
    users = _users(known)
    found: dict[str, list[Variable]] = {}
    for one in known.variables.values():
        if one.level is level and one.name not in COUNTED:
            asking = [
                indicator for indicator in _asking(level, users.get(one.name, ())) if _applies(indicator, age)
            ]
            if asking or one.name not in users:
                domain = (asking or [next(iter(known.indicators.values()))])[0].domain
                found.setdefault(domain, []).append(one)
    return [Group(known.domains[name].label, found[name]) for name in known.domains if name in found]


def _asking(level: Level, users: Sequence[Indicator]) -> Sequence[Indicator]:
    """Return the indicators for whose sake a question is asked: those about its own level, if there are any.

    What a household's indicator borrows of a person is asked of those whom it concerns anyway.
    """
    return [one for one in users if one.level is level] or users


def _applies(indicator: Indicator, age: int | None) -> bool:
    """Tell whether an indicator may concern somebody of this age; what else it depends on stays open."""
    if indicator.applies is None:
        return True
    years = None if age is None else Fraction(age)
    return evaluate(indicator.applies, lambda name: years if name == "age" else None) is not False


def _users(known: Definition) -> Mapping[str, Sequence[Indicator]]:
    """Return, for each variable, the indicators whose rules read it."""
    found: dict[str, list[Indicator]] = {}
    for indicator in known.indicators.values():
        parts = (indicator.applies, indicator.rule3, indicator.rule2)
        for variable in frozenset().union(*(known.direct_names(part) for part in parts)):
            found.setdefault(variable, []).append(indicator)
    return found
