"""A person's profile on any day: the index with its bounds, what drives it, and what could lower it.

Nothing of the past is stored for it: each day is asked of the memory engine again, from what was known then.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from forewatch.analysis.definition import Definition, Gate, Indicator, Level, Text
from forewatch.analysis.engines.memory.assessing import Assessment, assess
from forewatch.analysis.engines.memory.events import Events, Happened, events_by_subject, reaching
from forewatch.analysis.engines.memory.facts import Facts
from forewatch.analysis.engines.memory.people import Person, in_force
from forewatch.analysis.engines.memory.values import Values, values_in_force
from forewatch.analysis.tables import Tables
from forewatch.risk.inputs import household_tables

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Point:
    """What was said of a person on a day, from what was known by then."""

    day: date
    band: str
    index_bp: int | None
    low_bp: int | None
    high_bp: int | None


@dataclass(frozen=True)
class Reason:
    """An indicator at 2 or 3: what it is, why, what could lower it, and since when it is known."""

    indicator: Indicator
    score: int
    why: Text | None
    responses: tuple[Text, ...]


@dataclass(frozen=True)
class Gap:
    """An indicator that is not known, its bounds, and the answers it waits for: never given, or too old."""

    indicator: Indicator
    low: int
    high: int
    missing: tuple[Text, ...]
    stale: tuple[tuple[Text, date], ...]


@dataclass(frozen=True)
class Trigger:
    """An event that reaches the person, and what it is worth on the day, in basis points."""

    code: str
    label: Text
    happened: Happened
    worth_bp: int


@dataclass(frozen=True)
class Profile:
    """What the engine says of one person on one day, and what of it a page tells."""

    definition: Definition
    day: date
    known_by: date | None
    person: Person
    assessment: Assessment
    facts: Facts
    events: Events

    @property
    def point(self) -> Point:
        """What is said of the person on the day, as a point in their history."""
        index = self.assessment.index
        return Point(self.day, index.band, index.index_bp, index.index_lo_bp, index.index_hi_bp)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """What drives the index, the heaviest first."""
        return tuple(self._reason(one) for one in self.assessment.drivers)

    def _reason(self, name: str) -> Reason:
        indicator = self.definition.indicators[name]
        score = self.assessment.outcomes[name].low
        responses = tuple(
            self.definition.responses[one] for one in indicator.respond if one in self.definition.responses
        )
        return Reason(indicator, score, indicator.why.get(score), responses)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is not known and counts."""
        return tuple(self._gaps())

    def _gaps(self) -> Iterator[Gap]:
        for name, outcome in self.assessment.outcomes.items():
            if not outcome.applicable or outcome.score is not None:
                continue
            indicator, labels = self.definition.indicators[name], self.definition.variables
            asked = {one: self.facts.values.get(one) for one in variables_of(self.definition, indicator)}
            missing = tuple(labels[one].label for one, value in asked.items() if value is None)
            stale = tuple(
                (labels[one].label, value.observed_on)
                for one, value in asked.items()
                if value is not None and not value.is_fresh(self.day, indicator.valid_days)
            )
            yield Gap(indicator, outcome.low, outcome.high, missing, stale)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """What somebody must act on today, whatever the index says."""
        return tuple(one for one in self.definition.gates if one.id in self.assessment.act_now)

    def has_expired(self, today: date) -> bool:
        """Tell whether an answer about `day` no longer holds today."""
        expiry = self.assessment.expires_on
        return expiry is not None and expiry <= today

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """The events that reach the person, the newest first."""
        found = [
            Trigger(
                one.event,
                self.definition.events[one.event].label,
                one,
                one.worth(self.definition.events[one.event], self.day),
            )
            for one in reaching(self.person, self.events)
        ]
        return tuple(sorted(found, key=lambda one: one.happened.occurred_on, reverse=True))


def variables_of(definition: Definition, indicator: Indicator) -> tuple[str, ...]:
    """Return the variables that an indicator's rules read, in the order of the definition."""
    rules = (indicator.applies, indicator.rule3, indicator.rule2)
    read = frozenset().union(*(definition.direct_names(one) for one in rules))
    return tuple(one for one in definition.variables if one in read)


