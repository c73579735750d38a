"""Persons found by code, and staff to whom households are given."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.queries import users_with
from forewatch.access.rules import DataClass, Role, Verb
from forewatch.register.models import Assignment, Event, Household, Person, Record
from forewatch.register.queries.households import one_person
from forewatch.register.visibility import reach
from forewatch.ui.problems import NotFound

RESPONDERS = (Role.SOCIAL_WORKER, Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD)


def users_to_assign(actor: Actor) -> QuerySet[User]:
    """Return the users who may look after households: those with such a role in force today."""
    return users_with(RESPONDERS, actor.today).select_related("organisation")


def person_with_code(actor: Actor, code: str) -> Person:
    """Return the person with a code, if the actor may read them.

    Raises NotFound.
    """
    found = Person.objects.visible_to(actor).filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("")
    return one_person(actor, found)


def row_with_code(actor: Actor, code: str) -> Household | Person | None:
    """Return the household or person with a code, or None when the actor reads none with it."""
    household = Household.objects.visible_to(actor).filter(code=code).first()
    return household or Person.objects.visible_to(actor).filter(code=code).first()


def one_record(actor: Actor, row: uuid.UUID) -> Record:
    """Return a record about somebody whom the actor may correct.

    Raises NotFound.
    """
    rows = Record.objects.select_related("source", "person__household", "household", "area")
    found: Record | None = rows.filter(_to_correct(actor), pk=row).first()
    if found is None:
        raise NotFound("")
    return found


def one_event(actor: Actor, row: uuid.UUID) -> Event:
    """Return an event of somebody about whom the actor may correct what was said.

    Raises NotFound.
    """
    rows = Event.objects.select_related("person__household", "household")
    found: Event | None = rows.filter(_to_correct(actor), pk=row).first()
    if found is None:
        raise NotFound("")
    return found


def _to_correct(actor: Actor) -> Q:
    may = (Verb.CORRECT, DataClass.OBSERVATION, None)
    return reach(actor, *may, "household__") | reach(actor, *may, "person__household__", "person")


def one_assignment(actor: Actor, row: uuid.UUID) -> Assignment:
    """Return an assignment of a household that the actor may give to others.

    Raises NotFound.
    """
    rows = Assignment.objects.select_related("household")
    mine = reach(actor, Verb.ASSIGN, DataClass.OBSERVATION, None, "household__")
    found = rows.filter(mine, pk=row).first()
    if found is None:
        raise NotFound("")
    return found
