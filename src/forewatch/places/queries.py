"""Reads of areas: current ones, those of a day, those below another, those an actor's grants cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.models import Area, Level
from forewatch.places.rules import SEPARATOR


def within(codes: Iterable[str], prefix: str = "") -> Q:
    """Return the condition that an area, to which `prefix` leads, is one of those coded, or below one.

    An empty code covers all. Every generation of what lies there counts, for what was recorded of an earlier
    one stays with it.
    """
    condition = Q(pk__in=())
    for code in codes:
        if not code:
            return Q()
        paths = Area.objects.filter(code=code).values_list("path", flat=True)
        for path in set(paths):
            after = path[: -len(SEPARATOR)] + chr(ord(SEPARATOR) + 1)
            condition |= Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": after})
    return condition


def current(codes: Iterable[str] = ("",)) -> QuerySet[Area]:
    """Return the current areas that are, or lie below, those coded."""
    return Area.objects.filter(within(codes), valid_to__isnull=True)


def villages() -> QuerySet[Area]:
    """Return the current villages."""
    return current().filter(level=Level.VILLAGE)


def names_above_villages() -> list[str]:
    """Return the names of countries, provinces and districts, which no password is made of."""
    above = Area.objects.filter(level__lte=Level.DISTRICT)
    return [name for row in above.values_list("name", "name_local").distinct() for name in row if name]


def generations(code: str) -> QuerySet[Area]:
    """Return the generations of an area, the newest first, without their outlines."""
    return Area.objects.filter(code=code).order_by("-valid_on").defer("geometry")


def area_on(code: str, day: date) -> Area | None:
    """Return the area of a code as it was on a day, or None when there was none.

    Before its first generation an area is taken to have been as that one says: when a set was first loaded
    says nothing of how old its areas are.
    """
    found = list(generations(code))
    for one in found:
        if one.valid_on <= day:
            return one if one.valid_to is None or day < one.valid_to else None
    return found[-1] if found else None


def covered(actor: Actor, verb: Verb, data_class: DataClass, purpose: Purpose) -> QuerySet[Area]:
    """Return the areas, of every generation, all over which the actor may do this to this class of data."""
    return Area.objects.filter(covers(actor, verb, data_class, purpose))


def covers(actor: Actor, verb: Verb, data_class: DataClass, purpose: Purpose, prefix: str = "") -> Q:
    """Return the condition that an area, to which `prefix` leads, is one of those `covered`."""
    found = scopes(actor, verb, data_class, purpose)
    return within({grant.area_code for grant, scope in found if scope is Scope.AREA}, prefix)
