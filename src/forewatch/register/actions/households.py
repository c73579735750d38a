"""Registering, correcting and moving a household, with its members and their answers."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.members import change_member, join, leave, newcomer
from forewatch.register.actions.noting import again_if_raced, note, take_turn
from forewatch.register.actions.statements import happened, say, told_of
from forewatch.register.entries import HouseholdEntry
from forewatch.register.matching import claim, rekey
from forewatch.register.models import Household, Membership, Person, Residence, SubjectLevel
from forewatch.register.permissions import check_can, check_can_alone, check_can_in
from forewatch.register.rules.codes import HOUSEHOLD, code_for
from forewatch.register.sealed import Address, seal_address
from forewatch.register.standing import refresh
from forewatch.ui.problems import Problem


@second_lock.opened("what somebody registers who may not read it")
@again_if_raced
@transaction.atomic
def register_household(*, by: Actor, entry: HouseholdEntry, id: uuid.UUID | None = None) -> Household:
    """Register a household with its members and answers.

    `id` was minted with the page, so that a page sent twice registers once. The answer is the same whether or
    not a member's number is known elsewhere. Raises Refused, or Problem when the page lacks what it needs.
    """
    if entry.area is None or not entry.members:
        raise Problem(_("A household needs the place where it lives, and at least one member."))
    allowed = check_can_in(by, Verb.CREATE, DataClass.IDENTITY, entry.area)
    check_can_in(by, Verb.CREATE, DataClass.OBSERVATION, entry.area)
    row = id or new_id()
    already = Household.objects.filter(pk=row, made_by_id=by.user_id).first()
    if already:
        return already
    household = write_household(by=by, row=row, entry=entry, area=entry.area)
    names = sum(1 for one in entry.members if one.who)
    note(
        by,
        allowed,
        Verb.CREATE,
        DataClass.IDENTITY,
        household,
        area_path=entry.area.path,
        identities=names,
    )
    return household


def write_household(*, by: Actor, row: uuid.UUID, entry: HouseholdEntry, area: Area) -> Household:
    """Write a new household with its members; the caller has asked whether it may, and writes it down."""
    household = Household.objects.create(
        id=row, code=code_for(HOUSEHOLD, row), made_at=by.now, made_by_id=by.user_id
    )
    _settle(household, area, entry.address, entry.observation.day)
    _write_down(by, household, entry, area)
    refresh([household.pk])
    household.refresh_from_db()
    return household


@again_if_raced
@transaction.atomic
def update_household(*, by: Actor, household: Household, version: int, entry: HouseholdEntry) -> Household:
    """Correct or move a household, its members and their answers, as one page says.

    Raises Refused; Conflict when somebody changed it since it had `version`; Problem when it takes a check.
    """
    check_can_alone(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    return change_household(by=by, household=household, version=version, entry=entry)


def change_household(*, by: Actor, household: Household, version: int, entry: HouseholdEntry) -> Household:
    """Do so within a transaction of the caller's, who has seen to it that a colleague agreed where needed.

    Raises Refused, or Conflict.
    """
    allowed = check_can(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    take_turn(household, version)
    area = entry.area or household.area
    if area is None:
        raise Problem(_("This household lives nowhere: say where it lives now."))
    if entry.area and entry.area.pk != household.area_id:
        check_can_in(by, Verb.CREATE, DataClass.OBSERVATION, entry.area)
        _settle(household, entry.area, entry.address, entry.observation.day)
    elif entry.address is not None:
        _readdress(household, entry.address)
    _write_down(by, household, entry, area)
    refresh([household.pk])
    if entry.area and entry.area.pk != household.area_id:
        _rekey_members(household, area)
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, household, area_path=area.path)
    household.refresh_from_db()
    return household


@transaction.atomic
def move_household(
    *, by: Actor, household: Household, version: int, area: Area, address: Address | None, on: date
) -> None:
    """Let a household live elsewhere from a day on.

    Raises Refused, or Conflict.
    """
    allowed = check_can_alone(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    check_can_in(by, Verb.CREATE, DataClass.OBSERVATION, area)
    take_turn(household, version)
    _settle(household, area, address, on)
    refresh([household.pk])
    _rekey_members(household, area)
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, household, area_path=area.path)


def _write_down(by: Actor, household: Household, entry: HouseholdEntry, area: Area) -> None:
    day = entry.observation.day
    fresh = []
    for one in entry.members:
        if one.person_id is None:
            person = join(by, household, one, day)
            fresh.append(newcomer(person, one.who, area))
            told_of(by, entry.observation, person)
        else:
            person = _member(household, one.person_id)
            if one.leaves:
                leave(household, person, day)
            else:
                change_member(household, person, one, area)
        say(by, entry.observation, SubjectLevel.PERSON, person, one.answers)
    claim(fresh)
    say(by, entry.observation, SubjectLevel.HOUSEHOLD, household, entry.answers)
    for event in entry.events:
        happened(by, entry.observation, SubjectLevel.HOUSEHOLD, household, event)


def _member(household: Household, person_id: uuid.UUID) -> Person:
    found = Person.objects.filter(
        pk=person_id,
        merged_into__isnull=True,
        memberships__household=household,
        memberships__valid_to__isnull=True,
    ).first()
    if found is None:
        raise Problem(_("One of the people on this page no longer belongs to this household. Open it again."))
    return found


def _settle(household: Household, area: Area, address: Address | None, on: date) -> None:
    """Let the household live in an area from a day on, closing where it lived before."""
    current = household.residences.filter(valid_to__isnull=True).first()
    if current and current.valid_from >= on:
        # It moved in on this very day, or later as was written then: the earlier row was a mistake.
        current.delete()
    elif current:
        current.valid_to = on
        current.save(update_fields=("valid_to",))
    row = new_id()
    Residence.objects.create(
        id=row,
        household=household,
        area=area,
        valid_from=on,
        address=seal_address(row, address or Address()),
    )


def _readdress(household: Household, address: Address) -> None:
    current = household.residences.filter(valid_to__isnull=True).first()
    if current:
        current.address = seal_address(current.pk, address)
        current.save(update_fields=("address",))


def _rekey_members(household: Household, area: Area) -> None:
    """Their village is part of the keys by which members are found."""
    for one in Membership.objects.filter(household=household, valid_to__isnull=True).select_related(
        "person__identity"
    ):
        rekey(newcomer(one.person, None, area))
