"""Rows set aside go: some days after the others are in, and with anybody of the file who is erased."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.sealing import forget
from forewatch.intake.models import Problem, Upload
from forewatch.intake.rules import State
from forewatch.intake.safe import Safe, folders
from forewatch.register.models import Event, Household, Membership, Person, Record, Residence
from forewatch.ui.problems import Conflict

SET_ASIDE = "rejected"


def kept_until(upload: Upload) -> datetime | None:
    """Return when the rows set aside of a file go; None while the file is not in."""
    return upload.committed_at and upload.committed_at + timedelta(days=settings.TERMS.set_aside_days)


def are_kept(upload: Upload) -> bool:
    """Tell whether the rows set aside of a file are there still."""
    return Safe(upload.id).holds(SET_ASIDE)


def check_kept(upload: Upload) -> None:
    """Raise Conflict where the rows set aside of a file are gone."""
    if not are_kept(upload):
        raise Conflict(_("The rows set aside of this file are not kept any more."))


def let_go_of_old(now: datetime) -> int:
    """Let the rows set aside go whose time is over, and return of how many files."""
    over = now - timedelta(days=settings.TERMS.set_aside_days)
    kept = [one for one in folders() if Safe(one).holds(SET_ASIDE)]
    due = Upload.objects.filter(pk__in=kept, state=State.IN, committed_at__lte=over)
    return _let_go(set(due.values_list("pk", flat=True)))


@second_lock.opened("rows set aside beside somebody who is erased")
def let_go_with(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> None:
    """Let the rows set aside go of files that told of people who leave the register."""
    told: tuple[QuerySet[Any], ...] = (
        people,
        households,
        Record.objects.filter(person__in=people),
        Record.objects.filter(household__in=households),
        Event.objects.filter(person__in=people),
        Event.objects.filter(household__in=households),
        Membership.objects.filter(person__in=people),
        Residence.objects.filter(household__in=households),
    )
    files = {one for rows in told for one in rows.order_by().values_list("batch_id", flat=True).distinct()}
    _let_go(set(Upload.objects.filter(pk__in=files, state=State.IN).values_list("pk", flat=True)))


@transaction.atomic
def _let_go(uploads: Collection[uuid.UUID]) -> int:
    """Remove rows and examples of them with their keys: of a file that is in nothing else is sealed."""
    examples = Problem.objects.filter(upload__in=uploads).exclude(examples=b"")
    forget([*uploads, *examples.values_list("pk", flat=True)])
    examples.update(examples=b"")
    for one in uploads:
        transaction.on_commit(partial(Safe(one).drop, SET_ASIDE))
    return len(uploads)
