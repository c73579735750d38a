"""What the rows of a file confirm of what was said before: one question for many rows.

`actions.corroborating` says what it means, and does the same for a statement written by hand.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from forewatch.lib.ids import new_id
from forewatch.register.bulk.chunks import Batch, Chunk, NewRecord
from forewatch.register.bulk.known import pieces
from forewatch.register.models import Record, Reliability, Source, SourceKind
from forewatch.register.models.sources import INTERESTED
from forewatch.register.queries.confirmations import resting_on
from forewatch.register.rules.sources import (
    CONFIRMING,
    CORROBORATED,
    TOGETHER,
    UNCORROBORATED,
    agreed,
    corroborates,
)


class Older(NamedTuple):
    """An uncorroborated statement that the register holds, and who is its witness."""

    id: uuid.UUID
    observed_on: date
    values: Mapping[str, Any]
    source_id: uuid.UUID
    root: str
    witness: tuple[str, bool]


@dataclass(slots=True)
class Confirmed:
    """What a chunk confirms: records that state it, and which statement confirms which."""

    records: list[NewRecord] = field(default_factory=list)
    links: list[tuple[uuid.UUID, uuid.UUID, uuid.UUID | None]] = field(default_factory=list)
    """Older, newer, and the record made of both, if one was."""


def confirmed(batch: Batch, chunk: Chunk) -> Confirmed:
    """Return what the records of a chunk, which are not written yet, confirm.

    All rows of a file have one root, so that they confirm nothing of each other; of the chunk's new people
    and households nobody has said anything.
    """
    new = {one.id for one in chunk.people} | {one.id for one in chunk.households}
    corrected = {one.supersedes_id: one for one in chunk.records if one.supersedes_id}
    telling = [
        one
        for one in chunk.records
        if one.subject_id not in new and one.id not in corrected and str(one.grade) in CONFIRMING
    ]
    found = Confirmed()
    if Source.objects.filter(pk=batch.source_id, reliability=Reliability.UNRELIABLE).exists():
        telling = []
    older = _older(telling)
    for one in telling:
        # No interested source hands in files.
        witness = (one.root or batch.source_code, False)
        for before in older.get(one.subject_id, ()):
            same = agreed(one.values, before.values)
            near = abs(one.observed_on - before.observed_on) <= TOGETHER
            if same and near and before.id not in corrected and corroborates(before.witness, witness):
                _confirm(found, one, before, same)
                break
    found.records += _said_again(corrected)
    return found


def _said_again(corrected: Mapping[uuid.UUID, NewRecord]) -> Iterator[NewRecord]:
    """Yield anew, as far as corrections still say it, what rests on the statements they correct."""
    for some in pieces(corrected):
        for rests in resting_on(some):
            made = rests.made
            assert made is not None  # `resting_on` gives no other
            correction = corrected.get(rests.older_id) or corrected[rests.newer_id]
            still = agreed(made.values, correction.values)
            if still != made.values:
                subject = correction.subject_id
                again = NewRecord(new_id(), correction.level, subject, made.observed_on, still, CORROBORATED)
                yield replace(again, root=made.root, supersedes_id=made.pk, source_id=made.source_id)


def _confirm(found: Confirmed, one: NewRecord, before: Older, same: dict[str, Any]) -> None:
    made = None
    if one.grade == UNCORROBORATED:
        made = NewRecord(
            new_id(),
            one.level,
            one.subject_id,
            min(one.observed_on, before.observed_on),
            same,
            CORROBORATED,
            before.root,
            source_id=before.source_id,
        )
        found.records.append(made)
    found.links.append((before.id, one.id, made.id if made else None))


def _older(telling: Sequence[NewRecord]) -> dict[uuid.UUID, list[Older]]:
    """Return the uncorroborated statements about the subjects of some records, the newest first."""
    found: dict[uuid.UUID, list[Older]] = {}
    for level in {str(one.level) for one in telling}:
        for some in pieces({one.subject_id for one in telling if one.level == level}):
            for subject, row in _asked(level, some):
                found.setdefault(subject, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda one: (one.observed_on, one.id.hex), reverse=True)
    return found


def _asked(level: str, subjects: list[uuid.UUID]) -> Iterator[tuple[uuid.UUID, Older]]:
    rows = Record.objects.filter(**{f"{level}_id__in": subjects}, grade=UNCORROBORATED)
    held = rows.filter(superseded_by__isnull=True).exclude(source__reliability=Reliability.UNRELIABLE)
    told = held.values_list(
        f"{level}_id", "id", "observed_on", "values", "source_id", "root", "source__code", "source__kind"
    )
    for subject, row, day, values, source, root, code, kind in told:
        witness = (root or code, SourceKind(kind) in INTERESTED)
        yield subject, Older(row, day, values, source, root, witness)
