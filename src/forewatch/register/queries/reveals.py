"""How often somebody showed names singly today."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.models import Event

SINGLE = ("household", "person")


def single_reveals_today(actor: Actor) -> int:
    """Return the number of single reveals since midnight, as the audit trail has them."""
    midnight = timezone.make_aware(datetime.combine(actor.today, time.min))
    return Event.objects.filter(
        actor_id=actor.user_id,
        verb=Verb.REVEAL,
        data_class=DataClass.IDENTITY,
        subject__in=SINGLE,
        allowed=True,
        at__gte=midnight,
    ).count()
