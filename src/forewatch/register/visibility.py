"""Querysets by which the register is read: only through `visible_to`, which asks the decision's own table."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Max, Q

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Granted, scopes
from forewatch.access.rules import NEEDS_BASIS, DataClass, Purpose, Scope, Verb
from forewatch.places.models import SEPARATOR, Area

if TYPE_CHECKING:
    from forewatch.register.models import Household, Person  # noqa: F401

M = TypeVar("M", bound=models.Model)


def inside(area_code: str, prefix: str = "") -> Q:
    """Return the condition that a household lives in the area coded, or below it; empty covers every area.

    An area's paths are ranges of text, so that one index serves a village and a province alike.
    """
    if not area_code:
        return Q()
    condition = Q(pk__in=())
    for path in sorted(set(Area.objects.filter(code=area_code).values_list("path", flat=True))):
        after = path[: -len(SEPARATOR)] + chr(ord(SEPARATOR) + 1)
        condition |= Q(**{f"{prefix}area_path__gte": path, f"{prefix}area_path__lt": after})
    return condition


def purposes_of(actor: Actor) -> list[Purpose]:
    """Return the purposes of the actor's grants, in the order of their declaration."""
    mine = {one for grant in actor.grants if grant.holds_on(actor.today) for one in grant.purposes}
    return [one for one in Purpose if one in mine]


def reach(
    actor: Actor,
    verb: Verb,
    data: DataClass,
    purpose: Purpose | None,
    prefix: str = "",
    person: str | None = None,
) -> Q:
    """Return the condition that the actor may do this to a household, to which `prefix` leads.

    Without a purpose, any purpose of the actor's grants serves; a conflict of interest goes before all. Where
    rows are about somebody, `person` leads to them: what they said no to is not done.
    """
    kept_from = list(kept_away_from(actor))
    purposes = [purpose] if purpose else purposes_of(actor)
    refused = person is not None and verb in NEEDS_BASIS and _refusals().filter(purpose__in=purposes).exists()
    if person is None or not refused:
        granted = _granted(actor, verb, data, purposes, prefix)
    else:
        granted = _with_basis(actor, verb, data, purposes, prefix, person)
    return granted & ~Q(**{f"{_household(prefix)}__in": kept_from}) if kept_from else granted


def _with_basis(
    actor: Actor, verb: Verb, data: DataClass, purposes: Sequence[Purpose], prefix: str, person: str
) -> Q:
    condition = Q(pk__in=())
    for one in purposes:
        condition |= _granted(actor, verb, data, [one], prefix) & ~said_no(one, person)
    if opened := opened_by(actor):
        within = Q(**{f"{_household(prefix)}__in": opened})
        condition |= _granted(actor, verb, data, purposes, prefix) & within
    return condition


def said_no(purpose: str, person: str = "pk") -> Q:
    """Return the condition that somebody, to whom `person` leads, wants nothing done for a purpose."""
    those = _refusals().filter(purpose=purpose)
    merged = those.filter(person__merged_into__isnull=False)
    return Q(**{f"{person}__in": those.values("person")}) | Q(
        **{f"{person}__in": merged.values("person__merged_into")}
    )


