"""The second lock: PostgreSQL is told who asks, and shows no row about people whom they may not see.

The first lock is the decision, which every query asks. Should a query forget it, the database has been told
who reads, works out their reach from the grants itself (`register/second_lock.py`), and shows nothing else.
It is told for one transaction, so that nothing stays on a connection which the next reader takes over.
SQLite has no such lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg.pq import TransactionStatus

_WHOLE = "SELECT set_config('forewatch.whole', %s, true)"
_wide: ContextVar[bool] = ContextVar("_wide", default=False)


def is_there() -> bool:
    """Tell whether the database has this lock."""
    return connection.vendor == "postgresql"


@contextmanager
def shown_to(user_id: UUID | None, at: datetime | None = None) -> Iterator[None]:
    """Run in one transaction in which the database shows what a user may see; nobody sees nobody."""
    if not is_there():
        yield
        return
    with transaction.atomic():
        tell(user_id, at)
        yield
        if is_broken():
            # Nothing that was written stays; nobody may be told that it does.
            raise DatabaseError("a statement failed outside of a step of its own")


def tell(user_id: UUID | None, at: datetime | None = None) -> None:
    """Tell the database until the end of the transaction who reads: sooner or later somebody signs in."""
    if not is_there():
        return
    now = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT forewatch_show(%s, %s, %s)",
            [user_id, timezone.localdate(now, timezone.get_default_timezone()), now],
        )


def is_broken() -> bool:
    """Tell whether the transaction broke, so that nothing more can be asked in it."""
    session = connection.connection
    return (
        connection.needs_rollback
        or session is None
        or session.info.transaction_status is TransactionStatus.INERROR
    )


@contextmanager
def opened(why: str) -> Iterator[None]:
    """Let the system read everybody for a moment, whoever asks; `why` says what for, and a test lists all."""
    assert why
    if not is_there() or not connection.in_atomic_block or _wide.get():
        yield
        return
    before = _wide.set(True)
    try:
        # Within: should the database not answer here, the thread would else take it for open ever after.
        _set("on")
        yield
    finally:
        _wide.reset(before)
        # A transaction that broke forgets it by itself.
        if not is_broken():
            _set("")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, [value])
