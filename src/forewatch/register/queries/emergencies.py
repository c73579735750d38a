"""What was opened in an emergency, or waits for a second person to agree."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Protocol, Role, Verb
from forewatch.register.models import BreakGlass, Household
from forewatch.register.visibility import reach
from forewatch.ui.problems import NotFound

SHOWN = 10


def lasts() -> timedelta:
    """Return for how long a household stays open; one for which nobody has agreed by then was none."""
    return timedelta(hours=settings.TERMS.break_glass_hours)


def unreviewed() -> timedelta:
    """Return how long after an emergency has ended somebody must have looked at it."""
    return timedelta(hours=settings.TERMS.review_hours) - lasts()


def waiting_for_a_second(actor: Actor) -> QuerySet[BreakGlass]:
    """Return the emergencies that wait for the actor to agree: of somebody else, in another role.

    Under `multi-agency` of another organisation too.
    """
    found = BreakGlass.objects.filter(
        reach(actor, Verb.SECOND, DataClass.IDENTITY, None, "person__household__"),
        ends_at__isnull=True,
        seconded_at__isnull=True,
        made_at__gt=actor.now - lasts(),
    )
    if Role.DATA_PROTECTION_OFFICER in actor.roles():
        return found.none()
    if settings.PROTOCOL is Protocol.MULTI_AGENCY:
        mine = User.objects.filter(pk=actor.user_id).values("organisation_id")
        found = found.exclude(user__organisation_id__in=mine)
    others = found.exclude(user_id=actor.user_id)
    return others.select_related("user__organisation", "person__household__area")


def one_to_second(actor: Actor, opened: uuid.UUID) -> BreakGlass:
    """Return an emergency that waits for the actor to agree. Raises NotFound."""
    found = waiting_for_a_second(actor).filter(pk=opened).first()
    if found is None:
        raise NotFound("")
    return found


@second_lock.opened("whom an emergency is asked for")
def asked_by(actor: Actor) -> list[BreakGlass]:
    """Return the newest emergencies for which the actor asked a second person, the newest first."""
    return list(_asked_by(actor)[:SHOWN])


def _asked_by(actor: Actor) -> QuerySet[BreakGlass]:
    mine = BreakGlass.objects.filter(user_id=actor.user_id).select_related("seconded_by", "person__household")
    return (mine.filter(ends_at__isnull=True) | mine.filter(seconded_at__isnull=False)).order_by("-made_at")


@second_lock.opened("whom an emergency is asked for")
def one_asked(actor: Actor, opened: uuid.UUID) -> BreakGlass:
    """Return an emergency for which the actor asked a second person. Raises NotFound."""
    found = _asked_by(actor).filter(pk=opened).first()
    if found is None:
        raise NotFound("")
    return found


@second_lock.opened("whom an emergency is asked for")
def home_of(opened: BreakGlass) -> Household | None:
    """Return where the person of an emergency lives now."""
    person = opened.person.merged_into or opened.person
    return person.household
