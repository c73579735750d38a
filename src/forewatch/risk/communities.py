"""A community's profile on any day: what weighs on everybody who lives there, and what is left to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from forewatch.analysis.definition import Definition, Level, Text, Variable
from forewatch.analysis.engines.memory.assessing import assess
from forewatch.analysis.engines.memory.events import events_by_subject
from forewatch.analysis.engines.memory.facts import Facts
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Scalar, values_in_force
from forewatch.places.models import SEPARATOR, Area
from forewatch.register.queries.answers import value_words
from forewatch.risk.inputs import community_tables
from forewatch.risk.profiles import Gap, Profile, Reason, variables_of


@dataclass(frozen=True)
class Answer:
    """What was asked of a community, what was said and when, and whether it still counts."""

    label: Text
    said: str
    observed_on: date | None
    fresh: bool


@dataclass(frozen=True)
class Community:
    """What is known of a community on a day: the indicators that speak of it as a whole, and its events.

    The engine asks about people. So it is asked about somebody of whom nothing is known but that they live
    here: what it says of the community's own indicators holds for whoever does.
    """

    profile: Profile
    records: list[dict[str, object]]

    @classmethod
    def of(cls, definition: Definition, area: Area, day: date) -> Community:
        """Read what bears on an area, and return what was known of it on a day."""
        tables = community_tables(definition, area)
        chain = tuple(reversed(area.path.rstrip(SEPARATOR).split(SEPARATOR)))
        somebody = Person(
            person_id="", household_id=None, area_code=area.code, home_area_code=None, sex=None,
            birth_date=None, age=None, weight=1.0, areas=chain, homes=(),
        )  # fmt: skip
        records = tables.records.to_pylist()
        values = values_in_force(definition, records, day, day)
        events = events_by_subject(tables.events.to_pylist(), day, day)
        return cls(
            Profile(
                definition, day, day, somebody,
                assess(definition, somebody, values, events, day),
                Facts.of(definition, somebody, values, day), events,
            ),
            records,
        )  # fmt: skip

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What weighs on everybody who lives here, the heaviest first."""
        return tuple(one for one in self.profile.reasons if one.indicator.level is Level.AREA)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is left to ask of the community."""
        return tuple(one for one in self.profile.gaps if one.indicator.level is Level.AREA)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was said of the community: every question, answered or not."""
        definition, facts = self.profile.definition, self.profile.facts
        asked = {
            one.id: (one.valid_days, variables_of(definition, one))
            for one in definition.indicators.values()
            if one.level is Level.AREA
        }
        found = []
        for name, variable in definition.variables.items():
            readers = {one: days for one, (days, names) in asked.items() if name in names}
            if variable.level is Level.AREA and readers:
                value = facts.values.get(name)
                fresh = value is not None and all(
                    value.is_fresh(self.profile.day, days) for days in readers.values()
                )
                said = "" if value is None else _in_words(variable, value.value)
                seen = None if value is None else value.observed_on
                found.append(Answer(variable.label, said, seen, fresh))
        return tuple(found)


def _in_words(variable: Variable, said: Scalar) -> str:
    """Return a value of the engine, whose decimals are fractions, as the reader says it."""
    if isinstance(said, Fraction):
        return f"{Decimal(said.numerator) / said.denominator:.{variable.scale}f}"
    return value_words(variable, said)
