"""Keeping a colleague away from people they are related to, or who do not want them to know."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import ConflictOfInterest, Household, Person
from forewatch.register.permissions import check_can
from forewatch.register.visibility import lives_in
from forewatch.ui.problems import Problem

Ground = ConflictOfInterest.Ground
REASON = "conflict of interest: "
ENDED = "conflict of interest ended: "
"""How the reason of the event begins; the user name of whom it is about follows."""


def declare_own_conflict(*, by: Actor, household: Household) -> int:
    """Keep whoever asks away from people they are related to. Raises Refused and Problem."""
    me = User.objects.get(pk=by.user_id)
    return declare_conflict(by=by, household=household, user=me, ground=Ground.RELATED)


@transaction.atomic
def declare_conflict(*, by: Actor, household: Household, user: User, ground: Ground) -> int:
    """Keep somebody away from the people of a household from this moment, and return how many they are.

    Whoever reads the household may name themselves; naming a colleague takes the right to assign it. Raises
    Refused; Problem when nobody lives there.
    """
    verb = Verb.READ if user.pk == by.user_id else Verb.ASSIGN
    allowed = check_can(by, verb, DataClass.OBSERVATION, household)
    people = Person.objects.filter(household=household, merged_into__isnull=True)
    if not people:
        raise Problem(_("Nobody lives here now; there is nobody to be kept away from."))
    for person in people:
        found, made = ConflictOfInterest.objects.get_or_create(
            user=user,
            person=person,
            ended_at=None,
            defaults={"ground": ground, "made_at": by.now, "made_by_id": by.user_id},
        )
        if not made and ground == Ground.NAMED:
            # What the person wants weighs more than what was known before.
            found.ground = ground
            found.save(update_fields=("ground",))
    note(
        by,
        allowed,
        verb,
        DataClass.OBSERVATION,
        household,
        area_path=household.area_path,
        reason=f"{REASON}{user.username}",
    )
    return len(people)


@transaction.atomic
def end_conflict(*, by: Actor, household: Household, user: User) -> None:
    """Let somebody back to the people of a household; nobody lets themselves back.

    Whom a person named is let back by those alone who may answer for what is kept. Raises Refused, also to
    whoever is kept away.
    """
    allowed = check_can(by, Verb.ASSIGN, DataClass.OBSERVATION, household)
    conflicts = ConflictOfInterest.objects.filter(lives_in(household.pk), user=user, ended_at__isnull=True)
    if conflicts.filter(ground=Ground.NAMED).exists():
        check_can(by, Verb.APPROVE, DataClass.OBSERVATION, household)
    conflicts.update(ended_at=by.now, ended_by_id=by.user_id)
    note(
        by,
        allowed,
        Verb.ASSIGN,
        DataClass.OBSERVATION,
        household,
        area_path=household.area_path,
        reason=f"{ENDED}{user.username}",
    )
