"""Writing down what the office does, in the transaction of the deed."""

from __future__ import annotations

import uuid
from typing import Any

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.actions import record


def note(
    by: Actor,
    verb: Verb | str,
    data_class: DataClass,
    subject: str,
    subject_id: uuid.UUID | None = None,
    **more: Any,
) -> None:
    """Write one event of the actor; `more` goes to `audit.actions.record`. Raises NotInTransaction."""
    record(
        at=by.now, actor_id=by.user_id, role=",".join(sorted(by.roles()))[:32], verb=verb,
        data_class=data_class, subject=subject, subject_id=subject_id, request_id=by.request_id, **more,
    )  # fmt: skip
