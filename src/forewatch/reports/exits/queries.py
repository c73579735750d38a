"""Reads of what is to leave and what has left."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.places.models import Area, Level
from forewatch.places.queries import covers
from forewatch.register.visibility import purposes_of
from forewatch.reports.exits.models import Exit, Exits
from forewatch.reports.exits.permissions import can_decide, can_review, reviewed_here
from forewatch.reports.exits.rules import Kind, State, state_on
from forewatch.ui.problems import NotFound

SHOWN = 100


def exits_of(actor: Actor) -> Exits:
    """Return what the actor may see of what leaves, the newest first, without the bytes."""
    found = Exit.objects.visible_to(actor).defer("content", "people", "release__file")
    return found.select_related("area", "requested_by", "release")


def one_exit(actor: Actor, exit_id: uuid.UUID) -> Exit:
    """Return one of them.

    Raises NotFound when there is none, or none for this actor.
    """
    found = exits_of(actor).filter(pk=exit_id).first()
    if found is None:
        raise NotFound("")
    return found


def state_of(found: Exit, now: datetime) -> State:
    """Return where it stands at a moment."""
    if found.kind == Kind.RELEASE and found.ready_at and now < found.ready_at and found.state == State.TAKEN:
        return State.APPROVED  # nobody could read these figures yet
    return state_on(State(found.state), found.expires_at, now)


def is_kept(found: Exit) -> bool:
    """Tell whether its bytes are kept: they go when it is over, and once anybody on it is struck."""
    return Exit.objects.filter(pk=found.pk, content__isnull=False).exists()


def to_decide(actor: Actor) -> list[Exit]:
    """Return what waits for this actor's decision, the oldest first."""
    waiting = exits_of(actor).filter(state=State.REQUESTED, expires_at__gt=actor.now)
    return [one for one in waiting.order_by("requested_at", "id") if can_decide(actor, one)]


def to_take(actor: Actor) -> QuerySet[Exit]:
    """Return the actor's own files that were let out and not yet taken."""
    mine = exits_of(actor).filter(requested_by=actor.user_id, kind=Kind.PEOPLE, state=State.APPROVED)
    return mine.filter(ready_at__lte=actor.now, expires_at__gt=actor.now)


def to_review(actor: Actor) -> list[Exit]:
    """Return what has left and nobody outside has looked at, as far as this actor may."""
    if not reviewed_here():
        return []
    left = exits_of(actor).to_review(actor.now).order_by("decided_at", "id")
    return [one for one in left if can_review(actor, one)]


def to_tell(actor: Actor) -> list[Exit]:
    """Return what has left and holds somebody whom its recipient has to delete."""
    return list(exits_of(actor).filter(state=State.TAKEN).exclude(to_tell=[]))


def areas_to_ask(actor: Actor) -> QuerySet[Area]:
    """Return the current areas, villages apart, for whose people the actor may ask for a file."""
    within = Area.objects.none()
    for purpose in purposes_of(actor):
        within |= Area.objects.filter(covers(actor, Verb.CREATE, DataClass.EXIT, purpose))
    return within.filter(
        valid_to__isnull=True, level__in=(Level.PROVINCE, Level.DISTRICT, Level.SUB_DISTRICT)
    ).order_by("path")
