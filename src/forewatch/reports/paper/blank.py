"""A blank form from an index definition: which questions, of whom, in which order. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count

from forewatch.analysis.definition import Definition, Domain, Indicator, Level, Text, Variable
from forewatch.analysis.describing import number
from forewatch.analysis.engines.memory.logic import evaluate
from forewatch.analysis.engines.memory.values import Scalar
from forewatch.analysis.expressions import Expression
from forewatch.risk.profiles import variables_of

OLDEST = 120
MOST_MEMBERS = 10
"""As many columns of boxes as stand beside a question on a sheet of A4."""


def said(text: Text, language: str) -> str:
    """Return a text of the definition in a language; English fills a gap."""
    return text.get(language) or text["en"]


@dataclass(frozen=True)
class Ages:
    """From which age to which; None where there is no bound."""

    first: int | None
    last: int | None


@dataclass(frozen=True)
class Question:
    """One variable as a question: what is asked, of whom, and what can be answered."""

    number: int
    variable: Variable
    ages: tuple[Ages, ...]
    """The ages at which somebody is asked; empty when everybody is."""

    @property
    def lowest(self) -> str:
        """Return the least number that can be answered."""
        return _written(self.variable.low, self.variable.scale)

    @property
    def highest(self) -> str:
        """Return the greatest number that can be answered."""
        return _written(self.variable.high, self.variable.scale)


def _written(units: int, scale: int) -> str:
    return number(units, scale) if scale else f"{units:,}"


@dataclass(frozen=True)
class Part:
    """The questions of one domain; without a domain, those that only events and gates use."""

    domain: Domain | None
    household: tuple[Question, ...]
    person: tuple[Question, ...]


@dataclass(frozen=True)
class Asked:
    """What of a definition can be asked on a visit: what is said of people and households, not of areas."""

    definition: Definition

    @cached_property
    def users(self) -> dict[str, tuple[Indicator, ...]]:
        """The indicators that use each variable.

        Where indicators about a person use it, those about the household do not count: a household's income
        rule looks at a member's plans, but nobody asks a small child for them.
        """
        indicators = self.definition.indicators.values()
        read = {one.id: frozenset(variables_of(self.definition, one)) for one in indicators}
        found: dict[str, tuple[Indicator, ...]] = {}
        for name, variable in self.definition.variables.items():
            using = [one for one in indicators if name in read[one.id]]
            own = [one for one in using if one.level is variable.level]
            found[name] = tuple(own or using)
        return found

    def is_asked_at(self, variable: str, age: int | None) -> bool:
        """Tell whether somebody of this age is asked; unknown ages are asked everything."""
        using = self.users[variable]
        return age is None or not using or any(_may_apply(one.applies, age) for one in using)

    def parts(self, levels: Container[Level]) -> tuple[Part, ...]:
        """Return the questions of some levels by domain, numbered through, in the order of the definition."""
        numbers, parts = count(1), []
        for domain in (*self.definition.domains.values(), None):
            household, person = (
                tuple(Question(next(numbers), one, self._ages(one)) for one in self._of(domain, level))
                if level in levels
                else ()
                for level in (Level.HOUSEHOLD, Level.PERSON)
            )
            if household or person:
                parts.append(Part(domain, household, person))
        return tuple(parts)

    def _of(self, domain: Domain | None, level: Level) -> list[Variable]:
        return [
            one
            for one in self.definition.variables.values()
            if one.level is level and self._domain_of(one.name) == (domain.id if domain else None)
        ]

    def _domain_of(self, variable: str) -> str | None:
        using = self.users[variable]
        return using[0].domain if using else None

    def _ages(self, variable: Variable) -> tuple[Ages, ...]:
        if variable.level is not Level.PERSON:
            return ()
        asked = [self.is_asked_at(variable.name, age) for age in range(OLDEST + 1)]
        return () if all(asked) else _spans(asked)


def _may_apply(applies: Expression | None, age: int) -> bool:
    def look_up(name: str) -> Scalar | None:
        return Fraction(age) if name == "age" else None

    return applies is None or evaluate(applies, look_up) is not False


def _spans(asked: list[bool]) -> tuple[Ages, ...]:
    starts = [age for age, yes in enumerate(asked) if yes and (age == 0 or not asked[age - 1])]
    ends = [age for age, yes in enumerate(asked) if yes and (age == OLDEST or not asked[age + 1])]
    return tuple(
        Ages(first or None, None if last == OLDEST else last)
        for first, last in zip(starts, ends, strict=True)
    )
