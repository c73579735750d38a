"""Planting people who do not exist among those who do: families like their neighbours', under mixed names."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, check
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import keys_at_hand
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.households import write_household
from forewatch.register.entries import Answers, HouseholdEntry, MemberEntry, Observation
from forewatch.register.models import Canary, Household, Identity, Membership, Person, Record
from forewatch.register.queries.answers import in_force, records_about
from forewatch.register.rules.dates import BirthDate, Precision, years_before
from forewatch.register.sealed import Address, Who, open_who
from forewatch.ui.problems import Problem

MOST, NAMES_MIXED, YEAR = 40, 200, 365
MEMBERS = 3
"""A family of nobody has at most so many."""


@second_lock.opened("people who do not exist")
@transaction.atomic
def plant(*, by: Actor, area: Area, families: int) -> int:
    """Plant so many families in an area, and return how many people they are.

    Each is like one that lives there: its members' ages, sexes and answers, slightly moved, under names of
    which the one half comes from here and the other from there. Raises Refused, and Problem where too few
    people live to hide among.
    """
    decision = check(by, Verb.CREATE, DataClass.AUDIT, Purpose.AUDIT)
    dice = random.SystemRandom()
    models = _models(area, min(families, MOST), dice)
    names = _names(area, dice)
    if len(models) < families or not names:
        raise Problem(_("Too few families live there to hide among. Choose a larger area."))
    people = sum(_family(by, one, names, dice) for one in models)
    note(
        by,
        decision,
        Verb.CREATE,
        DataClass.AUDIT,
        subject="canaries",
        subject_id=None,
        area_code=area.code,
        purpose=Purpose.AUDIT,
        reason=f"{families} families",
    )
    return people


def _models(area: Area, families: int, dice: random.Random) -> list[Household]:
    real = Household.objects.under(area.code).filter(people__isnull=False, people__canary__isnull=True)
    ids = list(real.order_by("id").values_list("pk", flat=True).distinct())
    chosen = dice.sample(ids, min(families, len(ids)))
    return list(Household.objects.filter(pk__in=chosen, area__isnull=False).select_related("area"))


def _names(area: Area, dice: random.Random) -> list[Who]:
    """Return names of people who live there, for mixing. They are shown to nobody."""
    there = Identity.objects.filter(person__in=Person.objects.under(area.code)).order_by("person_id")
    ids = list(there.values_list("person_id", flat=True)[: NAMES_MIXED * NAMES_MIXED])
    rows = list(there.filter(person__in=dice.sample(ids, min(NAMES_MIXED, len(ids)))))
    with keys_at_hand(one.person_id for one in rows):
        found = [open_who(one.person_id, bytes(one.sealed)) for one in rows]
    return [one for one in found if one.given and one.family]


def _family(by: Actor, model: Household, names: Sequence[Who], dice: random.Random) -> int:
    about = Q(household=model) | Q(person__household=model)
    newest = Record.objects.filter(about).select_related("source").order_by("-observed_on").first()
    day = newest.observed_on if newest else by.today
    seen = Observation(day, newest.source, newest.grade) if newest else Observation(day)
    assert model.area is not None  # `_models` gives no other
    entry = HouseholdEntry(
        observation=seen,
        area=model.area,
        address=Address(house=f"{dice.randint(1, 299)}/{dice.randint(1, 9)}"),
        members=tuple(_members(model, names, dice)),
        answers=_answers(household=model.pk),
    )
    # Its rows say of who wrote them what its model's say: nothing shows who planted it.
    as_if = Actor(model.made_by_id or by.user_id, (), model.made_at, by.today)
    made = write_household(by=as_if, row=new_id(), entry=entry, area=model.area)
    people = list(Person.objects.filter(household=made))
    Canary.objects.bulk_create([Canary(code=one.code, person=one, made_at=by.now) for one in people])
    return len(people)


def _members(model: Household, names: Sequence[Who], dice: random.Random) -> Iterator[MemberEntry]:
    now = Membership.objects.filter(household=model, valid_to__isnull=True, person__merged_into__isnull=True)
    family = dice.choice(names).family
    for one in now.select_related("person").order_by("valid_from", "id")[:MEMBERS]:
        person = one.person
        born = person.birth_date and _moved(person.birth_date, person.birth_precision, model.made_at, dice)
        yield MemberEntry(
            who=Who(given=dice.choice(names).given, family=family),
            sex=person.sex,
            birth=BirthDate(born, Precision(person.birth_precision)) if born else None,
            role=one.role,
            home_area=person.home_area,
            answers=_answers(person=person.pk),
        )


def _moved(day: date, precision: str, known: datetime, dice: random.Random) -> date:
    """Return a birth date up to a year away, never after its family was known, as exact as the other was."""
    if precision == Precision.DAY:
        return min(day + timedelta(days=dice.randint(-YEAR, YEAR)), known.date())
    later = years_before(day, dice.choice((-1, 0, 1)))
    return later if later <= known.date() else day


def _answers(**about: UUID) -> Answers:
    best = in_force(records_about(Q(**about)))
    return {name: record.values[name] for name, record in best.items()}
