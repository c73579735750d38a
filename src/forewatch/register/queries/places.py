"""The places an actor may write about, or narrow a list to."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Scope, Verb
from forewatch.places.models import Area, Level
from forewatch.places.queries import current
from forewatch.register.visibility import purposes_of

_INSIDE = (Scope.AREA, Scope.WRITE)
MANY = 300
"""More than this is no list to choose from: it would take a second to draw, and longer to read."""


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


def parts_to_write(actor: Actor) -> list[Area]:
    """Return the areas to choose a part from first, where the actor may register in more than fit a list."""
    places = places_to_write(actor)
    if places.count() <= MANY:
        return []
    return list(Area.objects.filter(children__in=places).select_related("parent").order_by("path").distinct())


def places_to_read(actor: Actor, asked: str = "") -> list[Area]:
    """Return the current areas inside which the actor reads what is observed.

    Where they are more than fit a list, villages stand there only beside the one asked for, or inside it.
    """
    codes = _codes(actor, Verb.READ, DataClass.OBSERVATION)
    found = current(codes).select_related("parent").order_by("path")
    if found.count() <= MANY:
        return list(found)
    chosen = found.filter(code=asked).first() if asked else None
    shown = Q(level__lt=Level.VILLAGE)
    if chosen:
        shown |= Q(parent=chosen) | Q(parent=chosen.parent)
    return list(found.filter(shown))
