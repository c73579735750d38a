"""Reads of visit lists and of the ledger, and of the areas that may be printed for."""

from __future__ import annotations

import uuid
from functools import cache

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area, Level
from forewatch.places.queries import covered, current
from forewatch.register.models import Household
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper.blank import Asked
from forewatch.reports.paper.permissions import can_decide
from forewatch.reports.paper.rules import PURPOSES, State
from forewatch.risk.queries import definition
from forewatch.ui.problems import NotFound

LISTED_LEVELS = (Level.SUB_DISTRICT, Level.VILLAGE)
"""A visit list is for a walk, not for a district."""


@cache
def asked_here() -> Asked:
    """Return what the index of this installation asks."""
    return Asked(definition())


def printable_areas(actor: Actor, district: str = "") -> QuerySet[Area]:
    """Return the current villages and sub-districts, inside a district, that the actor may print for."""
    return _printable(actor).filter(level__in=LISTED_LEVELS, pk__in=current([district]).values("pk"))


def printable_districts(actor: Actor) -> QuerySet[Area]:
    """Return the current districts for which the actor may print lists."""
    return _printable(actor).filter(level=Level.DISTRICT)


def _printable(actor: Actor) -> QuerySet[Area]:
    within = Q(pk__in=())
    for purpose in PURPOSES:
        within |= Q(pk__in=covered(actor, Verb.PRINT, DataClass.BAND, purpose).values("pk"))
    return Area.objects.filter(within, valid_to__isnull=True).order_by("path")


def households_in(actor: Actor, verb: Verb, purpose: Purpose, area: Area) -> QuerySet[Household]:
    """Return the households of an area whose bands the actor may print, or approve for printing."""
    return Household.objects.visible_to(actor, verb, DataClass.BAND, purpose).under(area.code)


def households_of(actor: Actor, verb: Verb, visit_list: VisitList) -> QuerySet[Household]:
    """Return the households of a list's area, for its purpose."""
    return households_in(actor, verb, Purpose(visit_list.purpose), visit_list.area)


def lists_of(actor: Actor) -> QuerySet[VisitList]:
    """Return the visit lists the actor may see, the newest first."""
    return VisitList.objects.visible_to(actor).select_related("area", "requested_by", "decided_by")


def to_decide(actor: Actor) -> list[VisitList]:
    """Return the visit lists that wait for this actor's decision, the oldest first."""
    waiting = lists_of(actor).filter(state=State.REQUESTED, expires_at__gt=actor.now)
    return [one for one in waiting.order_by("requested_at", "id") if can_decide(actor, one)]


def to_print(actor: Actor) -> QuerySet[VisitList]:
    """Return the actor's own visit lists that are approved and not yet printed."""
    return lists_of(actor).filter(state=State.APPROVED, requested_by=actor.user_id, expires_at__gt=actor.now)


def list_of(actor: Actor, list_id: uuid.UUID) -> VisitList:
    """Return one visit list.

    Raises NotFound when there is none, or none for this actor.
    """
    found = lists_of(actor).filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return found


def ledger_of(actor: Actor) -> QuerySet[Printing]:
    """Return the printings the actor may see, the newest first."""
    return Printing.objects.visible_to(actor).select_related("area", "by", "visit_list")
