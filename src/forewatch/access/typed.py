"""What somebody typed beside a deed, which lies sealed in the trail: read, and gone with whom it is about.

The trail says itself whose words were to go, so that a server that died before their keys did shreds them
when it starts again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.utils import timezone

from forewatch.access.noting import LISTED, TRAIL
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import CannotOpen, Locked, forget, if_it_opens, keys_at_hand
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.keystore import keys

TYPED = "typed"
"""The subject of events that tell of another, by its id, that its words went."""


def reasons_of(events: Collection[Event]) -> Mapping[uuid.UUID, str]:
    """Return the reasons of events by their ids: their codes, and what was typed where it opens still."""
    typed = _opened({one.pk: bytes(one.words) for one in events if one.words is not None})
    return {one.pk: ": ".join(filter(None, (one.reason, typed.get(one.pk)))) for one in events}


def _opened(sealed: Mapping[uuid.UUID, bytes]) -> Mapping[uuid.UUID, str | None]:
    try:
        with keys_at_hand(sealed):
            return {
                event: if_it_opens(words, table=TRAIL, row=event, data_class=DataClass.AUDIT)
                for event, words in sealed.items()
            }
    except (CannotOpen, Locked):
        return {}


def forget_typed(about: Collection[uuid.UUID]) -> None:
    """Shred what was typed beside deeds on rows, and on lists with them, once the transaction is durable.

    Raises NotInTransaction.
    """
    listed = Event.objects.filter(subject=LISTED, subject_id__in=about)
    # Whoever is on a list is written down at the very moment of the list.
    moments = set(listed.values_list("at", flat=True))
    typed = Event.objects.filter(words__isnull=False)
    # Two questions: each has its index.
    of_these = typed.filter(subject_id__in=about).values_list("pk", flat=True)
    of_lists = typed.filter(at__in=moments, subject_id__isnull=True).values_list("pk", flat=True)
    going = keys.held({*of_these, *of_lists})
    for one in sorted(going):
        record(at=timezone.now(), verb=Verb.ERASE, data_class=DataClass.AUDIT, subject=TYPED, subject_id=one)
    forget(going)


def shred_typed_left() -> int:
    """Shred the keys of words that went as the trail says, and return how many a deed that died had left."""
    told = Event.objects.filter(verb=Verb.ERASE, subject=TYPED).values_list("subject_id", flat=True)
    return keys.shred(keys.held(one for one in told.iterator() if one))
