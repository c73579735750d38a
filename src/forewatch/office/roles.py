"""Roles of a colleague: given by one, agreed to by another where they reach far, ended at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.actions import end_grant, grant
from forewatch.access.decisions import Actor, check
from forewatch.access.models import Grant, User
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.office.noting import note
from forewatch.office.permissions import check_reached
from forewatch.office.queries import roles_to_second
from forewatch.ui.problems import Conflict, NotFound, Problem


def give_role(*, by: Actor, user: User, role: Role, area_code: str, until: date) -> Grant:
    """Give a colleague a role from today; one that reaches far begins when a second person has agreed.

    Raises Refused, NotFound; Problem for oneself, a colleague who has left, and more than a year.
    """
    check(by, Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
    check_reached(by, Verb.CREATE, user)
    if not user.is_active:
        raise Problem(_("%(name)s has left already.") % {"name": user.name})
    giver = User.objects.get(pk=by.user_id)
    return grant(
        user=user, role=role, area_code=area_code, valid_from=by.today, valid_to=until, now=by.now, by=giver
    )


@transaction.atomic
def second_roles(*, by: Actor, grants: Collection[str], agree: bool) -> None:
    """Agree to roles that a colleague gave to others, or end them before they begin: all of them or none.

    Raises NotFound when one does not wait for this actor, and Conflict when somebody else was faster.
    """
    wait = {str(one.grant.pk): one.grant for one in roles_to_second(by)}
    for said in grants:
        if said not in wait:
            raise NotFound("")
        _second(by, wait[said], agree=agree)


def _second(by: Actor, found: Grant, *, agree: bool) -> None:
    waits = Grant.objects.filter(pk=found.pk, approved_by__isnull=True, valid_to=found.valid_to)
    done = (
        waits.update(approved_by_id=by.user_id, approved_at=by.now)
        if agree
        else waits.update(valid_to=found.valid_from)
    )
    if not done:
        raise Conflict(_("Somebody has decided on this role meanwhile."))
    said = f"{found.role}: {'yes' if agree else 'no'}"
    note(by, Verb.SECOND, DataClass.ACCOUNT, "grant", found.pk, area_code=found.area_code, reason=said)


@transaction.atomic
def end_role(*, by: Actor, grant_id: uuid.UUID) -> Grant:
    """End a colleague's role at once; open work stays with them until it is handed over.

    Raises Refused, NotFound when it has ended already, and Problem for one's own.
    """
    check(by, Verb.CORRECT, DataClass.ACCOUNT, Purpose.SUPPORT)
    found = Grant.objects.select_for_update().filter(pk=grant_id, valid_to__gt=by.today).first()
    if found is None or found.role == Role.AGENCY:
        raise NotFound("")
    if found.user_id == by.user_id:
        raise Problem(_("Nobody ends their own role; ask a colleague."))
    end_grant(found, by.today)
    note(
        by, Verb.CORRECT, DataClass.ACCOUNT, "grant", grant_id, area_code=found.area_code,
        reason=f"{found.role}: ended",
    )  # fmt: skip
    return found
