"""Reads of signing in: the browsers in which somebody is signed in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from forewatch.access.models import User
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
