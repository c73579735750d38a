"""Writing down what was decided, in the transaction of the deed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from forewatch.access.decisions import Actor, Decision
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import seal
from forewatch.access.terms import otherwise
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.lib.ids import new_id

TERMS = "terms"
"""The subject of events that tell of changed terms."""
TRAIL = "audit_event"
"""The table for which words of events are sealed."""


def seal_typed(words: str, event: uuid.UUID) -> bytes | None:
    """Return words sealed by the event's own key; None where nobody typed any.

    Raises CannotOpen and Locked.
    """
    return seal(words, table=TRAIL, row=event, data_class=DataClass.AUDIT) if words else None


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
    words: str = "",
    identities: int = 0,
) -> Event:
    """Write one event of the actor, by the grant that allowed it, and return it.

    `words` are what somebody typed: they go with whom the event is about; `reason` holds codes, and stays.
    Raises NotInTransaction, and CannotOpen and Locked where there are words.
    """
    grant, event = decision.grant, new_id()
    return record(
        event_id=event,
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
        words=seal_typed(words, event),
        identities=identities,
        request_id=by.request_id,
    )


LISTED = "listed"
"""The subject of an event that says who was on a list: its reason names the deed, which has an event too."""


def note_listed(
    by: Actor,
    decision: Decision,
    verb: Verb,
    people: Iterable[uuid.UUID],
    *,
    names: bool,
    area_code: str,
    purpose: Purpose | None,
) -> None:
    """Write down each person on a list that was shown, printed or let out, for when they ask who saw them."""
    for one in people:
        note(
            by,
            decision,
            Verb.READ,
            DataClass.IDENTITY if names else DataClass.BAND,
            subject=LISTED,
            subject_id=one,
            area_code=area_code,
            purpose=purpose,
            reason=verb,
        )


def note_terms(now: datetime) -> None:
    """Write down which terms are set otherwise than the protocol proposes, when they were others before."""
    said = ", ".join(f"{one.field} {value}" for one, value in otherwise(settings.TERMS))
    with transaction.atomic():
        last = Event.objects.filter(subject=TERMS).order_by("-at", "-pk").first()
        if said != (last.reason if last else ""):
            record(at=now, verb=Verb.CORRECT, data_class=DataClass.SYSTEM, subject=TERMS, reason=said)
