"""Writing down what was decided, in the transaction of the deed."""

from __future__ import annotations

import uuid

from forewatch.access.decisions import Actor, Decision
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.audit.actions import record
from forewatch.audit.models import Event


def note(
    by: Actor,
    decision: Decision,
    verb: Verb,
    data_class: DataClass,
    *,
    subject: str,
    subject_id: uuid.UUID | None,
    area_code: str = "",
    purpose: Purpose | None = None,
    reason: str = "",
    identities: int = 0,
) -> Event:
    """Write one event of the actor, by the grant that allowed it, and return it. Raises NotInTransaction."""
    grant = decision.grant
    return record(
        at=by.now,
        actor_id=by.user_id,
        role=grant.role if grant else "",
        grant_id=grant.id if grant else None,
        verb=verb,
        data_class=data_class,
        purpose=purpose or "",
        area_code=area_code,
        subject=subject,
        subject_id=subject_id,
        reason=reason,
        identities=identities,
        request_id=by.request_id,
    )
