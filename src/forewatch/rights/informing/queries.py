"""Who waits to be told, by area; and which grounds for not telling wait for a second look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.models import Area
from forewatch.register.visibility import reach
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import GROUND_LABELS, SOON, Ground, State
from forewatch.ui.problems import NotFound

SHOWN, COUNTED = 100, 1000
"""Rows of a page, and up to how many are counted for the first page."""


@dataclass(frozen=True)
class Asked:
    """A ground for not telling somebody, as it is looked at: where and why, never whom it is about."""

    id: uuid.UUID
    district: str
    due_on: date
    ground: object
    reason: str
    name: str
    mine: bool


def waiting(actor: Actor) -> QuerySet[Duty]:
    """Return what waits in the actor's area, longest due first; also grounds to be looked at again."""
    mine = reach(actor, Verb.CORRECT, DataClass.OBSERVATION, None, "person__household__", "person")
    again = Q(state=State.LEFT, due_on__lte=actor.today)
    found = Duty.objects.filter(Q(state=State.OPEN) | again).filter(mine)
    # Nobody is sent to tell people who do not exist.
    found = found.filter(person__canary__isnull=True)
    return found.select_related("person__household__area", "person__merged_into", "source")


def page(actor: Actor, *, late: bool) -> list[Duty]:
    """Return the first that wait, or the first that are late."""
    found = waiting(actor)
    return list((found.filter(due_on__lt=actor.today) if late else found)[:SHOWN])


def counts(actor: Actor) -> tuple[int, int]:
    """Return how many are late and how many fall due within a week; no more than `COUNTED` of each."""
    found = waiting(actor).select_related(None).order_by()
    late = found.filter(due_on__lt=actor.today)[:COUNTED].count()
    soon = found.filter(due_on__gte=actor.today, due_on__lte=actor.today + SOON)[:COUNTED].count()
    return late, soon


def one_of(actor: Actor, row: uuid.UUID) -> Duty:
    """Return one that waits.

    Raises NotFound when it is not there, or not for this actor.
    """
    found = waiting(actor).filter(pk=row).first()
    if found is None:
        raise NotFound("")
    return found


def reviews(actor: Actor) -> bool:
    """Tell whether the actor looks at grounds: who oversees everything, and sees nobody's name."""
    return any(
        scope is Scope.EVERYWHERE
        for _grant, scope in scopes(actor, Verb.APPROVE, DataClass.AUDIT, Purpose.AUDIT)
    )


@second_lock.opened("where nobody was told")
def to_review(actor: Actor) -> list[Asked]:
    """Return the grounds that wait for a second look, the oldest first."""
    if not reviews(actor):
        return []
    rows = Duty.objects.filter(state=State.ASKED).select_related("done_by", "person__household")
    return [_asked(actor, one) for one in rows.order_by("done_at", "id")[:SHOWN]]


def _asked(actor: Actor, one: Duty) -> Asked:
    home = one.person.household
    district = _district(home.area_path) if home else ""
    label, by = GROUND_LABELS[Ground(one.ground)], one.done_by
    name = by.name if by else ""
    return Asked(one.pk, district, one.due_on, label, one.reason, name, one.done_by_id == actor.user_id)


def _district(path: str) -> str:
    """Return the district of a path: a village would tell more than a second look needs."""
    codes = path.split("/")[:3]
    area = Area.objects.filter(path="/".join(codes) + "/").first()
    return str(area) if area else ""


@second_lock.opened("where nobody was told")
def one_to_review(actor: Actor, row: uuid.UUID) -> Duty:
    """Return one whose ground waits.

    Raises NotFound.
    """
    found = Duty.objects.filter(pk=row, state=State.ASKED).select_related("person__household").first()
    if found is None or not reviews(actor):
        raise NotFound("")
    return found
