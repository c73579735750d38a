"""The places an actor may write about, or narrow a list to."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Scope, Verb
from forewatch.places.models import Area
from forewatch.places.queries import current
from forewatch.register.visibility import purposes_of

_INSIDE = (Scope.AREA, Scope.WRITE)


def _codes(actor: Actor, verb: Verb, data: DataClass) -> set[str]:
    return {
        grant.area_code
        for purpose in purposes_of(actor)
        for grant, scope in scopes(actor, verb, data, purpose)
        if scope in _INSIDE
    }


def places_to_write(actor: Actor) -> QuerySet[Area]:
    """Return the lowest current areas in which the actor may register, with the area above each."""
    lower = Area.objects.filter(parent=OuterRef("pk"), valid_to__isnull=True)
    found = current(_codes(actor, Verb.CREATE, DataClass.IDENTITY)).filter(~Exists(lower))
    return found.select_related("parent").order_by("path")


def places_to_read(actor: Actor) -> QuerySet[Area]:
    """Return the current areas, of every level, inside which the actor reads what is observed."""
    codes = _codes(actor, Verb.READ, DataClass.OBSERVATION)
    return current(codes).select_related("parent").order_by("path")