@dataclass(frozen=True)
class History:
    """All that bears on one household, from which any day can be asked."""

    definition: Definition
    tables: Tables

    @classmethod
    def of(cls, definition: Definition, household_id: uuid.UUID) -> History:
        """Read what bears on a household."""
        return cls(definition, household_tables(definition, [household_id]))

    @property
    def people(self) -> frozenset[uuid.UUID]:
        """Whoever belongs to the household, or ever did."""
        return frozenset(uuid.UUID(str(one["person_id"])) for one in self._subjects)

    def without(self, people: Collection[uuid.UUID]) -> History:
        """Return the history with nothing in it of some of its people."""
        if not people:
            return self
        gone = pa.array([form for one in people for form in (one.hex, str(one))])  # as the database has them
        tables, about = self.tables, pc.field("subject_level") == Level.PERSON
        return replace(
            self,
            tables=tables._replace(
                subjects=tables.subjects.filter(~pc.field("person_id").isin(gone)),
                records=tables.records.filter(~(about & pc.field("subject_id").isin(gone))),
                events=tables.events.filter(~(about & pc.field("subject_id").isin(gone))),
            ),
        )

    def leaving_out(self, records: Collection[uuid.UUID]) -> History:
        """Return the history as it would be if some of its records had never come."""
        if not records:
            return self
        gone = pa.array([form for one in records for form in (one.hex, str(one))])
        left = self.tables.records.filter(~pc.field("record_id").isin(gone))
        return replace(self, tables=self.tables._replace(records=left))

    @property
    def record_ids(self) -> frozenset[uuid.UUID]:
        """The records that bear on the household."""
        return frozenset(uuid.UUID(str(one["record_id"])) for one in self.records)

    def believing(self) -> History:
        """Return the history as it would be if what nobody has corroborated (grade C) were so."""
        records, place = self.tables.records, self.tables.records.schema.get_field_index("grade")
        grades = records["grade"]
        believed = pc.if_else(pc.fill_null(pc.equal(grades, "C"), False), "B", grades)
        tables = self.tables._replace(
            records=records.set_column(place, records.schema.field(place), believed)
        )
        return replace(self, tables=tables)

    def to_check(self, day: date, person_id: uuid.UUID) -> tuple[Indicator, ...]:
        """Return what would score 3 if somebody corroborated it, and does not by itself: check this first."""
        if not any(one["grade"] == "C" for one in self.records):
            return ()
        now = self.profiles(day, known_by=day, only=person_id).get(person_id)
        then = self.believing().profiles(day, known_by=day, only=person_id).get(person_id)
        if now is None or then is None:
            return ()
        return tuple(
            self.definition.indicators[name]
            for name, outcome in then.assessment.outcomes.items()
            if outcome.score == 3 and now.assessment.outcomes[name].score != 3
        )

    def profiles(
        self, day: date, known_by: date | None = None, only: uuid.UUID | None = None
    ) -> dict[uuid.UUID, Profile]:
        """Return the profiles of the household's members on a day, or of one of them, by person."""
        values, events = self._known(day, known_by)
        members = {uuid.UUID(one.person_id): one for one in in_force(self._subjects, self._parents, day)}
        return {
            person_id: Profile(
                self.definition,
                day,
                known_by,
                person,
                assess(self.definition, person, values, events, day),
                Facts.of(self.definition, person, values, day),
                events,
            )
            for person_id, person in members.items()
            if only in (None, person_id)
        }

    def points(self, person_id: uuid.UUID, last: date) -> list[Point]:
        """Return what was said of a person at each month's end of a year up to `last`, as known then."""
        found = []
        for day in month_ends(last, MONTHS_SHOWN):
            profile = self.profiles(day, known_by=day, only=person_id).get(person_id)
            if profile is not None:
                found.append(profile.point)
        return found

    def records_about(self, person_id: uuid.UUID) -> list[dict[str, object]]:
        """Return the records about a person, their household and their area, and about no other member."""
        return [
            one
            for one in self.records
            if one["subject_level"] != Level.PERSON or uuid.UUID(str(one["subject_id"])) == person_id
        ]

    @cached_property
    def _subjects(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = self.tables.subjects.to_pylist()
        return rows

    @cached_property
    def records(self) -> list[dict[str, object]]:
        """All records that bear on the household."""
        rows: list[dict[str, object]] = self.tables.records.to_pylist()
        return rows

    @cached_property
    def _events(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = self.tables.events.to_pylist()
        return rows

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return {row["area_code"]: row["parent_code"] for row in self.tables.areas.to_pylist()}

    def _known(self, day: date, known_by: date | None) -> tuple[Values, Events]:
        values = values_in_force(self.definition, self.records, day, known_by)
        return values, events_by_subject(self._events, day, known_by)


def month_ends(last: date, months: int) -> list[date]:
    """Return the ends of the months before `last`, oldest first, and `last` itself."""
    found = [last]
    while len(found) < months:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return list(reversed(found))
