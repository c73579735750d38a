"""Whom to visit in an area, why, and what to ask: from the register and the newest assessments."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from forewatch.access.rules import Purpose
from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.engines.memory.people import in_force
from forewatch.analysis.engines.memory.values import values_in_force
from forewatch.places.models import Area
from forewatch.register.models import Household, Membership, Person
from forewatch.register.visibility import said_no
from forewatch.reports.models import VisitList
from forewatch.reports.paper.asking import left_to_ask
from forewatch.reports.paper.blank import Asked
from forewatch.reports.paper.rules import When, most_urgent, place_in_order, when_due
from forewatch.rights.queries import contested
from forewatch.risk.inputs import household_tables
from forewatch.risk.models import Assessment
from forewatch.risk.rules import unpacked

Chosen = Mapping[uuid.UUID, frozenset[uuid.UUID]]
"""The people of a list as it was approved, by household."""


@dataclass(frozen=True)
class Reason:
    """An indicator, and the score that makes it a reason."""

    indicator: str
    score: int


@dataclass(frozen=True)
class Due:
    """Somebody to visit: when, why, and what to act on. Nobody's index, band or name."""

    person: Person
    when: When
    reasons: tuple[Reason, ...]
    act_now: tuple[str, ...]
    as_of: date | None
    expired: bool

    def reasons_at(self, definition: Definition, level: Level) -> tuple[Reason, ...]:
        """Return the reasons that are about the person, the household or the area."""
        return tuple(one for one in self.reasons if definition.indicators[one.indicator].level is level)


@dataclass(frozen=True)
class Door:
    """A household with somebody to visit."""

    household: Household
    area: Area
    people: tuple[Due, ...]

    def when(self) -> When:
        """Return when to knock."""
        return most_urgent(one.when for one in self.people)

    def reasons(self, definition: Definition) -> tuple[Reason, ...]:
        """Return the reasons that everybody in the household shares, each once."""
        every = (one for due in self.people for one in due.reasons_at(definition, Level.HOUSEHOLD))
        return tuple(dict.fromkeys(every))

    def place(self, definition: Definition) -> tuple[int, int, int, str]:
        """Return where it stands on the list."""
        own = sum(len(one.reasons_at(definition, Level.PERSON)) for one in self.people)
        gates = sum(len(one.act_now) for one in self.people)
        return place_in_order(self.when(), gates, own + len(self.reasons(definition)), self.household.code)


