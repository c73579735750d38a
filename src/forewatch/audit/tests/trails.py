"""A trail to break: some events of made-up deeds, and the hands of somebody who owns the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from forewatch.audit import heads
from forewatch.audit.actions import record, sign_head
from forewatch.lib.ids import new_id

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
EVENTS = 40


def written(events: int, first: int = 0) -> None:
    """Write so many events, and let the database chain them as at a commit."""
    for number in range(first, first + events):
        with transaction.atomic():
            record(
                at=NOW + timedelta(minutes=number), verb=["read", "reveal"][number % 2],
                data_class="identity", actor_id=new_id(), role="analyst", purpose="prevent",
                area_code="XA1001", subject="person",
                subject_id=new_id(), reason="เหตุผล made up", identities=number % 3,
                words=[None, f"sealed {number}".encode()][number % 2],
            )  # fmt: skip
    chained()


def chained() -> None:
    """Have PostgreSQL do now what it does at the commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def trail(db: None, settings: Any, tmp_path: Path) -> Path:
    """Return the file of heads of a trail whose newest head is signed."""
    settings.DATA_DIR, settings.AUDIT_HEADS = tmp_path, tmp_path / "elsewhere"
    written(EVENTS // 2)
    signed()
    written(EVENTS // 2, EVENTS // 2)
    signed()
    return heads.file_of(settings.AUDIT_HEADS, settings.NODE)


def signed() -> None:
    """Sign the head as the server does each hour; a commit lies between the key's event and the signature."""
    if sign_head(NOW) is None:
        chained()
        sign_head(NOW)


def run(*statements: str) -> None:
    """Do what the triggers refuse, as somebody does who owns the database."""
    with connection.cursor() as cursor:
        for table in ("audit_event", "audit_link"):
            for verb in ("UPDATE", "DELETE"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_chained ON audit_event")
        for statement in statements:
            cursor.execute(statement)
