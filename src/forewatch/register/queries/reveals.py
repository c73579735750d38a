"""How often somebody showed names singly today."""

from __future__ import annotations

import uuid
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.models import Event

SINGLE = ("household", "person")
"""Subjects of the trail of whom names are shown singly: each time counts."""
AT_DESK = ("concern", "contest", "correction")
"""Subjects that were handed in and say a name when they are opened: each counts once in a day."""
LIST = "identity list"
"""The subject of a list of names that nobody else approved."""


def lists_today(actor: Actor) -> int:
    """Return how many lists of names the actor has shown since midnight."""
    return _today(actor).filter(subject=LIST).count()


def single_reveals_today(actor: Actor) -> int:
    """Return the number of single reveals since midnight, as the audit trail has them."""
    today = _today(actor)
    opened = today.filter(subject__in=AT_DESK).values("subject_id").distinct()
    return today.filter(subject__in=SINGLE).count() + opened.count()


def opened_today(actor: Actor, subject_id: uuid.UUID) -> bool:
    """Tell whether the actor has opened this at a desk since midnight."""
    return _today(actor).filter(subject__in=AT_DESK, subject_id=subject_id).exists()


def _today(actor: Actor) -> QuerySet[Event]:
    midnight = timezone.make_aware(datetime.combine(actor.today, time.min))
    return Event.objects.filter(
        actor_id=actor.user_id,
        verb=Verb.REVEAL,
        data_class=DataClass.IDENTITY,
        allowed=True,
        at__gte=midnight,
    )