@dataclass(frozen=True)
class Visit:
    """A household on a list, with the questions for it and for each of its people."""

    door: Door
    questions: tuple[str, ...]
    of_people: Mapping[uuid.UUID, tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """What a list says: households in the order of visiting, and what holds for whole villages."""

    visits: tuple[Visit, ...]
    of_areas: Mapping[Area, tuple[Reason, ...]]
    left_out: int = 0

    def ids(self) -> list[uuid.UUID]:
        """Return who is on the list."""
        return [person for visit in self.visits for person in visit.of_people]

    @property
    def people(self) -> int:
        """Return how many people are on the list."""
        return sum(len(one.door.people) for one in self.visits)

    def chosen(self) -> list[dict[str, object]]:
        """Return the ids that an approval is about, as they are stored."""
        return [
            {
                "household": str(one.door.household.pk),
                "people": [str(due.person.pk) for due in one.door.people],
            }
            for one in self.visits
        ]


def due_in(
    asked: Asked, households: QuerySet[Household], today: date, most: int, purpose: Purpose
) -> Content:
    """Return whom to visit of some households: at most so many, the first of the order."""
    doors = _doors(asked.definition, households, today, purpose, None)
    return _content(asked, doors[:most], today, max(0, len(doors) - most))


def content_of(asked: Asked, households: QuerySet[Household], visit_list: VisitList, today: date) -> Content:
    """Return what a list says today of those it was approved for, as far as they are of these households."""
    chosen = {
        uuid.UUID(one["household"]): frozenset(map(uuid.UUID, one["people"])) for one in visit_list.chosen
    }
    still = households.filter(pk__in=chosen)
    doors = _doors(asked.definition, still, today, Purpose(visit_list.purpose), chosen)
    return _content(asked, doors, today, visit_list.left_out)


def _doors(
    definition: Definition,
    households: QuerySet[Household],
    today: date,
    purpose: Purpose,
    chosen: Chosen | None,
) -> list[Door]:
    members = Membership.objects.filter(
        household__in=households.values("pk"),
        valid_to__isnull=True,
        person__merged_into__isnull=True,
        person__canary__isnull=True,
    )
    members = members.exclude(said_no(purpose, "person")).select_related("person__assessment__run")
    due: dict[uuid.UUID, list[Due]] = defaultdict(list)
    there = list(members.order_by("person__code"))
    frozen = contested(one.person_id for one in there)
    for one in there:
        if one.person_id not in frozen and (chosen is None or one.person_id in chosen[one.household_id]):
            found = _due(definition, one.person, today)
            due[one.household_id] += [found] if found else []
    doors = [
        Door(one, one.area, tuple(due[one.pk]))
        for one in households.select_related("area")
        if one.area and due[one.pk]
    ]
    return sorted(doors, key=lambda one: one.place(definition))


def _due(definition: Definition, person: Person, today: date) -> Due | None:
    """Return when and why somebody is visited; None for whom the usual round is enough."""
    answer: Assessment | None = getattr(person, "assessment", None)
    if answer is not None and answer.run.definition != definition.name:
        answer = None  # its reasons would be put in the words of another definition
    gates = tuple(answer.act_now.split()) if answer else ()
    when = when_due(answer.band if answer else None, gates)
    if when is None:
        return None
    return Due(
        person=person,
        when=when,
        reasons=_reasons(definition, answer),
        act_now=gates,
        as_of=answer.as_of if answer else None,
        expired=bool(answer and answer.expires_on and answer.expires_on <= today),
    )


def _reasons(definition: Definition, answer: Assessment | None) -> tuple[Reason, ...]:
    if answer is None:
        return ()
    scores = unpacked(list(definition.indicators), answer.scores)
    return tuple(Reason(one, score) for one in answer.drivers.split() if (score := scores[one]))


def _content(asked: Asked, doors: Sequence[Door], today: date, left_out: int) -> Content:
    left = _left_to_ask(asked, doors, today)
    visits = tuple(_visit(asked.definition, one, left) for one in doors)
    return Content(visits, _of_areas(asked.definition, doors), left_out)


def _left_to_ask(asked: Asked, doors: Sequence[Door], today: date) -> Mapping[uuid.UUID, tuple[str, ...]]:
    """Return the variables left to ask of each person; of some few households, so one by one is quick."""
    tables = household_tables(asked.definition, [one.household.pk for one in doors])
    values = values_in_force(asked.definition, tables.records.to_pylist(), today, None)
    parents = {row["area_code"]: row["parent_code"] for row in tables.areas.to_pylist()}
    return {
        uuid.UUID(one.person_id): left_to_ask(asked, one, values, today)
        for one in in_force(tables.subjects.to_pylist(), parents, today)
    }


def _visit(definition: Definition, door: Door, left: Mapping[uuid.UUID, tuple[str, ...]]) -> Visit:
    level = {name: one.level for name, one in definition.variables.items()}
    of_people = {due.person.pk: left.get(due.person.pk, ()) for due in door.people}
    wanted = set().union(*of_people.values())
    return Visit(
        door=door,
        questions=tuple(one for one in level if one in wanted and level[one] is Level.HOUSEHOLD),
        of_people={
            person: tuple(one for one in names if level[one] is Level.PERSON)
            for person, names in of_people.items()
        },
    )


def _of_areas(definition: Definition, doors: Iterable[Door]) -> dict[Area, tuple[Reason, ...]]:
    """Return what holds for everybody in a village, once for each, instead of at every door."""
    found: dict[Area, dict[Reason, None]] = {}
    for door in sorted(doors, key=lambda one: one.area.path):
        for due in door.people:
            for one in due.reasons_at(definition, Level.AREA):
                found.setdefault(door.area, {})[one] = None
    return {area: tuple(reasons) for area, reasons in found.items()}
