"""People leave the register as if they had never been in it: rows, keys, and what rests on them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from forewatch.access.sealing import forget
from forewatch.access.typed import forget_typed
from forewatch.register.matching import pass_on
from forewatch.register.models import (
    Assignment,
    BreakGlass,
    Canary,
    CitizenshipStep,
    Conditions,
    Confirmation,
    ConflictOfInterest,
    Consent,
    Correction,
    Draft,
    Event,
    Household,
    HouseholdKey,
    Identity,
    IdentityKey,
    MatchProposal,
    Membership,
    Merge,
    Person,
    Record,
    Residence,
    TakenBack,
)
from forewatch.register.signals import rows_leaving
from forewatch.register.standing import refresh

_OF_TWO: tuple[tuple[Any, str, str], ...] = ((MatchProposal, "first", "second"), (Merge, "kept", "merged"))
_OF_A_PERSON: tuple[Any, ...] = (
    IdentityKey,
    Identity,
    CitizenshipStep,
    ConflictOfInterest,
    Consent,
    BreakGlass,
    Canary,
    Membership,
)
_OF_A_HOUSEHOLD: tuple[Any, ...] = (Membership, HouseholdKey, Assignment, Residence)


def remove_people(ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Remove people, and all rows merged into them, and return the ids of all those.

    A household goes with the last person who ever belonged to it; where others stay, what was said of the
    household stays. Keys are shredded once the transaction, which the caller holds, is durable.
    """
    people = Person.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    leaving = list(people.values_list("pk", flat=True))
    if not leaving:
        return []
    lived = set(Membership.objects.filter(person__in=leaving).values_list("household", flat=True))
    lived |= {one for one in people.values_list("household", flat=True) if one}
    others = Membership.objects.filter(household__in=lived).exclude(person__in=leaving)
    empty = lived - set(others.values_list("household", flat=True))
    households = Household.objects.filter(pk__in=empty)
    rows_leaving.send(
        sender=Person, people=Person.objects.filter(pk__in=leaving), households=households.all()
    )
    _drop_sealed(leaving, lived, empty)
    _drop(Confirmation.objects.filter(Q(older__person__in=leaving) | Q(older__household__in=empty)))
    _drop(Conditions.objects.filter(Q(record__person__in=leaving) | Q(record__household__in=empty)))
    _drop(TakenBack.objects.filter(Q(event__person__in=leaving) | Q(event__household__in=empty)))
    for statement in (Record, Event):
        _drop(statement._default_manager.filter(Q(person__in=leaving) | Q(household__in=empty)))
    for model, one, other in _OF_TWO:
        _drop(model._default_manager.filter(Q(**{f"{one}__in": leaving}) | Q(**{f"{other}__in": leaving})))
    for of_person in _OF_A_PERSON:
        _drop(of_person._default_manager.filter(person__in=leaving))
    for of_household in _OF_A_HOUSEHOLD:
        _drop(of_household._default_manager.filter(household__in=empty))
    Person.objects.filter(merged_into__in=leaving).update(merged_into=None)
    _drop(Person.objects.filter(pk__in=leaving))
    _drop(households)
    refresh(lived - empty)
    return leaving


def _drop_sealed(people: list[uuid.UUID], lived: set[uuid.UUID], empty: set[uuid.UUID]) -> None:
    """Shred the keys of people, of homes nobody is left of, and of what was typed that may name them.

    What was typed of a household goes with the first who leaves it: it may be about them.
    """
    drafts = Draft.objects.filter(household__in=lived)
    about = Q(household__in=lived) | Q(record__person__in=people) | Q(event__person__in=people)
    corrections = Correction.objects.filter(about)
    homes = Residence.objects.filter(household__in=empty)
    opened = BreakGlass.objects.filter(person__in=people)
    merges = Merge.objects.filter(Q(kept__in=people) | Q(merged__in=people))
    gone = [
        one
        for rows in (drafts, corrections, homes, opened, merges)
        for one in rows.values_list("pk", flat=True)
    ]
    forget([*people, *gone])
    forget_typed([*people, *lived, *gone])
    _drop(drafts)
    _drop(corrections)
    numbers = IdentityKey.objects.filter(person__in=people)
    _drop(numbers)
    pass_on(people)


def _drop(rows: QuerySet[Any]) -> None:
    rows._raw_delete("default")
