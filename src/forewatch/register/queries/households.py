"""One household, or one person, with everything the register holds of them but who they are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.register.models import (
    Assignment,
    CitizenshipStep,
    Event,
    Household,
    Membership,
    Person,
    Record,
    Residence,
)
from forewatch.register.permissions import can, refuse_household, refuse_person
from forewatch.register.queries.answers import Told, by_person, readable, records_about, told
from forewatch.register.queries.conflicts import KeptAway, who_is_kept_away
from forewatch.register.queries.events import Happened, happenings
from forewatch.register.rules.citizenship import WITHOUT_PAPERS
from forewatch.register.rules.dates import age_on
from forewatch.register.visibility import closed_to, open_until
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Member:
    """A member, masked: code, role, sex and age."""

    person: Person
    membership: Membership
    age: int | None
    answers: Sequence[Told]
    closed: bool = False
    """They said no to everything that the reader could read of them for."""

    @property
    def lacks_papers(self) -> bool:
        """Tell whether the newest answer about papers that the reader may read is one of lack."""
        return any(one.variable == "papers" and one.value in WITHOUT_PAPERS for one in self.answers)


@dataclass(frozen=True)
class HouseholdPage:
    """What the page of a household shows."""

    household: Household
    members: Sequence[Member]
    former: Sequence[Membership]
    answers: Sequence[Told]
    records: Sequence[Record]
    events: Sequence[Happened]
    residences: Sequence[Residence]
    assignments: Sequence[Assignment]
    kept_away: Sequence[KeptAway]
    open_until: datetime | None
    may_reveal: bool
    may_correct: bool
    may_assign: bool


@dataclass(frozen=True)
class PersonPage:
    """What the page of a person shows."""

    person: Person
    household: Household
    age: int | None
    answers: Sequence[Told]
    records: Sequence[Record]
    events: Sequence[Happened]
    memberships: Sequence[Membership]
    steps: Sequence[CitizenshipStep]
    may_correct: bool
    may_ask: bool


def one_household(actor: Actor, row: uuid.UUID, verb: Verb = Verb.READ) -> Household:
    """Return a household that the actor may read (or correct, or assign).

    Raises NotFound when it is not there, or not for this actor: both read the same.
    """
    found = Household.objects.visible_to(actor, verb).select_related("area").filter(pk=row).first()
    if found is None:
        refuse_household(actor, row)
        raise NotFound("")
    return found


def one_person(actor: Actor, row: uuid.UUID) -> Person:
    """Return a person that the actor may read; of one merged into another, the one kept.

    Raises NotFound.
    """
    people = Person.objects.visible_to(actor).select_related("household__area", "merged_into")
    found = people.filter(pk=row).first()
    if found is not None and found.merged_into_id:
        found = people.filter(pk=found.merged_into_id).first()
    if found is None or found.household is None:
        refuse_person(actor, row)
        raise NotFound("")
    return found


def household_page(actor: Actor, household: Household) -> HouseholdPage:
    """Return everything about a household that its page shows."""
    memberships = list(
        household.memberships.select_related("person", "person__home_area").order_by("valid_from", "id")
    )
    now = [one for one in memberships if one.valid_to is None and not one.person.merged_into_id]
    people = [one.person_id for one in now]
    closed = closed_to(actor, people)
    kept = _merged_into(one for one in people if one not in closed)
    shown = Q(person__in=[*kept, *(one for one in people if one not in closed)])
    records = readable(actor, household, records_about(Q(household=household) | shown, "person"))
    mine = by_person(records, kept)
    events = Event.objects.filter(Q(household=household) | shown)
    return HouseholdPage(
        household=household,
        members=_in_order([_member(actor, one, mine.get(one.person_id, ()), closed) for one in now]),
        former=[one for one in memberships if one.valid_to is not None],
        answers=told(one for one in records if one.household_id),
        records=records,
        events=happenings(events),
        residences=list(household.residences.select_related("area").order_by("-valid_from")),
        assignments=_assignments(household, actor),
        kept_away=who_is_kept_away(household),
        open_until=open_until(actor, household.pk),
        may_reveal=can(actor, Verb.REVEAL, DataClass.IDENTITY, household),
        may_correct=can(actor, Verb.CORRECT, DataClass.OBSERVATION, household),
        may_assign=can(actor, Verb.ASSIGN, DataClass.OBSERVATION, household),
    )


def person_page(actor: Actor, person: Person) -> PersonPage:
    """Return everything about a person that their page shows."""
    household = person.household
    assert household is not None  # `one_person` gives no other
    ids = [person.pk, *_merged_into([person.pk])]
    records = readable(actor, household, records_about(Q(person__in=ids), "person"))
    return PersonPage(
        person=person,
        household=household,
        age=age_of(person, actor),
        answers=told(records),
        records=records,
        events=happenings(Event.objects.filter(person__in=ids)),
        memberships=list(person.memberships.select_related("household__area").order_by("-valid_from")),
        steps=list(steps_of(person)),
        may_correct=can(actor, Verb.CORRECT, DataClass.OBSERVATION, household),
        may_ask=can(actor, Verb.ASSIGN, DataClass.OBSERVATION, household),
    )


def steps_of(person: Person) -> Iterable[CitizenshipStep]:
    """Return a person's steps to papers, the newest first."""
    return person.citizenship_steps.select_related("helper", "agency").order_by("-made_at", "-id")


def age_of(person: Person, actor: Actor) -> int | None:
    """Return a person's age today; None when no birth date is known, which is never 0."""
    return age_on(person.birth_date, actor.today) if person.birth_date else None


def _member(
    actor: Actor, membership: Membership, records: Iterable[Record], closed: Collection[UUID]
) -> Member:
    person = membership.person
    return Member(person, membership, age_of(person, actor), told(records), person.pk in closed)


def _in_order(members: Sequence[Member]) -> list[Member]:
    """Return the head first, then by role as families name them, the older before the younger."""
    roles = list(Membership.Role)
    return sorted(
        members, key=lambda one: (roles.index(Membership.Role(one.membership.role)), -(one.age or 0))
    )


def _merged_into(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return who was merged into these people, and into whom."""
    rows = Person.objects.filter(merged_into__in=list(people))
    return {row: kept for row, kept in rows.values_list("id", "merged_into_id") if kept}


def _assignments(household: Household, actor: Actor) -> list[Assignment]:
    current = Q(valid_to__isnull=True) | Q(valid_to__gt=actor.today)
    return list(household.assignments.filter(current).select_related("user__organisation"))
