"""What the desk of an area sees: that concerns are there, and, opened one at a time, what they say."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.access.sealing import unseal
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import SEEN_LABELS, Seen, Status
from forewatch.places.models import Area, Level
from forewatch.places.queries import current, within
from forewatch.ui.problems import NotFound

TABLE = "concerns_concern"
SHOWN = 50


@dataclass(frozen=True)
class Told:
    """What a concern says."""

    who: str
    where: str
    words: str
    seen: tuple[object, ...]
    risky_visit: bool


def villages_of(actor: Actor) -> QuerySet[Area]:
    """Return the places a volunteer may report from: the villages of their grants, or the lowest there."""
    codes = {
        grant.area_code
        for grant, scope in scopes(actor, Verb.CREATE, DataClass.OBSERVATION, Purpose.PREVENT)
        if scope in (Scope.WRITE, Scope.AREA)
    }
    return current(codes).filter(Q(level=Level.VILLAGE) | Q(children__isnull=True)).distinct()


def visible_to(actor: Actor) -> QuerySet[Concern]:
    """Return the concerns of the areas in which the actor reads what is observed."""
    codes = {
        grant.area_code
        for grant, scope in scopes(actor, Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT)
        if scope is Scope.AREA
    }
    return Concern.objects.filter(area__in=Area.objects.filter(within(codes))).select_related(
        "area", "taken_by"
    )


def desk(actor: Actor, *, closed: bool = False) -> list[Concern]:
    """Return the concerns that wait, or those last closed; the urgent and the oldest first."""
    mine = visible_to(actor)
    if closed:
        return list(mine.filter(status=Status.CLOSED).order_by("-closed_at")[:SHOWN])
    return list(mine.exclude(status=Status.CLOSED)[:SHOWN])


def waiting(actor: Actor) -> int:
    """Return how many concerns nobody has taken yet."""
    return visible_to(actor).filter(status=Status.NEW).count()


def one_of(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """Return one concern.

    Raises NotFound when it is not there, or not for this actor.
    """
    found = visible_to(actor).filter(pk=concern_id).first()
    if found is None:
        raise NotFound("")
    return found


def told(concern: Concern) -> Told:
    """Return what a concern says. Whoever calls this writes the audit row."""
    said: dict[str, Any] = unseal(concern.content, table=TABLE, row=concern.pk)
    return Told(
        who=said["who"],
        where=said["where"],
        words=said["words"],
        seen=tuple(SEEN_LABELS[Seen(one)] for one in said["seen"]),
        risky_visit=said["risky_visit"],
    )
