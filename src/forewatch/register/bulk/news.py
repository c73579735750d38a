"""What a file says that the register does not hold yet; the same file twice is no news."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from forewatch.register.bulk.chunks import Batch, NewEvent, NewRecord
from forewatch.register.bulk.known import pieces
from forewatch.register.models import Event, Record

Said = dict[tuple[uuid.UUID, date], list[tuple[uuid.UUID, Mapping[str, Any], bool]]]
"""By subject and day: the source's records (id, values, whether in force)."""


def news(
    batch: Batch, records: Sequence[NewRecord], new: Collection[uuid.UUID] = frozenset()
) -> list[NewRecord]:
    """Return the records that say something their source has not yet said of that subject on that day.

    One that says nothing more than an earlier one is left out. One that contradicts the one in force becomes
    its correction: it supersedes it, and keeps what that said besides. Nothing was said of `new` subjects.
    """
    said = _said(batch.source_id, [one for one in records if one.subject_id not in new])
    fresh = []
    for one in records:
        before = said.setdefault((one.subject_id, one.observed_on), [])
        if any(one.values.items() <= values.items() for _, values, _ in before):
            continue
        made = _correcting(one, before)
        fresh.append(made)
        before[:] = [(row, values, live and row != made.supersedes_id) for row, values, live in before]
        before.append((made.id, made.values, True))
    return fresh


def _said(source_id: uuid.UUID, records: Sequence[NewRecord]) -> Said:
    found: Said = {}
    for level in {one.level for one in records}:
        for some in pieces({one.subject_id for one in records if one.level == level}):
            # What two witnesses made known together is not the source's own statement.
            own = Record.objects.filter(source_id=source_id, rests_on__isnull=True)
            rows = own.filter(**{f"{level}_id__in": some})
            columns = (f"{level}_id", "observed_on", "id", "values", "superseded_by")
            for subject, day, row, values, later in rows.values_list(*columns):
                found.setdefault((subject, day), []).append((row, values, later is None))
    return found


def _correcting(one: NewRecord, before: list[tuple[uuid.UUID, Mapping[str, Any], bool]]) -> NewRecord:
    for row, values, live in before:
        if live and any(name in values and values[name] != said for name, said in one.values.items()):
            return replace(one, supersedes_id=row, values={**values, **one.values})
    return one


def new_events(batch: Batch, events: Sequence[NewEvent]) -> list[NewEvent]:
    """Return the events that their source has not told yet: subject, event, day and grade make one."""
    known: set[tuple[uuid.UUID, str, date, str]] = set()
    for level in {one.level for one in events}:
        for some in pieces({one.subject_id for one in events if one.level == level}):
            rows = Event.objects.filter(source_id=batch.source_id, **{f"{level}_id__in": some})
            known |= set(rows.values_list(f"{level}_id", "event", "occurred_on", "grade"))
    fresh = []
    for one in events:
        if (mark := (one.subject_id, one.event, one.occurred_on, one.grade)) not in known:
            known.add(mark)
            fresh.append(one)
    return fresh
