"""Reads of areas: current ones, those below another, those an actor's grants cover."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.models import SEPARATOR, Area


def within(codes: Iterable[str]) -> Q:
    """Return the condition that an area is one of those coded, or below one; an empty code covers all."""
    condition = Q(pk__in=())
    for code in codes:
        if not code:
            return Q()
        paths = Area.objects.filter(code=code).values_list("path", flat=True)
        for path in set(paths):
            condition |= Q(path__gte=path, path__lt=path[: -len(SEPARATOR)] + chr(ord(SEPARATOR) + 1))
    return condition


def current(codes: Iterable[str] = ("",)) -> QuerySet[Area]:
    """Return the current areas that are, or lie below, those coded."""
    return Area.objects.filter(within(codes), valid_to__isnull=True)


def covered(actor: Actor, verb: Verb, data_class: DataClass, purpose: Purpose) -> QuerySet[Area]:
    """Return the areas, of every generation, all over which the actor may do this to this class of data."""
    codes = {
        grant.area_code for grant, scope in scopes(actor, verb, data_class, purpose) if scope is Scope.AREA
    }
    return Area.objects.filter(within(codes))
