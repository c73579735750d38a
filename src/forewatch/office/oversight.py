"""The trail as figures: who looked how often and what was refused; never whom it was about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from forewatch.access.models import User
from forewatch.access.noting import LISTED
from forewatch.access.rules import Verb
from forewatch.audit.actions import folders, folders_outside
from forewatch.audit.heads import file_of, read
from forewatch.audit.models import Event
from forewatch.audit.queries import head
from forewatch.register.actions.conflicts import ENDED, REASON

DAYS = 30
BEGINS, ENDS = 6, 20
"""Hours between which the office works; what is done before or after is counted by itself."""

LEAVES = (Verb.PRINT.value, "export")
REFUSALS_SHOWN = 50


@dataclass(frozen=True)
class Period:
    """The days asked about, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None, today: date) -> Period:
        """Return the days asked for, in order; the last thirty when nothing is said."""
        last = last or today
        first = first or last - timedelta(days=DAYS - 1)
        return cls(min(first, last), max(first, last))

    def events(self) -> QuerySet[Event]:
        """Return what happened in these days, by the clock of the office."""
        zone = timezone.get_current_timezone()
        start = datetime.combine(self.first, datetime.min.time(), zone)
        end = datetime.combine(self.last + timedelta(days=1), datetime.min.time(), zone)
        return Event.objects.filter(at__gte=start, at__lt=end)


@dataclass(frozen=True)
class Doing:
    """What one colleague did, in figures."""

    name: str
    roles: str
    deeds: int
    names: int
    days: int
    left: int
    refused: int
    late: int


@dataclass(frozen=True)
class Keeping:
    """Who kept colleagues away: how many, from how many households; and how many they let back."""

    name: str
    colleagues: int
    households: int
    let_back: int


@dataclass(frozen=True)
class Refusal:
    """A deed that was refused."""

    at: datetime
    name: str
    verb: str
    data_class: str
    area: str


@dataclass(frozen=True)
class Trail:
    """How long the trail is, the beginning of its newest hash, and when each place last got its head.

    `outside` of these places lie elsewhere than what they bear witness to.
    """

    events: int
    short: str
    signed: Sequence[tuple[str, datetime | None]]
    outside: int


def trail() -> Trail:
    """Return the state of the trail."""
    newest = head()
    return Trail(
        newest.number, newest.short(), [(str(one), _signed_in(one)) for one in folders()], folders_outside()
    )


def _signed_in(folder: Path) -> datetime | None:
    """Return when a folder last got a signed head; None where there is none, or it cannot be read."""
    try:
        heads = read(file_of(folder, settings.NODE))
    except OSError:
        return None
    return heads[-1].at if heads else None


def doings(period: Period) -> list[Doing]:
    """Return what each colleague did, who saw the most names first."""
    shown = Q(identities__gt=0)
    rows = list(
        period.events()
        .exclude(Q(actor_id=None) | Q(subject=LISTED))
        .annotate(hour=ExtractHour("at"), day=TruncDate("at"))
        .values("actor_id")
        .annotate(
            deeds=Count("id"),
            names=Sum("identities"),
            days=Count("day", filter=shown, distinct=True),
            left=Count("id", filter=Q(verb__in=LEAVES, allowed=True)),
            refused=Count("id", filter=Q(allowed=False)),
            late=Count("id", filter=Q(hour__lt=BEGINS) | Q(hour__gte=ENDS)),
        )
        .order_by("-names", "-deeds", "actor_id")
    )
    users = {one.pk: one for one in _users(row["actor_id"] for row in rows)}
    return [_doing(users, row) for row in rows]


def _doing(users: Mapping[uuid.UUID, User], row: Mapping[str, Any]) -> Doing:
    figures = dict(row)
    user = users.get(figures.pop("actor_id"))
    name, roles = (user.name, _roles(user)) if user else (_("a command on the machine"), "")
    return Doing(name, roles, **figures)


def kept_away(period: Period) -> list[Keeping]:
    """Return who kept others away or let them back, whoever did so most first; oneself is not counted.

    Whoever is kept away learns of nothing, so that somebody else has to see that it is not done to be alone.
    """
    kept, back = Q(reason__startswith=REASON), Q(reason__startswith=ENDED)
    rows = (
        period.events()
        .filter(kept | back, verb=Verb.ASSIGN, allowed=True)
        .values("actor_id")
        .annotate(
            colleagues=Count("reason", distinct=True, filter=kept),
            households=Count("subject_id", distinct=True, filter=kept),
            let_back=Count("pk", filter=back),
        )
        .order_by("-colleagues", "-households", "-let_back", "actor_id")
    )
    names: dict[uuid.UUID | None, str] = {one.pk: one.name for one in _users(row["actor_id"] for row in rows)}
    return [
        Keeping(names.get(row["actor_id"], "–"), row["colleagues"], row["households"], row["let_back"])
        for row in rows
    ]


def refusals(period: Period) -> Sequence[Refusal]:
    """Return the newest deeds that were refused."""
    rows = period.events().filter(allowed=False).order_by("-at", "-pk")[:REFUSALS_SHOWN]
    users: dict[uuid.UUID | None, str] = {one.pk: one.name for one in _users(row.actor_id for row in rows)}
    return [
        Refusal(
            one.at,
            users.get(one.actor_id, "–") if one.actor_id else "–",
            one.verb,
            one.data_class,
            one.area_code,
        )
        for one in rows
    ]


def _users(ids: Iterable[uuid.UUID | None]) -> QuerySet[User]:
    return User.objects.filter(pk__in={one for one in ids if one}).prefetch_related("grants")


def _roles(user: User) -> str:
    return ", ".join(sorted({str(one.get_role_display()) for one in user.grants.all() if not one.waits}))
