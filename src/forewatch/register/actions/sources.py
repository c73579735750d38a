"""The registry of sources."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, check
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import forget
from forewatch.places.models import Area
from forewatch.register.actions.corroborating import without
from forewatch.register.actions.noting import note
from forewatch.register.models import Event, Household, Record, Reliability, Source, SourceGrade
from forewatch.register.permissions import Allowed, check_can_in, purpose_for
from forewatch.register.sealed import open_source, seal_source
from forewatch.register.signals import communities_changed
from forewatch.register.standing import refresh
from forewatch.ui.problems import NotFound


@transaction.atomic
def save_source(*, by: Actor, source: Source, one_person: bool) -> Source:
    """Write a new source, or a corrected one; the name of one person is sealed, and their code stands for it.

    Raises Refused.
    """
    verb = Verb.CREATE if source._state.adding else Verb.CORRECT
    allowed = check_can_in(by, verb, DataClass.REFERENCE, None)
    if not one_person:
        source.who = None
    elif source.name != source.code:
        source.who, source.name = seal_source(source.pk, source.name), source.code
    source.save()
    if source.who is None:
        forget([source.pk])
    note(by, allowed, verb, DataClass.REFERENCE, source)
    return source


@transaction.atomic
def name_source(*, by: Actor, source: Source) -> str:
    """Return who a source is, to the source handler alone, and write down who was told.

    Raises Refused; NotFound where nobody is kept.
    """
    # A source lives in no area: whoever handles those of one place may read who any is.
    purpose = purpose_for(by, Verb.READ, DataClass.SOURCE)
    allowed = Allowed(check(by, Verb.READ, DataClass.SOURCE, purpose), purpose)
    if source.who is None:
        raise NotFound("")
    note(by, allowed, Verb.READ, DataClass.SOURCE, source, identities=1)
    return open_source(source.pk, bytes(source.who))


@second_lock.opened("all that a source said")
@transaction.atomic
def grade_source(*, by: Actor, source: Source, reliability: Reliability, reason: str) -> None:
    """Say how far a source can be relied on; what one that is not reliable ever said counts for nothing.

    What was known only because it said the same is known no longer. Raises Refused.
    """
    allowed = check_can_in(by, Verb.CORRECT, DataClass.GRADE, None)
    had_weight = not source.has_no_weight
    SourceGrade.objects.create(
        source=source, reliability=reliability, reason=reason, by_id=by.user_id, at=by.now
    )
    source.reliability = reliability
    source.save(update_fields=("reliability",))
    note(by, allowed, Verb.CORRECT, DataClass.GRADE, source)
    if had_weight and source.has_no_weight:
        without(source, by)
    if had_weight is source.has_no_weight:
        _count_anew(source)


def _count_anew(source: Source) -> None:
    """Bring up to date whatever a source spoke of; a large one takes a while, and is seldom graded anew."""
    for said in ("records", "events"):
        told = Q(**{f"{said}__source": source}) | Q(**{f"people__{said}__source": source})
        refresh(Household.objects.filter(told).values_list("pk", flat=True).distinct().iterator())
    if any(
        one._default_manager.filter(source=source, area__isnull=False).exists() for one in (Record, Event)
    ):
        communities_changed.send(sender=Area)
