"""Reading what was observed of somebody is written down too, before the page leaves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Verb
from forewatch.places.models import Area
from forewatch.register.actions.canaries import note_canaries
from forewatch.register.actions.noting import note
from forewatch.register.models import Household, Person
from forewatch.register.permissions import Allowed, check_can, purpose_for
from forewatch.register.rules.canaries import How


@transaction.atomic
def open_household(*, by: Actor, household: Household) -> None:
    """Write down that somebody reads a household.

    Raises Refused.
    """
    allowed = check_can(by, Verb.READ, DataClass.OBSERVATION, household)
    note(by, allowed, Verb.READ, DataClass.OBSERVATION, household, area_path=household.area_path)
    note_canaries(by=by, how=How.HOUSEHOLD, person__household=household.pk)


@transaction.atomic
def open_person(*, by: Actor, person: Person, household: Household) -> None:
    """Write down that somebody reads a person, who belongs to this household.

    Raises Refused.
    """
    allowed = check_can(by, Verb.READ, DataClass.OBSERVATION, household, person=person)
    note(by, allowed, Verb.READ, DataClass.OBSERVATION, person, area_path=household.area_path)
    note_canaries(by=by, how=How.PERSON, person=person.pk)


def open_at_home(*, by: Actor, person: Person) -> None:
    """Write down that somebody reads a person, on a page that is about what to do for them.

    Raises Refused.
    """
    if person.household:
        open_person(by=by, person=person, household=person.household)


@transaction.atomic
def open_each(*, by: Actor, people: Iterable[Person]) -> None:
    """Write down that somebody reads people beside each other, to compare them. Raises Refused."""
    for one in people:
        open_at_home(by=by, person=one)


@transaction.atomic
def open_list(*, by: Actor, name: str, area: Area | None) -> None:
    """Write down that somebody reads a list of people; its rows are those open to them."""
    purpose = purpose_for(by, Verb.READ, DataClass.OBSERVATION)
    allowed = Allowed(decide(by, Verb.READ, DataClass.OBSERVATION, purpose), purpose)
    note(by, allowed, Verb.READ, DataClass.OBSERVATION, name, area_path=area.path if area else "")
