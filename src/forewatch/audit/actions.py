"""The one way to write an audit row, and to sign the head of the chain that they make."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction

from forewatch.audit import shipping
from forewatch.audit.heads import (
    ANNOUNCED,
    SIGNING_KEY,
    SignedHead,
    announced_by,
    append,
    file_of,
    key_id,
    public,
    read,
    sign,
    signing_key,
)
from forewatch.audit.models import Event
from forewatch.audit.queries import head
from forewatch.audit.rules import CONTENT, NotEverywhere, chained, digest
from forewatch.lib.ids import new_id

T = TypeVar("T")


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
    event_id: uuid.UUID | None = None,
    words: bytes | None = None,
) -> Event:
    """Write one row, in the transaction of the deed: if either fails, neither happened.

    `subject` names a kind ("person", "household", "batch"); `identities` counts the names shown; `words` are
    what somebody typed, sealed for `event_id`.
    Raises NotInTransaction when there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"The deed {verb} {data_class} is not in a transaction.")
    event = Event(
        id=event_id or new_id(),
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
        words=words,
    )
    event.digest = digest([getattr(event, name) for name in CONTENT])
    event.save(force_insert=True)
    if connection.vendor == "sqlite":
        _chain(event)
    return event


def _chain(event: Event) -> None:
    """Add the event to the chain; SQLite has one writer at a time, so that the newest link stays the newest.

    On PostgreSQL a trigger does so when the transaction commits: a lock taken here would make everybody wait
    for an import, and two transactions wait for each other.
    """
    last = head()
    hashed = chained(last.hash, bytes(event.digest))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_link (number, event_id, hash) VALUES (%s, %s, %s)",
            [last.number + 1, event.pk.hex, hashed],
        )


def folders() -> tuple[Path, ...]:
    """Return the folders that get signed heads and events."""
    return (settings.AUDIT_HEADS, *settings.AUDIT_HEADS_ALSO)


def folders_outside() -> int:
    """Return how many of them lie elsewhere than the trail to which they bear witness."""
    home = Path(settings.DATA_DIR).resolve()
    return len({one.resolve() for one in folders() if not one.resolve().is_relative_to(home)})


def _into_each(write: Callable[[Path], T]) -> list[T]:
    """Write into each folder, also when another cannot be written. Raises NotEverywhere at the end."""
    done: list[T] = []
    failed: dict[Path, OSError] = {}
    for folder in folders():
        try:
            done.append(write(folder))
        except OSError as problem:
            failed[folder] = problem
    if failed:
        raise NotEverywhere(failed, len(folders()))
    return done


def ship_events() -> int:
    """Append the events that are new to the file beside the signed heads in each folder.

    Returns how many were new to the one that had the fewest. Raises NotEverywhere.
    """
    return max(_into_each(lambda folder: shipping.ship(shipping.file_of(folder, settings.NODE))))


def sign_head(at: datetime) -> SignedHead | None:
    """Sign the newest link and append it to the file of heads in each folder; None when all hold it already.

    A key that is new is announced in the trail first. Raises NotEverywhere.
    """
    key = signing_key(settings.DATA_DIR)
    if announced_by(public(key)) is None:
        with transaction.atomic():
            record(
                at=at, verb=ANNOUNCED, data_class="audit", subject=SIGNING_KEY,
                subject_id=key_id(public(key)), reason=public(key),
            )  # fmt: skip
        if announced_by(public(key)) is None:
            # PostgreSQL chains the event when the transaction around us commits; no head before that holds.
            return None
    last = head()
    signed = sign(key, node=settings.NODE, at=at, number=last.number, hashed=last.hash)

    def write(folder: Path) -> bool:
        told = read(file := file_of(folder, settings.NODE))
        held = bool(told) and (told[-1].number, told[-1].hash) == (last.number, last.hash)
        if not held:
            append(file, signed)
        return not held

    return signed if any(_into_each(write)) else None
