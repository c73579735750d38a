"""Giving a household to somebody to look after."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import Assignment, Household
from forewatch.register.permissions import check_can, target_of
from forewatch.ui.problems import Problem


@transaction.atomic
def assign(*, by: Actor, household: Household, user: User) -> Assignment:
    """Give a household to somebody from today on.

    Raises Refused; Problem when they look after it already, or may not sign in.
    """
    allowed = check_can(by, Verb.ASSIGN, DataClass.OBSERVATION, household)
    if not user.is_active:
        raise Problem(_("%(name)s may not sign in; choose somebody else.") % {"name": user.name})
    if user.pk in target_of(household, by).kept_away:
        raise Problem(
            _("A conflict of interest keeps %(name)s away from this household.") % {"name": user.name}
        )
    if _current(household, by).filter(user=user).exists():
        raise Problem(_("%(name)s looks after this household already.") % {"name": user.name})
    made = Assignment.objects.create(
        household=household, user=user, valid_from=by.today, made_by_id=by.user_id
    )
    note(by, allowed, Verb.ASSIGN, DataClass.OBSERVATION, household, area_path=household.area_path)
    return made


@transaction.atomic
def end_assignment(*, by: Actor, assignment: Assignment) -> None:
    """Take a household back; it acts at once.

    Raises Refused.
    """
    household = assignment.household
    allowed = check_can(by, Verb.ASSIGN, DataClass.OBSERVATION, household)
    assignment.valid_to = by.today
    assignment.save(update_fields=("valid_to",))
    note(by, allowed, Verb.ASSIGN, DataClass.OBSERVATION, household, area_path=household.area_path)


def _current(household: Household, by: Actor) -> models.QuerySet[Assignment]:
    return household.assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=by.today))
