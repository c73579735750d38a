"""Whom the register knows already, by exact keys."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from forewatch.register.models import (
    Event,
    Household,
    HouseholdKey,
    IdentityKey,
    Membership,
    Person,
    Record,
    Residence,
)
from forewatch.register.sealed import household_reference_key, number_key, person_reference_key

_AT_ONCE = 500
T = TypeVar("T")


def people_by_number(numbers: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the person of each citizen number (as `rules.numbers.citizen_id` gives it) that is known."""
    return _people({number_key(one): one for one in numbers}, IdentityKey.Kind.CITIZEN_ID)


def people_by_reference(source_code: str, references: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the person of each of the source's own numbers that is known."""
    keys = {person_reference_key(source_code, one): one for one in references}
    return _people(keys, IdentityKey.Kind.REFERENCE)


def households_by_reference(source_code: str, references: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the household of each of the source's own numbers that is known."""
    keys = {household_reference_key(source_code, one): one for one in references}
    found: dict[str, uuid.UUID] = {}
    for some in pieces(keys):
        rows = HouseholdKey.objects.filter(key__in=some).values_list("key", "household_id")
        found |= {keys[bytes(key)]: household for key, household in rows}
    return found


def homes(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return the household each person belongs to now, or belonged to last."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    for some in pieces(person_ids):
        rows = Person.objects.filter(id__in=some, household__isnull=False)
        found |= dict(rows.values_list("id", "household_id"))
    return found


def _people(keys: Mapping[bytes, str], kind: IdentityKey.Kind) -> dict[str, uuid.UUID]:
    found: dict[str, uuid.UUID] = {}
    for some in pieces(keys):
        rows = IdentityKey.objects.filter(kind=kind, key__in=some)
        for key, person, kept in rows.values_list("key", "person_id", "person__merged_into_id"):
            found[keys[bytes(key)]] = kept or person
    return found


def pieces(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield `values` in lists short enough for one question to the database."""
    waiting = iter(values)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def touched_by(batch_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """Yield the households about which a batch wrote anything, some of them several times."""
    yield from _ids(Household.objects.filter(batch_id=batch_id), "id")
    for model in (Membership, Residence):
        rows = model._default_manager.filter(Q(batch_id=batch_id) | Q(ended_batch_id=batch_id))
        yield from _ids(rows, "household_id")
    for statement in (Record, Event):
        told = statement._default_manager.filter(batch_id=batch_id)
        yield from _ids(told.filter(household__isnull=False), "household_id")
        yield from _ids(told.filter(person__household__isnull=False), "person__household_id")


def _ids(rows: QuerySet[Any], column: str) -> Iterator[uuid.UUID]:
    return iter(rows.values_list(column, flat=True).distinct().iterator())


def speaks_of_areas(batch_id: uuid.UUID) -> bool:
    """Tell whether a batch says something of areas as a whole."""
    return any(
        one._default_manager.filter(batch_id=batch_id, area__isnull=False).exists() for one in (Record, Event)
    )
