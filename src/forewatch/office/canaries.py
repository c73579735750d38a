"""Who came upon people that do not exist, and how: for whoever oversees all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forewatch.access.actors import NOBODY
from forewatch.access.decisions import Actor, decide
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.audit.models import Event
from forewatch.register.actions.canaries import SUBJECT
from forewatch.register.models import Canary
from forewatch.register.rules.canaries import HOW_WORDS, How

DAYS, LOOKS_BACK = 7, 90
"""So long it stands on the first page, and so far the page of canaries looks back."""


@dataclass(frozen=True)
class Touch:
    """One time that somebody came upon a canary; `of_file` where it was a row of a file that left."""

    at: datetime
    who: str
    how: Any
    of_file: bool


def touched(actor: Actor, days: int = DAYS) -> Sequence[Touch]:
    """Return who came upon a canary in the last days, the newest first; nothing to others than overseers."""
    if not decide(actor, Verb.READ, DataClass.AUDIT, Purpose.AUDIT).allowed:
        return ()
    events = list(
        Event.objects.filter(subject=SUBJECT, at__gte=actor.now - timedelta(days=days)).order_by("-at", "-pk")
    )
    names = {one.pk: one.name for one in User.objects.filter(pk__in=[one.actor_id for one in events])}
    files = set(
        Canary.objects.filter(exit_id__isnull=False, pk__in=[one.subject_id for one in events]).values_list(
            "pk", flat=True
        )
    )
    return [
        Touch(
            one.at,
            names.get(one.actor_id or NOBODY, "–"),
            HOW_WORDS[How(one.reason)],
            one.subject_id in files,
        )
        for one in events
    ]


def planted() -> int:
    """Return how many people are planted; where they are is shown to nobody."""
    return Canary.objects.filter(person__isnull=False).count()
