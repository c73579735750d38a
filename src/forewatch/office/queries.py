"""Who works here: roles, areas, last sign-in, and until when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, Recovery, User
from forewatch.access.queries import users_with
from forewatch.access.rules import POLICY, UNBOUNDED_ROLES, DataClass, Protocol, Role, Verb
from forewatch.access.words import PURPOSE_NAMES
from forewatch.office.permissions import covered, reached
from forewatch.places.models import Area
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Held:
    """A role, where, and until when."""

    id: uuid.UUID
    role: str
    area: str
    until: date
    giver: str = ""
    """Who gave it, while a second person has to agree; empty afterwards."""


@dataclass(frozen=True)
class Waiting:
    """A role that waits for a second person, and the name of its area; empty for every area."""

    grant: Grant
    area: str

    def aims(self) -> list[str]:
        """Return the purposes in the reader's language."""
        return [str(PURPOSE_NAMES[one]) for one in sorted(self.grant.allowed_purposes())]


@dataclass(frozen=True)
class Colleague:
    """Somebody with the roles they hold today, those that wait for a second person among them."""

    user: User
    roles: tuple[Held, ...]
    soonest: date | None


def staff(actor: Actor, verb: Verb = Verb.READ) -> list[Colleague]:
    """Return the people whom the actor reaches, those who may sign in first; programs stand elsewhere."""
    users = (
        User.objects.exclude(grants__role=Role.AGENCY)
        .select_related("organisation")
        .prefetch_related("grants__granted_by")
        .order_by("-is_active", "name", "username")
    )
    found = reached(actor, verb, users)
    names = _names({grant.area_code for user in found for grant in user.grants.all()})
    return [_colleague(actor, user, names) for user in found]


def _names(codes: set[str]) -> dict[str, str]:
    areas = Area.objects.filter(code__in=codes, valid_to__isnull=True).defer("geometry")
    return {one.code: str(one) for one in areas}


def _colleague(actor: Actor, user: User, names: dict[str, str]) -> Colleague:
    roles = tuple(
        Held(
            one.pk, one.get_role_display(), names.get(one.area_code, one.area_code), one.valid_to,
            one.granted_by.name if one.waits and one.granted_by else "",
        )
        for one in user.grants.all()
        if one.valid_from <= actor.today < one.valid_to
    )  # fmt: skip
    return Colleague(user, roles, min((one.until for one in roles if not one.giver), default=None))


def roles_to_second(actor: Actor) -> list[Waiting]:
    """Return the roles that somebody gave to another and that begin when the actor agrees, the oldest first.

    By the protocol of several agencies whoever agrees is of another organisation than who gave it.
    """
    found = Grant.objects.waiting(actor.today).filter(user__is_active=True)
    found = found.exclude(user_id=actor.user_id).exclude(granted_by_id=actor.user_id)
    # Whoever gave it is still one who gives roles.
    givers = [role for role, data, verb in POLICY if (data, verb) == (DataClass.ACCOUNT, Verb.CREATE)]
    found = found.filter(granted_by__in=users_with(givers, actor.today))
    if settings.PROTOCOL is Protocol.MULTI_AGENCY:
        mine = User.objects.filter(pk=actor.user_id).values("organisation_id")
        found = found.exclude(granted_by__organisation_id__in=mine)
    rows = list(found.select_related("user__organisation", "granted_by__organisation").order_by("made_at"))
    inside = covered(actor, Verb.SECOND, {_bound(one) for one in rows}) if rows else set()
    names = _names({one.area_code for one in rows})
    return [Waiting(one, names.get(one.area_code, one.area_code)) for one in rows if _bound(one) in inside]


def _bound(one: Grant) -> str:
    """Return the code of the area within which a role stays; empty where no area bounds it."""
    return "" if one.role in UNBOUNDED_ROLES else one.area_code


def my_roles_that_wait(actor: Actor) -> list[str]:
    """Return the actor's own roles that begin when a second person has agreed."""
    waiting = Grant.objects.waiting(actor.today).filter(user_id=actor.user_id)
    return [one.get_role_display() for one in waiting]


def one_colleague(actor: Actor, user_id: uuid.UUID, verb: Verb = Verb.READ) -> Colleague:
    """Return one of the people whom the actor reaches.

    Raises NotFound.
    """
    users = list(
        User.objects.filter(pk=user_id)
        .exclude(grants__role=Role.AGENCY)
        .prefetch_related("grants__granted_by")
    )
    for user in reached(actor, verb, users):
        return _colleague(actor, user, _names({one.area_code for one in user.grants.all()}))
    raise NotFound("")


def open_recovery(user: User, actor: Actor) -> Recovery | None:
    """Return the word of a first colleague that waits for a second."""
    return (
        user.recoveries.filter(confirmed_by=None, expires_at__gt=actor.now).select_related("asked_by").first()
    )
