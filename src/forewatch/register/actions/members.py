"""People join a household, leave it, and are known better than before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.noting import again_if_raced, note, take_turn
from forewatch.register.entries import MemberEntry
from forewatch.register.matching import Newcomer, claim, rekey
from forewatch.register.models import BirthPrecision, Household, Identity, Membership, Person
from forewatch.register.permissions import check_can, check_can_alone
from forewatch.register.rules.codes import PERSON, code_for
from forewatch.register.rules.numbers import NumberState
from forewatch.register.sealed import NOBODY_KNOWN, Who, open_who, seal_who
from forewatch.register.standing import refresh


@again_if_raced
@transaction.atomic
def add_member(*, by: Actor, household: Household, version: int, entry: MemberEntry, since: date) -> Person:
    """Register a person as a member of a household since a day.

    Raises Refused, or Conflict.
    """
    allowed = check_can(by, Verb.CREATE, DataClass.IDENTITY, household)
    take_turn(household, version)
    person = join(by, household, entry, since)
    claim([newcomer(person, entry.who, household.area)])
    refresh([household.pk])
    note(
        by,
        allowed,
        Verb.CREATE,
        DataClass.IDENTITY,
        person,
        area_path=household.area_path,
        identities=int(bool(entry.who)),
    )
    return person


@transaction.atomic
def remove_member(*, by: Actor, household: Household, version: int, person: Person, on: date) -> None:
    """End a person's membership on a day.

    Raises Refused, or Conflict.
    """
    allowed = check_can_alone(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    take_turn(household, version)
    leave(household, person, on)
    refresh([household.pk])
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, person, area_path=household.area_path)


@transaction.atomic
def move_member(
    *, by: Actor, person: Person, household: Household, to: Household, role: str, on: date
) -> None:
    """Let a person belong to another household from a day on.

    Raises Refused unless both households are open to the actor.
    """
    allowed = check_can_alone(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    check_can_alone(by, Verb.CORRECT, DataClass.OBSERVATION, to)
    take_turn(household, None)
    take_turn(to, None)
    leave(household, person, on)
    Membership.objects.create(person=person, household=to, role=role, valid_from=on)
    refresh([household.pk, to.pk])
    rekey(newcomer(person, None, to.area))
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, person, area_path=to.area_path)


def join(by: Actor, household: Household, entry: MemberEntry, since: date) -> Person:
    """Write a new person and their membership; their keys are the caller's to claim."""
    row = new_id()
    person = Person.objects.create(
        id=row,
        code=code_for(PERSON, row),
        sex=entry.sex or "",
        birth_date=entry.birth.day if entry.birth else None,
        birth_precision=entry.birth.precision if entry.birth else BirthPrecision.DAY,
        home_area=entry.home_area,
        made_at=by.now,
        made_by_id=by.user_id,
    )
    Identity.objects.create(person=person, sealed=seal_who(row, entry.who or NOBODY_KNOWN))
    Membership.objects.create(person=person, household=household, role=entry.role, valid_from=since)
    return person


def leave(household: Household, person: Person, on: date) -> None:
    """End a membership on a day; one that began on that day or later never was."""
    current = Membership.objects.get(household=household, person=person, valid_to__isnull=True)
    if current.valid_from >= on:
        current.delete()
    else:
        current.valid_to = on
        current.save(update_fields=("valid_to",))


def change_member(household: Household, person: Person, entry: MemberEntry, area: Area) -> None:
    """Correct a member: what the entry leaves out stays as it is."""
    changes: dict[str, Any] = {}
    if entry.sex is not None:
        changes["sex"] = entry.sex
    if entry.birth is not None:
        changes |= {"birth_date": entry.birth.day, "birth_precision": entry.birth.precision}
    if entry.home_area is not None:
        changes["home_area"] = entry.home_area
    for name, value in changes.items():
        setattr(person, name, value)
    if changes:
        person.save(update_fields=tuple(changes))
    if entry.role:
        current = Membership.objects.filter(household=household, person=person, valid_to__isnull=True)
        current.update(role=entry.role)
    who = _known_better(person, entry.who) if entry.who else None
    if who or "birth_date" in changes:
        rekey(newcomer(person, who, area))


def _known_better(person: Person, new: Who) -> Who:
    """Seal what is known now: parts that were left empty stay as they were."""
    old = open_who(person.pk, bytes(person.identity.sealed))
    number = old if new.number_state == NumberState.NOT_ASKED else new
    parts = ("given", "family", "title", "other_names", "phone", "remarks")
    said = {name: getattr(new, name) or getattr(old, name) for name in parts}
    who = replace(old, **said, number_state=number.number_state, number=number.number)
    person.identity.sealed = seal_who(person.pk, who)
    person.identity.save(update_fields=("sealed",))
    return who


def newcomer(person: Person, who: Who | None, area: Area | None) -> Newcomer:
    """Return a person as matching sees them; without `who`, as their identity stands sealed."""
    known = who or open_who(person.pk, bytes(person.identity.sealed))
    year = person.birth_date.year if person.birth_date else None
    return Newcomer(person.pk, known, year, area.code if area else "")
