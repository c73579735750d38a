"""Reads of users: the browsers in which somebody is signed in, and who holds a role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, User
from forewatch.access.rules import Role
from forewatch.access.sessions import handle


@dataclass(frozen=True)
class Browser:
    """A browser in which somebody is signed in; `here` is the one that asks."""

    id: uuid.UUID
    name: str
    begun_at: datetime
    used_at: datetime
    here: bool


def browsers_of(user: User, here: str) -> list[Browser]:
    """Return the browsers in which a user is signed in, the one that asks first, then the last used first."""
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = user.sessions.filter(expire_date__gt=timezone.now()).order_by("-expire_date")
    found = [
        Browser(
            handle(one.session_key),
            one.browser,
            one.begun_at or one.expire_date - age,
            one.expire_date - age,
            one.session_key == here,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: not one.here)


def users_with(roles: Iterable[Role], day: date) -> QuerySet[User]:
    """Return the users who may sign in and hold one of some roles on a day, by name."""
    held = Grant.objects.in_force(day).filter(role__in=[one.value for one in roles])
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name")


def roles_given(actor: Actor) -> frozenset[Role]:
    """Return the roles an actor holds today, and those that wait for a second person."""
    waiting = Grant.objects.waiting(actor.today).filter(user_id=actor.user_id)
    return actor.roles() | {Role(one) for one in waiting.values_list("role", flat=True)}
