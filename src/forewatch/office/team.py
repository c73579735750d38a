"""What a team did: the deeds of colleagues below oneself in one's own area, never about whom.

A supervisor answers for those who work under them, and sees who did what kind of thing when, and for what;
not whose page it was, nor where, nor the reason that was typed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations

from django.db.models import Q, QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor, Granted, scopes
from forewatch.access.models import Grant, User
from forewatch.access.noting import LISTED
from forewatch.access.rules import TEAMS, DataClass, Purpose, Role, Verb
from forewatch.access.words import CLASS_NAMES, PURPOSE_NAMES, VERB_NAMES
from forewatch.audit.models import Event
from forewatch.office.oversight import DAYS
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.register.actions.canaries import SUBJECT as CANARY
from forewatch.register.permissions import codes_of

PAGE = 50
"""So many deeds are on a page."""
_HANDED_IN = Q(subject="concern", verb=Verb.CREATE)
"""Its moment beside that of a concern would tell whose word it is, which is sealed."""


@dataclass(frozen=True)
class TeamDeed:
    """One thing that somebody of a team did or was refused."""

    at: datetime
    name: str
    words: str
    data_class: str
    purpose: str
    names: int
    allowed: bool


def members(actor: Actor) -> QuerySet[User]:
    """Return the team of an actor, by name: each role they hold today lies below and inside the actor's own.

    Whoever holds another role besides, or one elsewhere as well, is somebody else's to look at.
    """
    mine = Q(pk__in=())
    for grant in _grants(actor):
        inside = Q() if not grant.area_code else Q(area_code__in=_codes(grant.area_code))
        mine |= inside & Q(role__in=TEAMS[grant.role])
    held = Grant.objects.in_force(actor.today)
    below = User.objects.filter(is_active=True, pk__in=held.filter(mine).values("user"))
    besides = held.exclude(mine).values("user")
    return below.exclude(pk__in=besides).order_by("name", "username")


def shares_a_team(actor: Actor) -> QuerySet[User]:
    """Return whoever works below the actor, above them, or beside them in the same role, in the same area."""
    found = Q(pk__in=())
    for grant in actor.grants:
        inside = Q(area_code__in=_codes(grant.area_code)) if grant.area_code else Q()
        around = Q(area_code__in=["", *_around(grant.area_code)])
        above = [role for role, below in TEAMS.items() if grant.role in below]
        found |= Q(role__in=TEAMS.get(grant.role, ())) & inside
        found |= Q(role__in=above) & around
        found |= Q(role=grant.role) & (inside | around)
    held = Grant.objects.in_force(actor.today).filter(found)
    return User.objects.filter(pk__in=held.values("user")).exclude(pk=actor.user_id)


def _around(code: str) -> Sequence[str]:
    """Return the codes of an area and of those that it lies in."""
    return codes_of(Area.objects.filter(code=code).values_list("path", flat=True).first() or "")


def _grants(actor: Actor) -> list[Granted]:
    every = (scopes(actor, Verb.READ, DataClass.DEEDS, purpose) for purpose in Purpose)
    return [grant for found in every for grant, _scope in found]


def _codes(code: str) -> QuerySet[Area, str]:
    return Area.objects.filter(within([code])).values_list("code", flat=True)


def deeds_of(actor: Actor, team: Iterable[User], day: date | None) -> QuerySet[Event]:
    """Return what colleagues of a team did on a day, or in the last thirty; the newest first.

    Left out is what the trail notes by itself, as from one's own deeds; who handed a concern in; and what
    somebody did in a role that is no part of the team.
    """
    first, last = (day, day) if day else (actor.today - timedelta(days=DAYS - 1), actor.today)
    below = {role for grant in _grants(actor) for role in TEAMS[grant.role]}
    found = Event.objects.filter(
        actor_id__in=[one.pk for one in team],
        verb__in=[one.value for one in Verb],
        role__in=_as_noted(below),
        at__gte=_midnight(first),
        at__lt=_midnight(last + timedelta(days=1)),
    )
    return found.exclude(subject__in=(CANARY, LISTED)).exclude(_HANDED_IN).order_by("-at", "-id")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _as_noted(roles: Iterable[Role]) -> set[str]:
    """Return how events name one role or several at once (`noting.note`), and none."""
    held = sorted(roles)
    some = (one for n in range(len(held) + 1) for one in combinations(held, n))
    return {",".join(one)[:32] for one in some}


def shown(events: Iterable[Event], team: Iterable[User]) -> list[TeamDeed]:
    """Return events as a page shows them."""
    names: dict[uuid.UUID | None, str] = {one.pk: one.name for one in team}
    return [
        TeamDeed(
            one.at,
            names[one.actor_id],
            str(VERB_NAMES[Verb(one.verb)]),
            str(CLASS_NAMES[DataClass(one.data_class)]),
            str(PURPOSE_NAMES[Purpose(one.purpose)]) if one.purpose else "",
            one.identities,
            one.allowed,
        )
        for one in events
    ]