def closed_to(actor: Actor, people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these people who said no to everything for which the actor could read of them."""
    of_these = Q(person__in=people) | Q(person__merged_into__in=people)
    if not _refusals().filter(of_these).exists():
        return set()
    mine = apps.get_model("register", "Person")._default_manager.filter(
        reach(actor, Verb.READ, DataClass.OBSERVATION, None, "household__", "pk"), pk__in=people
    )
    return set(people) - set(mine.values_list("pk", flat=True))


def _refusals() -> models.QuerySet[Any]:
    rows = apps.get_model("register", "Consent")._default_manager
    return rows.filter(agreed=False, ended_at__isnull=True)


def about(person: Person) -> Q:
    """Return the condition that a row is about a person, or one who was merged into them."""
    merged = apps.get_model("register", "Person")._default_manager.filter(merged_into=person)
    # As a list of ids: an OR over joined tables reads everybody in the register.
    return Q(person=person) | Q(person__in=merged.values("pk"))


def lives_in(household_id: uuid.UUID) -> Q:
    """Return the condition that a row about a person is about somebody who lives in a household now."""
    people = apps.get_model("register", "Person")._default_manager
    here = people.filter(household=household_id).values("pk")
    return Q(person__in=here) | Q(person__in=people.filter(merged_into__in=here).values("pk"))


def kept_away_from(actor: Actor) -> set[uuid.UUID]:
    """Return the households from which a conflict of interest keeps the actor away; they are few."""
    return _homes("ConflictOfInterest", user_id=actor.user_id, ended_at__isnull=True)


def opened_by(actor: Actor) -> set[uuid.UUID]:
    """Return the households that the actor opened in an emergency that lasts."""
    return _homes("BreakGlass", user_id=actor.user_id, ends_at__gt=actor.now)


def open_until(actor: Actor, household_id: uuid.UUID) -> datetime | None:
    """Return until when an emergency of the actor's holds a household open."""
    rows = apps.get_model("register", "BreakGlass")._default_manager.filter(
        lives_in(household_id), user_id=actor.user_id, ends_at__gt=actor.now
    )
    found: datetime | None = rows.aggregate(last=Max("ends_at"))["last"]
    return found


def _homes(model: str, **which: object) -> set[uuid.UUID]:
    """Return where the people live now about whom rows are; they are few."""
    rows = apps.get_model("register", model)._default_manager.filter(**which)
    if not rows.exists():
        return set()
    with second_lock.opened("what the decision asks of a household"):
        found = list(rows.values_list("person__household", "person__merged_into__household"))
    return {one for pair in found for one in pair if one}


def _household(prefix: str) -> str:
    return f"{prefix}id" if prefix else "pk"


def _granted(actor: Actor, verb: Verb, data: DataClass, purposes: Sequence[Purpose], prefix: str) -> Q:
    condition = Q(pk__in=())
    for grant, scope in _widest(one for each in purposes for one in scopes(actor, verb, data, each)):
        if scope in (Scope.EVERYWHERE, Scope.SECONDED):
            return Q()
        if scope is Scope.WRITE:
            continue
        if scope is Scope.BREAK_GLASS:
            condition |= Q(**{f"{_household(prefix)}__in": opened_by(actor)})
            continue
        one = inside(grant.area_code, prefix) & _narrowed(actor, scope, prefix)
        if not one:
            # Nothing narrows it: Django would drop an "or anything" as if it were nothing.
            return Q()
        condition |= one
    return condition


def _widest(found: Iterable[tuple[Granted, Scope]]) -> list[tuple[Granted, Scope]]:
    """Return each area and scope once; what was opened in an emergency has no area."""
    return list(
        {
            ("" if scope is Scope.BREAK_GLASS else grant.area_code, scope): (grant, scope)
            for grant, scope in found
        }.values()
    )


def _narrowed(actor: Actor, scope: Scope, prefix: str) -> Q:
    if scope is Scope.ASSIGNED:
        given = apps.get_model("register", "Assignment")._default_manager.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=actor.today),
            user_id=actor.user_id,
            valid_from__lte=actor.today,
        )
        return Q(**{f"{_household(prefix)}__in": given.values("household_id")})
    if scope is Scope.OWN:
        since = actor.now - timedelta(hours=settings.TERMS.own_hours)
        return Q(**{f"{prefix}made_by_id": actor.user_id, f"{prefix}made_at__gt": since})
    return Q()


class _Reached(models.QuerySet[M]):
    """Rows that hang on a household."""

    _to_household = ""
    _to_person: str | None = None

    def visible_to(
        self,
        actor: Actor,
        verb: Verb = Verb.READ,
        data_class: DataClass = DataClass.OBSERVATION,
        purpose: Purpose | None = None,
    ) -> Self:
        """Return the rows to which the actor may do this, to this class of their data, for this purpose.

        Without a purpose, any purpose of the actor's grants serves.
        """
        return self.filter(reach(actor, verb, data_class, purpose, self._to_household, self._to_person))


class Households(_Reached["Household"]):
    """Households."""

    def under(self, area_code: str) -> Self:
        """Return those that live in an area or below it."""
        return self.filter(inside(area_code))


class People(_Reached["Person"]):
    """People: seen by whoever sees the household they live in, or last lived in."""

    _to_household = "household__"
    _to_person = "pk"

    def under(self, area_code: str) -> Self:
        """Return those whose household lives in an area or below it."""
        return self.filter(inside(area_code, "household__"))


class OfPerson(_Reached[Any]):
    """Rows that hang on a person."""

    _to_household = "person__household__"
    _to_person = "person"
