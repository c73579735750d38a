"""Reads of the audit trail."""

from __future__ import annotations

from django.db import connections

from forewatch.audit.rules import Head


def head(using: str = "default") -> Head:
    """Return the newest link of the chain; on PostgreSQL what is not committed is not in it."""
    # By hand, not through the ORM: on SQLite each event asks.
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT number, hash FROM audit_link ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
    return Head(last[0], bytes(last[1])) if last else Head()
