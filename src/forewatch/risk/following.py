"""A changed household is assessed again as soon as the change holds; after a large batch, everybody is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from forewatch.access import second_lock
from forewatch.register.models import Household, Person
from forewatch.risk import jobs
from forewatch.risk.actions import reassess
from forewatch.risk.models import Assessment
from forewatch.risk.queries import definition, newest_run

AT_ONCE = 40
"""So many households are assessed while whoever saved them waits."""


def follow(*, households: Sequence[uuid.UUID], **_signal: Any) -> None:
    """Have households assessed again once their change is committed.

    Not before: a save is never lost because its index could not be worked out.
    """
    changed = tuple(households)

    def assess_again() -> None:
        catch_up(changed)

    transaction.on_commit(assess_again, robust=True)


def follow_communities(**_signal: Any) -> None:
    """Have everybody assessed again by a job, once what was said of areas is committed."""

    def ask() -> None:
        if newest_run() is not None:
            jobs.ask_for_everybody()

    transaction.on_commit(ask, robust=True)


def forget(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> None:
    """Remove what is said of people and households that leave the register."""
    Assessment.objects.filter(Q(person__in=people) | Q(household__in=households)).delete()


def catch_up(households: Sequence[uuid.UUID]) -> None:
    """Assess a few households now, as of today; leave many to a job; before the first run, do nothing."""
    run = newest_run()
    if run is None:
        return
    if len(households) > AT_ONCE or run.definition != definition().name:
        jobs.ask_for_everybody()
        return
    # The reader's own transaction is over, and the database would show nobody to whoever asks in none.
    with transaction.atomic(), second_lock.opened("what a saved household's index stands on"):
        reassess(definition(), households, run=run, as_of=max(run.as_of, timezone.localdate()))
