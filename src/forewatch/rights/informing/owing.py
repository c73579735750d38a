"""Somebody becomes due to be told when others tell of them, and no longer when those rows go."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import ngettext

from forewatch.lib.ids import new_id
from forewatch.register.models import Person, Record, Source, SourceKind
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import State, due
from forewatch.storage.bulk import insert

_AT_ONCE = 500
_FIELDS = (
    *("id", "origin", "person_id", "source_id", "batch_id", "collected_on", "due_on", "state"),
    *("how", "ground", "reason", "answer"),
)


def owe(
    *,
    source_id: uuid.UUID,
    people: Collection[uuid.UUID],
    new: Collection[uuid.UUID],
    received_on: date,
    batch_id: uuid.UUID | None,
    **_signal: Any,
) -> None:
    """Note that people are to be told of what a source said of them; `new` ones nobody has told of before.

    A visit of staff is told by the people themselves, and an agency may have agreed to tell them.
    """
    if not people or not _collects_from_others(source_id):
        return
    known = {
        one
        for some in _pieces(set(people) - set(new))
        for one in Duty.objects.filter(person__in=some).values_list("person_id", flat=True)
    }
    owed = sorted(set(people) - known)
    day, node = due(received_on, settings.TERMS.telling_days), settings.NODE
    shared = (source_id, batch_id, received_on, day, State.OPEN.value, "", "", "", "")
    insert(Duty, _FIELDS, ((new_id(), node, one, *shared) for one in owed))


def _collects_from_others(source_id: uuid.UUID) -> bool:
    others = Source.objects.exclude(kind=SourceKind.VISIT).filter(tells_people=False)
    return others.filter(pk=source_id).exists()


def owe_no_more(*, batch_id: uuid.UUID, **_signal: Any) -> None:
    """Forget what is owed by a batch that is undone, unless others have told of the same people."""
    waiting = Duty.objects.filter(batch_id=batch_id).exclude(state=State.TOLD)
    for some in _pieces(list(waiting.values_list("person_id", flat=True))):
        others = Record.objects.filter(person__in=some).exclude(batch_id=batch_id)
        told = others.exclude(source__kind=SourceKind.VISIT).filter(source__tells_people=False)
        again = {one.person_id: one for one in told.order_by("-received_on", "-id")}
        Duty.objects.filter(batch_id=batch_id, person__in=set(some) - set(again)).delete()
        for one in Duty.objects.filter(batch_id=batch_id, person__in=again):
            first = again[one.person_id]
            one.source_id, one.batch_id, one.collected_on = first.source_id, first.batch_id, first.received_on
            one.due_on = due(first.received_on, settings.TERMS.telling_days)
            one.save(update_fields=("source", "batch_id", "collected_on", "due_on"))


def said_to(*, people: QuerySet[Person], **_signal: Any) -> list[str]:
    """Return to how many people somebody has said, or found a ground not to say, that they are kept."""
    count = Duty.objects.filter(person__in=people).exclude(state=State.OPEN).count()
    words = ngettext("%(count)s duty to inform dealt with", "%(count)s duties to inform dealt with", count)
    return [words % {"count": count}] if count else []


def forget(*, people: QuerySet[Person], **_signal: Any) -> None:
    """Let what is owed to people go with them."""
    Duty.objects.filter(person__in=people)._raw_delete("default")


def _pieces(ids: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
