"""A part of all names that were shown singly is looked at again by somebody else: was the reason one?

Chance decides which, in a way that colleagues cannot foresee. A review is an event of the trail like the
reveal itself.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor, Target, check, scopes
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.access.sealing import lookup_key
from forewatch.access.typed import reasons_of
from forewatch.audit.models import Event
from forewatch.office.noting import note
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.register.actions.relations import FLAGGED
from forewatch.register.permissions import codes_of, purpose_for
from forewatch.register.queries.reveals import AT_DESK, LIST, SINGLE
from forewatch.ui.problems import NotFound

REVIEWED = "review"
"""The verb of a review."""
LOOKS_BACK = timedelta(days=30)
ALWAYS = datetime.min.replace(tzinfo=UTC)
SHOWN = 50


class Verdict(StrEnum):
    """What a reviewer found."""

    HOLDS = "holds"
    DOUBTED = "doubted"


VERDICT_LABELS = {Verdict.HOLDS: _("the reason holds"), Verdict.DOUBTED: _("doubted: to be talked about")}


HANDED_IN = {
    "concern": _("a concern was opened at the desk"),
    "contest": _("a contest was opened at the desk"),
    "correction": _("a colleague's correction was checked"),
}
"""Why a name was shown that was handed in, by the subject of the event: nobody types a reason there."""


@dataclass(frozen=True)
class Review:
    """A reveal to be looked at: who showed how many names where, when and why; never whose."""

    id: uuid.UUID
    at: datetime
    name: str
    area: str
    reason: str
    names: int
    late: bool
    may_be_related: bool


def drawn(event_id: uuid.UUID) -> bool:
    """Tell whether chance has drawn a reveal: the share is a setting, the draw a keyed hash of its id."""
    place = int.from_bytes(lookup_key("review", event_id.hex)[:8], "big")
    return 100 * place < settings.TERMS.review_percent * 2**64


def to_review(actor: Actor) -> Sequence[Review]:
    """Return the reveals of others that wait for a review, the oldest first.

    Of single ones those which chance drew, and of whoever may be related to the people; every list.
    """
    found = revealed(actor, (*SINGLE, *AT_DESK, LIST)).filter(at__gte=actor.now - LOOKS_BACK)
    others = found.exclude(actor_id=actor.user_id).values_list("id", "subject")
    flags = Event.objects.filter(verb=FLAGGED, at__gte=actor.now - LOOKS_BACK)
    flagged = set(flags.values_list("subject_id", flat=True))
    ids = [one for one, subject in others if one in flagged or subject == LIST or drawn(one)]
    reviewed = Event.objects.filter(verb=REVIEWED, at__gte=actor.now - LOOKS_BACK)
    done = set(reviewed.values_list("subject_id", flat=True))
    left = [one for one in ids if one not in done]
    # Ids are minted in the order of events.
    rows = list(Event.objects.filter(pk__in=sorted(left)[:SHOWN]).order_by("id"))
    users = User.objects.in_bulk({one.actor_id for one in rows if one.actor_id})
    reasons = reasons_of(rows)
    return [_review(one, reasons[one.pk], users, actor.now, one.pk in flagged) for one in rows]


def _review(one: Event, reason: str, users: dict[Any, User], now: datetime, flagged: bool) -> Review:
    name = users[one.actor_id].name if one.actor_id in users else "–"
    late = now - one.at > timedelta(hours=settings.TERMS.review_hours)
    why = str(HANDED_IN.get(one.subject, reason))
    return Review(one.pk, one.at, name, one.area_code, why, one.identities, late, flagged)


def revealed(actor: Actor, subjects: Sequence[str] = SINGLE) -> QuerySet[Event]:
    """Return the reveals, single ones if not said otherwise, of the areas whose reveals the actor reviews."""
    shown = Event.objects.filter(verb=Verb.REVEAL, data_class=DataClass.IDENTITY, allowed=True)
    return shown.filter(_reviewed_by(actor), subject__in=subjects, identities__gt=0)


def overseen(actor: Actor) -> set[str] | None:
    """Return the codes of the areas in which the actor reviews what others looked at, or None for all."""
    every = (scopes(actor, Verb.APPROVE, DataClass.AUDIT, purpose) for purpose in Purpose)
    mine = [one for found in every for one in found]
    if any(scope is Scope.EVERYWHERE or not grant.area_code for grant, scope in mine):
        return None
    return {grant.area_code for grant, _scope in mine}


def _reviewed_by(actor: Actor) -> Q:
    """Return the condition that an event is of an area whose reveals the actor reviews; empty for all."""
    codes = overseen(actor)
    return Q() if codes is None else Q(area_code__in=Area.objects.filter(within(codes)).values("code"))


def decide(*, by: Actor, event_id: uuid.UUID, verdict: Verdict) -> None:
    """Write down what the actor thinks of a reveal.

    Raises Refused, and NotFound when it does not wait for this actor.
    """
    if not any(one.id == event_id for one in to_review(by)):
        raise NotFound("")
    event = Event.objects.get(pk=event_id)
    path = Area.objects.filter(code=event.area_code).values_list("path", flat=True).first() or ""
    purpose = purpose_for(by, Verb.APPROVE, DataClass.AUDIT)
    check(by, Verb.APPROVE, DataClass.AUDIT, purpose, Target(codes_of(path)))
    with transaction.atomic():
        note(by, REVIEWED, DataClass.AUDIT, "reveal", event_id, reason=verdict, area_code=event.area_code)


def doubted(actor: Actor) -> int:
    """Return how many reveals of the last month were doubted, for whoever oversees all."""
    if _reviewed_by(actor):
        return 0
    found = Event.objects.filter(verb=REVIEWED, reason=Verdict.DOUBTED, at__gte=actor.now - LOOKS_BACK)
    return found.values("subject_id").distinct().count()


def at_the_limit(actor: Actor, since: datetime = ALWAYS) -> Sequence[str]:
    """Return the colleagues who showed as many names singly today as one person may, the last since then."""
    midnight = timezone.make_aware(datetime.combine(actor.today, time.min))
    today = revealed(actor, (*SINGLE, *AT_DESK)).filter(at__gte=midnight).exclude(actor_id=actor.user_id)
    rows = list(today.values_list("id", "actor_id", "subject", "subject_id", "at"))
    # Opened again at a desk is one; shown again is one more.
    each = {(who, about if subject in AT_DESK else event) for event, who, subject, about, _at in rows}
    lately = {who for _event, who, _subject, _about, at in rows if at >= since}
    counted = Counter(who for who, _event in each if who)
    ids = [who for who, n in counted.items() if n >= settings.TERMS.singly_names and who in lately]
    return list(User.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True))
