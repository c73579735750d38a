"""What was opened in an emergency is looked at by somebody else within three days; some takes two to open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Target, check
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Protocol, Verb
from forewatch.office.noting import note
from forewatch.office.reviewing import LOOKS_BACK, REVIEWED, Verdict, overseen, revealed
from forewatch.office.team import shares_a_team
from forewatch.register.models import BreakGlass
from forewatch.register.permissions import codes_of, purpose_for
from forewatch.register.queries.emergencies import lasts, unreviewed, waiting_for_a_second
from forewatch.register.sealed import reason_of
from forewatch.register.visibility import inside
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Opened:
    """Who opened somebody, or asks to, where, when and why; never whom."""

    id: uuid.UUID
    at: datetime
    until: datetime | None
    name: str
    second: str
    area: str
    incident: str
    reason: str
    lasts: bool
    late: bool
    opened_at: datetime
    """When it opened somebody: later than asked for, where a second person had to agree."""
    to_judge: bool
    """Whether it is the actor who says if the reason holds; others of the team are told, and no more."""


@dataclass(frozen=True)
class Share:
    """How many of the last month's single showings of names were emergencies."""

    opened: int
    shown: int

    @property
    def too_many(self) -> bool:
        """Tell whether emergencies have become a habit; one alone is none."""
        return self.opened > 1 and 100 * self.opened > settings.TERMS.emergencies_percent * self.shown


@second_lock.opened("where an emergency was")
def to_review(actor: Actor) -> Sequence[Opened]:
    """Return the emergencies of others that wait for a review, the oldest first.

    The supervisors of the place are told of each, and judge those of officers of other teams.
    """
    rows = _told(actor).select_related("user", "seconded_by", "person__household__area").order_by("made_at")
    judged = set(_to_judge(actor).values_list("pk", flat=True))
    return [_opened(one, actor.now, one.pk in judged) for one in rows]


def to_second(actor: Actor) -> Sequence[Opened]:
    """Return the emergencies of others that open nothing until somebody like the actor agrees."""
    return [_opened(one, actor.now) for one in waiting_for_a_second(actor).order_by("made_at")]


def _opened(one: BreakGlass, now: datetime, to_judge: bool = False) -> Opened:
    home = one.person.household
    return Opened(
        id=one.pk,
        at=one.made_at,
        until=one.ends_at,
        name=one.user.name,
        second=one.seconded_by.name if one.seconded_by else "",
        area=str(home.area or "") if home else "",
        incident=one.incident,
        reason=reason_of(one),
        lasts=bool(one.ends_at and one.ends_at > now),
        late=bool(one.ends_at and one.ends_at < now - unreviewed()),
        opened_at=one.ends_at - lasts() if one.ends_at else one.made_at,
        to_judge=to_judge,
    )


def _to_judge(actor: Actor) -> QuerySet[BreakGlass]:
    """Return what the actor judges: nothing of their own team, under `multi-agency` of their organisation."""
    found = _told(actor).exclude(user__in=shares_a_team(actor))
    if settings.PROTOCOL is Protocol.MULTI_AGENCY:
        mine = User.objects.filter(pk=actor.user_id).values("organisation_id")
        found = found.exclude(user__organisation_id__in=mine)
    return found


def _told(actor: Actor) -> QuerySet[BreakGlass]:
    found = BreakGlass.objects.filter(reviewed_at__isnull=True, ends_at__isnull=False)
    found = found.exclude(user_id=actor.user_id).exclude(seconded_by_id=actor.user_id)
    codes = overseen(actor)
    if codes is None:
        return found
    where = Q(pk__in=())
    for code in codes:
        where |= inside(code, "person__household__")
    return found.filter(where)


@second_lock.opened("where an emergency was")
@transaction.atomic
def decide(*, by: Actor, opened: uuid.UUID, verdict: Verdict) -> None:
    """Write down what the actor thinks of an emergency.

    Raises Refused, and NotFound when it does not wait for this actor.
    """
    found = _to_judge(by).select_related("person__household").filter(pk=opened).first()
    if found is None:
        raise NotFound("")
    home = found.person.household
    target = Target(codes_of(home.area_path if home else ""))
    check(by, Verb.APPROVE, DataClass.AUDIT, purpose_for(by, Verb.APPROVE, DataClass.AUDIT), target)
    done = BreakGlass.objects.filter(pk=opened, reviewed_at__isnull=True)
    if not done.update(reviewed_at=by.now, reviewed_by_id=by.user_id, held=verdict is Verdict.HOLDS):
        raise NotFound("")
    area = target.areas[0] if target.areas else ""
    note(by, REVIEWED, DataClass.AUDIT, "emergency", opened, reason=verdict, area_code=area)


def share(actor: Actor) -> Share | None:
    """Return how common emergencies were in the last month, for whoever oversees all."""
    if overseen(actor) is not None:
        return None
    since = actor.now - LOOKS_BACK
    names = revealed(actor).filter(at__gte=since)
    return Share(BreakGlass.objects.filter(made_at__gte=since, ends_at__isnull=False).count(), names.count())
