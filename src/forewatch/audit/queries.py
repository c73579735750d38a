"""Reads of the audit trail."""

from __future__ import annotations

from django.db import connections

from forewatch.audit.heads import ANNOUNCED, SIGNING_KEY
from forewatch.audit.models import Event
from forewatch.audit.rules import Head


def head(using: str = "default") -> Head:
    """Return the newest link of the chain; on PostgreSQL what is not committed is not in it."""
    # By hand, not through the ORM: on SQLite each event asks.
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT number, hash FROM audit_link ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
    return Head(last[0], bytes(last[1])) if last else Head()


def was_signed(using: str = "default") -> bool:
    """Tell whether the trail says of itself that its heads are signed by some key."""
    return Event.objects.using(using).filter(verb=ANNOUNCED, subject=SIGNING_KEY).exists()
