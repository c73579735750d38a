"""From the user of a request to the actor of a decision. Grants are read each time: a change acts at once."""

from __future__ import annotations

import uuid

from django.utils import timezone

from forewatch.access.decisions import Actor, Granted
from forewatch.access.models import User
from forewatch.access.rules import Role


def actor_for(user: User, request_id: uuid.UUID | None = None) -> Actor:
    """Return the actor that a user is now; one who may not sign in has no grants."""
    grants = tuple(
        Granted(
            id=one.id,
            role=Role(one.role),
            area_code=one.area_code,
            purposes=one.allowed_purposes(),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in (user.grants.all() if user.is_active else ())
        if not one.waits
    )
    return Actor(user.id, grants, timezone.now(), timezone.localdate(), request_id)


NOBODY = uuid.UUID(int=0)


def nobody() -> Actor:
    """Return the actor of a request without a user: nothing is allowed."""
    return Actor(NOBODY, (), timezone.now(), timezone.localdate())
