"""What stands in the trail of oneself: what one did, when and where; never about whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forewatch.access.decisions import Actor
from forewatch.access.noting import LISTED
from forewatch.access.rules import Verb
from forewatch.access.typed import reasons_of
from forewatch.access.words import VERB_NAMES
from forewatch.audit.models import Event
from forewatch.register.actions.canaries import SUBJECT as CANARY

SHOWN = 200
"""So many deeds are shown, the newest."""


@dataclass(frozen=True)
class Deed:
    """One thing somebody did or was refused."""

    at: datetime
    words: str
    names: int
    area: str
    reason: str
    allowed: bool


def own_deeds(actor: Actor) -> Sequence[Deed]:
    """Return the newest deeds of the actor.

    Left out is what the trail notes by itself: that somebody they came upon does not exist, or may be a
    relative, and who was on a list of theirs.
    """
    mine = Event.objects.filter(actor_id=actor.user_id, verb__in=[one.value for one in Verb])
    rows = mine.exclude(subject__in=(CANARY, LISTED)).order_by("-at", "-pk")[:SHOWN]
    reasons = reasons_of(rows)
    return [
        Deed(
            one.at,
            str(VERB_NAMES[Verb(one.verb)]),
            one.identities,
            one.area_code,
            reasons[one.pk],
            one.allowed,
        )
        for one in rows
    ]
