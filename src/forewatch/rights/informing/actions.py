"""Noting that somebody was told, or why not, and the second look at that. Nobody is contacted from here."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import noting, second_lock
from forewatch.access.decisions import Actor, check
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import Household
from forewatch.register.permissions import Allowed, check_can
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import AGAIN, Ground, How, State
from forewatch.ui.problems import Conflict, Problem


def tell(*, by: Actor, duty: Duty, how: How, on: date) -> None:
    """Note that somebody was told.

    Raises Refused, Problem for a day before anything was collected, Conflict when a colleague was first.
    """
    if on < duty.collected_on:
        raise Problem(_("Nothing had been collected about them by that day. Look at the date again."))
    _done(by, duty, State.TOLD, how=how.value, told_on=on)


def ask_not_to(*, by: Actor, duty: Duty, ground: Ground, reason: str) -> None:
    """Note a ground for not telling somebody for now; the data protection officer looks at it.

    Raises Refused; Conflict when a colleague was first.
    """
    _done(by, duty, State.ASKED, ground=ground.value, reason=reason, answer="")


@transaction.atomic
def _done(by: Actor, duty: Duty, state: State, **values: object) -> None:
    home = _home(duty)
    allowed: Allowed = check_can(by, Verb.CORRECT, DataClass.OBSERVATION, home)
    _move(duty, state, done_by_id=by.user_id, done_at=by.now, **values)
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, duty, area_path=home.area_path, reason=state.value)


@second_lock.opened("where nobody was told")
@transaction.atomic
def review(*, by: Actor, duty: Duty, agrees: bool, answer: str) -> None:
    """Let somebody be left untold for now, or ask for them to be told all the same.

    Raises Refused, also to whoever gave the ground; Conflict when it was looked at already.
    """
    decision = check(by, Verb.APPROVE, DataClass.AUDIT, Purpose.AUDIT)
    if duty.done_by_id == by.user_id:
        raise Conflict(_("You gave this ground yourself. Somebody else looks at it."))
    later = {"due_on": by.today + AGAIN} if agrees else {}
    state = State.LEFT if agrees else State.OPEN
    _move(duty, state, reviewed_by_id=by.user_id, reviewed_at=by.now, answer=answer, **later)
    noting.note(
        by,
        decision,
        Verb.APPROVE,
        DataClass.AUDIT,
        subject="duty",
        subject_id=duty.pk,
        area_code="",
        purpose=Purpose.AUDIT,
        reason=state.value,
    )


def _home(duty: Duty) -> Household:
    person = duty.person.merged_into or duty.person
    if person.household is None:
        raise Problem(_("This person belongs to no household any more."))
    return person.household


def _move(duty: Duty, state: State, **values: object) -> None:
    if not Duty.objects.filter(pk=duty.pk, state=duty.state).update(state=state, **values):
        raise Conflict(_("A colleague has dealt with this meanwhile. Look at it again."))
