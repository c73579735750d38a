"""Opening somebody in an emergency, outside what one was granted: for some hours, under others' eyes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Refused
from forewatch.access.middleware import write_down
from forewatch.access.rules import DataClass, Scope, Verb
from forewatch.lib.ids import new_id
from forewatch.register.actions.canaries import note_if_canary
from forewatch.register.actions.noting import note
from forewatch.register.models import BreakGlass, Household, Person
from forewatch.register.permissions import check_can, check_can_somewhere
from forewatch.register.queries.emergencies import home_of, lasts, unreviewed, waiting_for_a_second
from forewatch.register.rules.canaries import How
from forewatch.register.sealed import seal_reason
from forewatch.ui.problems import NotFound, Problem


def suspended(actor: Actor) -> str:
    """Return why the actor may open nobody, which is nothing unless a review is late."""
    late = actor.now - unreviewed()
    mine = BreakGlass.objects.filter(user_id=actor.user_id, reviewed_at__isnull=True, ends_at__lt=late)
    return (
        _(
            "You opened somebody in an emergency more than %(hours)s hours ago, and nobody has looked at "
            "it yet. Until then you can open nobody else this way: ask the data protection officer."
        )
        % {"hours": settings.TERMS.review_hours}
        if mine.exists()
        else ""
    )


@second_lock.opened("an emergency anywhere")
def break_glass(*, by: Actor, code: str, incident: str, reason: str) -> BreakGlass:
    """Open the household of the person with a code for some hours, or ask a second person to agree.

    Raises Refused; Problem while suspended; NotFound, written down, when nobody has the code or a conflict of
    interest keeps the actor away, which look the same.
    """
    check_can_somewhere(by, Verb.BREAK_GLASS, DataClass.IDENTITY)
    if why_not := suspended(by):
        raise Problem(why_not)
    reached = Person.objects.visible_to(by, Verb.BREAK_GLASS, DataClass.IDENTITY)
    found = reached.filter(code=code, merged_into__isnull=True).select_related("household").first()
    if found is None or found.household is None:
        note_if_canary(by=by, code=code, how=How.EMERGENCY)
        write_down(by, Refused(code, DataClass.IDENTITY, Verb.BREAK_GLASS))
        raise NotFound("")
    return _opened(by, found, found.household, incident, reason)


@transaction.atomic
def _opened(by: Actor, person: Person, household: Household, incident: str, reason: str) -> BreakGlass:
    allowed = check_can(by, Verb.BREAK_GLASS, DataClass.IDENTITY, household)
    alone = allowed.decision.scope is not Scope.SECONDED
    row = new_id()
    made = BreakGlass.objects.create(
        id=row,
        user_id=by.user_id,
        person=person,
        incident=incident,
        sealed=seal_reason(BreakGlass, row, reason),
        made_at=by.now,
        ends_at=by.now + lasts() if alone else None,
    )
    note(
        by,
        allowed,
        Verb.BREAK_GLASS,
        DataClass.IDENTITY,
        # Asking looks at nobody: whoever asks who saw them is not told of it.
        person if alone else made,
        area_path=household.area_path,
        reason=incident,
        words=reason,
    )
    return made


@transaction.atomic
def second(*, by: Actor, opened: uuid.UUID, agree: bool) -> None:
    """Agree, or not, to an emergency for which somebody else asked; it lasts from now on.

    Raises Refused, and NotFound when it does not wait for this actor.
    """
    found = waiting_for_a_second(by).filter(pk=opened).first()
    home = home_of(found) if found else None
    if found is None or home is None:
        raise NotFound("")
    allowed = check_can(by, Verb.SECOND, DataClass.IDENTITY, home)
    waits = BreakGlass.objects.filter(pk=opened, seconded_at__isnull=True)
    ends = by.now + lasts() if agree else None
    if not waits.update(seconded_at=by.now, seconded_by_id=by.user_id, ends_at=ends):
        raise NotFound("")
    note(
        by,
        allowed,
        Verb.SECOND,
        DataClass.IDENTITY,
        found.person if agree else found,
        area_path=home.area_path,
        reason=f"{found.incident}: {'yes' if agree else 'no'}",
    )
