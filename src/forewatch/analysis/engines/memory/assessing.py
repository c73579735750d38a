"""One person's assessment: indicators, triggers, index, gates, drivers and expiry, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forewatch.analysis.definition import Definition
from forewatch.analysis.engines.memory.aggregating import Index, Triggers, aggregate
from forewatch.analysis.engines.memory.events import Events, Happened, reaching
from forewatch.analysis.engines.memory.expiry import expires_on
from forewatch.analysis.engines.memory.facts import Facts, Outcome
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Values


@dataclass(frozen=True)
class Assessment:
    """What is said of one person on one day."""

    person: Person
    outcomes: Mapping[str, Outcome]
    index: Index
    act_now: tuple[str, ...]
    drivers: tuple[str, ...]
    expires_on: date | None

    @property
    def is_shown(self) -> bool:
        """Whether a band is shown."""
        return self.index.band != "not_enough_information"

    @property
    def is_surveyed(self) -> bool:
        """Whether any indicator is known or a band is shown."""
        return self.is_shown or any(one.score is not None for one in self.outcomes.values())


def assess(definition: Definition, person: Person, values: Values, events: Events, as_of: date) -> Assessment:
    """Assess one person on one day from the values and events in force."""
    facts = Facts.of(definition, person, values, as_of)
    outcomes = {one: facts.outcome(one) for one in definition.indicators}
    reached = reaching(person, events)
    counting = [one for one in reached if _counts(facts, one) is True]
    possible = [one for one in reached if _counts(facts, one) is not False]
    triggers = Triggers(
        certain=_capped_worth(definition, counting, as_of), upper=_capped_worth(definition, possible, as_of)
    )
    return Assessment(
        person=person,
        outcomes=outcomes,
        index=aggregate(definition, outcomes, triggers),
        act_now=tuple(one.id for one in definition.gates if facts.holds(one.when, one.valid_days)),
        drivers=_drivers(definition, outcomes),
        expires_on=expires_on(facts, person, outcomes, reached, counting),
    )


def _counts(facts: Facts, happened: Happened) -> bool | None:
    kind = facts.definition.events[happened.event]
    return True if kind.counts_if is None else facts.holds(kind.counts_if, kind.valid_days)


def _capped_worth(definition: Definition, happened: list[Happened], as_of: date) -> int:
    total = sum(one.worth(definition.events[one.event], as_of) for one in happened)
    return min(definition.aggregation.max_trigger_bp, total)


def _drivers(definition: Definition, outcomes: Mapping[str, Outcome]) -> tuple[str, ...]:
    """Return the ids of known 3s, then of known 2s, each by weight, heaviest first, then by file order."""
    order = sorted(definition.indicators.values(), key=lambda one: -one.weight)
    return tuple(one.id for score in (3, 2) for one in order if outcomes[one.id].score == score)
