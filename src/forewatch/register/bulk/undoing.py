"""A batch leaves the register as a unit, as if it had never come."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.sealing import forget
from forewatch.access.typed import forget_typed
from forewatch.places.models import Area
from forewatch.register.bulk.known import pieces, speaks_of_areas, touched_by
from forewatch.register.bulk.resting import check_nothing_was_done_since
from forewatch.register.matching import pass_on
from forewatch.register.models import (
    Conditions,
    Confirmation,
    Event,
    Household,
    HouseholdKey,
    Identity,
    IdentityKey,
    MatchProposal,
    Membership,
    Person,
    Record,
    Residence,
)
from forewatch.register.signals import batch_leaving, communities_changed, rows_leaving
from forewatch.register.standing import refresh
from forewatch.ui.problems import Conflict


@second_lock.opened("a batch that is undone")
def undo(batch_id: uuid.UUID) -> None:
    """Remove everything a batch wrote, and open again what it closed; the caller holds the transaction.

    Raises Conflict when something later rests on it, naming what.
    """
    check_nothing_was_done_since(batch_id)
    _check_nothing_rests_on(batch_id)
    batch_leaving.send(sender=Record, batch_id=batch_id)
    people = Person.objects.filter(batch_id=batch_id)
    touched, areas_too = set(touched_by(batch_id)), speaks_of_areas(batch_id)
    _forget_what_it_confirmed(batch_id)
    Record.objects.filter(batch_id=batch_id)._raw_delete("default")
    Event.objects.filter(batch_id=batch_id)._raw_delete("default")
    forget(Residence.objects.filter(batch_id=batch_id).values_list("id", flat=True))
    _close_again(batch_id)
    leaving = list(people.values_list("id", flat=True))
    forget(leaving)
    for some in pieces(leaving):
        IdentityKey.objects.filter(person_id__in=some)._raw_delete("default")
    pass_on(leaving)
    households = Household.objects.filter(batch_id=batch_id)
    rows_leaving.send(sender=Household, people=people, households=households)
    for some in pieces(leaving):
        MatchProposal.objects.filter(Q(first__in=some) | Q(second__in=some))._raw_delete("default")
        Identity.objects.filter(person_id__in=some)._raw_delete("default")
    people._raw_delete("default")
    HouseholdKey.objects.filter(household__batch_id=batch_id).delete()
    gone = set(households.values_list("id", flat=True))
    households._raw_delete("default")
    for some in pieces([*leaving, *gone]):
        forget_typed(some)
    refresh(touched - gone)
    if areas_too:
        communities_changed.send(sender=Area)


def _forget_what_it_confirmed(batch_id: uuid.UUID) -> None:
    """Remove what is known only because a statement of the batch was one of its two witnesses."""
    ours = _witnessed_by(batch_id)
    made = list(ours.filter(made__isnull=False).values_list("made_id", flat=True))
    ours._raw_delete("default")
    Conditions.objects.filter(record__batch_id=batch_id)._raw_delete("default")
    for some in pieces(made):
        Conditions.objects.filter(record__in=some)._raw_delete("default")
        Record.objects.filter(pk__in=some)._raw_delete("default")


def _witnessed_by(batch_id: uuid.UUID) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(Q(older__batch_id=batch_id) | Q(newer__batch_id=batch_id))


def _close_again(batch_id: uuid.UUID) -> None:
    for model in (Membership, Residence):
        model._default_manager.filter(batch_id=batch_id)._raw_delete("default")
        ended = model._default_manager.filter(ended_batch_id=batch_id)
        ended.update(valid_to=None, ended_batch_id=None)


def _check_nothing_rests_on(batch_id: uuid.UUID) -> None:
    elsewhere = ~Q(batch_id=batch_id) | Q(batch_id__isnull=True)
    of_ours = Q(person__batch_id=batch_id) | Q(household__batch_id=batch_id)
    later = (
        Record.objects.filter(elsewhere, supersedes__batch_id=batch_id).exists()
        or Record.objects.filter(elsewhere, supersedes__rests_on__in=_witnessed_by(batch_id)).exists()
        or Record.objects.filter(elsewhere, of_ours).exists()
        or Event.objects.filter(elsewhere, of_ours).exists()
        or Membership.objects.filter(elsewhere, of_ours).exists()
        or Residence.objects.filter(elsewhere, household__batch_id=batch_id).exists()
        or Membership.objects.filter(batch_id=batch_id, valid_to__isnull=False)
        .exclude(ended_batch_id=batch_id)
        .exists()
    )
    if later:
        raise Conflict(
            _(
                "Later work rests on this batch: an answer or a move of its people. "
                "Undo the later batches first; what staff entered by hand stays, and so must this."
            )
        )
