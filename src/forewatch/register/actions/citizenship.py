"""The way to papers, one step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.models import Organisation, User
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import CitizenshipStep, Person
from forewatch.register.permissions import Allowed, check_can, check_can_in
from forewatch.ui.problems import Conflict, Problem

Status = CitizenshipStep.Status


@dataclass(frozen=True)
class StepEntry:
    """What is to be done next, until when, and who helps."""

    what: str
    due_on: date
    helper: User | None = None
    agency: Organisation | None = None


@transaction.atomic
def plan_step(*, by: Actor, person: Person, entry: StepEntry, ended: str = Status.DONE) -> CitizenshipStep:
    """Plan a person's next step; the open one, if any, ends as `ended` says.

    Raises Refused; Problem when nobody is named who helps.
    """
    allowed = _allowed(by, person)
    if entry.helper is None and entry.agency is None:
        raise Problem(_("Name somebody who helps: a person or an agency."))
    person.citizenship_steps.filter(status=Status.OPEN).update(
        status=ended, ended_at=by.now, ended_by_id=by.user_id
    )
    step = CitizenshipStep.objects.create(
        person=person,
        what=entry.what,
        due_on=entry.due_on,
        helper=entry.helper,
        agency=entry.agency,
        made_at=by.now,
        made_by_id=by.user_id,
    )
    _note(by, allowed, step)
    return step


@transaction.atomic
def end_step(*, by: Actor, step: CitizenshipStep, status: str) -> None:
    """End a step as done or dropped.

    Raises Refused, or Conflict when it ended already.
    """
    allowed = _allowed(by, step.person)
    changed = CitizenshipStep.objects.filter(pk=step.pk, status=Status.OPEN).update(
        status=status, ended_at=by.now, ended_by_id=by.user_id
    )
    if not changed:
        raise Conflict(_("Somebody else ended this step meanwhile. Open the caseload again."))
    _note(by, allowed, step)


def _allowed(by: Actor, person: Person) -> Allowed:
    if person.household is None:
        return check_can_in(by, Verb.CORRECT, DataClass.OBSERVATION, None)
    return check_can(by, Verb.CORRECT, DataClass.OBSERVATION, person.household)


def _note(by: Actor, allowed: Allowed, step: CitizenshipStep) -> None:
    path = step.person.household.area_path if step.person.household else ""
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, step, area_path=path)
