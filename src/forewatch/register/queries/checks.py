"""Corrections that wait for a colleague: one's own, and those one may agree to."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db.models import F, Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.models import Event
from forewatch.register.models import Correction, Household
from forewatch.register.sealed import open_correction
from forewatch.register.visibility import reach
from forewatch.ui.problems import NotFound

_OF_THE_PAGE = Q(record=None, event=None)
_STILL_THERE = (
    _OF_THE_PAGE
    | Q(record__household=F("household"))
    | Q(record__person__household=F("household"))
    | Q(event__household=F("household"))
    | Q(event__person__household=F("household"))
)
"""Whoever it is about has not moved elsewhere, where others would have to agree, or cannot be seen."""


def to_check(actor: Actor) -> list[Correction]:
    """Return the corrections of others that wait where the actor may agree to them, the oldest first."""
    there = reach(actor, Verb.SECOND, DataClass.OBSERVATION, None, "household__")
    found = _with_rows(_STILL_THERE & Q(there, agreed__isnull=True)).exclude(asked_by_id=actor.user_id)
    return list(found.order_by("asked_at"))


def handed_over(actor: Actor) -> list[Correction]:
    """Return the actor's own corrections: those that wait, and those declined within a month."""
    since = actor.now - timedelta(days=30)
    declined = Q(agreed=False, decided_at__gt=since) & ~Q(decided_by_id=actor.user_id)
    mine = _with_rows(Q(asked_by_id=actor.user_id) & (Q(agreed__isnull=True) | declined))
    return list(mine.order_by("-asked_at"))


def waiting_of(actor: Actor, household: Household) -> Correction | None:
    """Return the page of a household that the actor handed over and that still waits."""
    mine = Q(asked_by_id=actor.user_id, household=household, agreed__isnull=True)
    return _with_rows(mine & _OF_THE_PAGE).first()


def one_to_check(actor: Actor, row: uuid.UUID) -> Correction:
    """Return a correction that the actor may agree to, or their own that waits.

    Raises NotFound.
    """
    there = reach(actor, Verb.SECOND, DataClass.OBSERVATION, None, "household__")
    mine = Q(asked_by_id=actor.user_id) | _STILL_THERE
    found = _with_rows(mine & Q(there, agreed__isnull=True, pk=row)).first()
    if found is None:
        raise NotFound("")
    return found


def typed_in_correction(correction: Correction) -> dict[str, list[str]]:
    """Return what was typed. Whoever calls this writes the audit row, where it says names."""
    return open_correction(correction.pk, bytes(correction.sealed or b""))


def has_looked_at(actor: Actor, correction: Correction) -> bool:
    """Tell whether the actor has seen what they would agree to."""
    return Event.objects.filter(
        actor_id=actor.user_id,
        subject="correction",
        subject_id=correction.pk,
        verb__in=(Verb.READ, Verb.REVEAL),
        allowed=True,
    ).exists()


def _with_rows(condition: Q) -> QuerySet[Correction]:
    told = ("record__source", "event__taken_back")
    rows = Correction.objects.select_related("household__area", "asked_by__organisation", *told)
    return rows.filter(condition)
