"""Noting that somebody came upon a person who does not exist; whoever oversees all hears of it at once."""

from __future__ import annotations

from django.db import transaction

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.actions import record
from forewatch.register.models import Canary
from forewatch.register.rules.canaries import How

SUBJECT = "canary"
"""Under what it stands in the trail."""


def note_canaries(*, by: Actor, how: How, **which: object) -> None:
    """Write down that somebody was shown people among whom one does not exist: `which` are the people."""
    canary = Canary.objects.filter(**which).first()
    if canary is not None:
        _note(by, canary, how)


def note_if_canary(*, by: Actor, code: str, how: How) -> None:
    """Write down who came upon a canary and how; what they are shown does not change by it."""
    canary = Canary.objects.filter(code=code).first()
    if canary is not None:
        _note(by, canary, how)


def _note(by: Actor, canary: Canary, how: How) -> None:
    with transaction.atomic():
        record(
            at=by.now,
            actor_id=by.user_id,
            role=",".join(sorted(by.roles()))[:32],
            verb=Verb.READ,
            data_class=DataClass.IDENTITY,
            subject=SUBJECT,
            subject_id=canary.pk,
            reason=how,
            request_id=by.request_id,
        )
