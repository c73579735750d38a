"""The one way to write an audit row."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import connection

from forewatch.audit.models import Event


class NotInTransaction(RuntimeError):  # noqa: N818  a mistake of ours, found in tests
    """An audit row was about to be written outside the transaction of what it tells of."""


def record(
    *,
    at: datetime,
    verb: str,
    data_class: str,
    allowed: bool = True,
    actor_id: uuid.UUID | None = None,
    role: str = "",
    grant_id: uuid.UUID | None = None,
    purpose: str = "",
    area_code: str = "",
    subject: str = "",
    subject_id: uuid.UUID | None = None,
    reason: str = "",
    identities: int = 0,
    request_id: uuid.UUID | None = None,
) -> Event:
    """Write one row, in the transaction of the deed: if either fails, neither happened.

    `subject` names a kind ("person", "household", "batch"); `identities` counts the names shown.
    Raises NotInTransaction when there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"The deed {verb} {data_class} is not in a transaction.")
    return Event.objects.create(
        origin=settings.NODE,
        at=at,
        actor_id=actor_id,
        role=role,
        grant_id=grant_id,
        verb=verb,
        data_class=data_class,
        purpose=purpose,
        area_code=area_code,
        subject=subject,
        subject_id=subject_id,
        reason=reason,
        allowed=allowed,
        identities=identities,
        request_id=request_id,
    )
