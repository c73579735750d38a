"""Who works here: roles, areas, last sign-in, and until when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, Recovery, User
from forewatch.access.rules import Role, Verb
from forewatch.office.permissions import reached
from forewatch.places.models import Area
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Held:
    """A role, where, and until when."""

    role: str
    area: str
    until: date


@dataclass(frozen=True)
class Colleague:
    """Somebody with the roles they hold today."""

    user: User
    roles: tuple[Held, ...]
    soonest: date | None


def staff(actor: Actor, verb: Verb = Verb.READ) -> list[Colleague]:
    """Return the people whom the actor reaches, those who may sign in first; programs stand elsewhere."""
    users = (
        User.objects.exclude(grants__role=Role.AGENCY)
        .select_related("organisation")
        .prefetch_related("grants")
        .order_by("-is_active", "name", "username")
    )
    found = reached(actor, verb, users)
    names = _names({grant.area_code for user in found for grant in user.grants.all()})
    return [_colleague(actor, user, names) for user in found]


def _names(codes: set[str]) -> dict[str, str]:
    areas = Area.objects.filter(code__in=codes, valid_to__isnull=True).defer("geometry")
    return {one.code: str(one) for one in areas}


def _colleague(actor: Actor, user: User, names: dict[str, str]) -> Colleague:
    held = [one for one in user.grants.all() if _holds(one, actor.today)]
    roles = tuple(
        Held(one.get_role_display(), names.get(one.area_code, one.area_code), one.valid_to) for one in held
    )
    return Colleague(user, roles, min((one.until for one in roles), default=None))


def _holds(grant: Grant, day: date) -> bool:
    return grant.valid_from <= day < grant.valid_to


def one_colleague(actor: Actor, user_id: uuid.UUID, verb: Verb = Verb.READ) -> Colleague:
    """Return one of the people whom the actor reaches.

    Raises NotFound.
    """
    users = list(User.objects.filter(pk=user_id).exclude(grants__role=Role.AGENCY).prefetch_related("grants"))
    for user in reached(actor, verb, users):
        return _colleague(actor, user, _names({one.area_code for one in user.grants.all()}))
    raise NotFound("")


def open_recovery(user: User, actor: Actor) -> Recovery | None:
    """Return the word of a first colleague that waits for a second."""
    return (
        user.recoveries.filter(confirmed_by=None, expires_at__gt=actor.now).select_related("asked_by").first()
    )
