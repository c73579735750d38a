"""Many rows of a batch into the register at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from forewatch.access.sealing import keys_at_hand
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.bulk.chunks import (
    Batch,
    Chunk,
    Move,
    NewEvent,
    NewHousehold,
    NewPerson,
    NewRecord,
    Written,
)
from forewatch.register.bulk.confirming import Confirmed, confirmed
from forewatch.register.bulk.known import homes, pieces, speaks_of_areas, touched_by
from forewatch.register.matching import Newcomer, claim
from forewatch.register.models import (
    Conditions,
    Confirmation,
    Event,
    Household,
    HouseholdKey,
    Identity,
    Membership,
    Person,
    Record,
    Residence,
    Source,
    SubjectLevel,
)
from forewatch.register.rules.codes import HOUSEHOLD, PERSON, code_for
from forewatch.register.rules.dates import Precision
from forewatch.register.sealed import (
    Address,
    household_reference_key,
    person_reference_key,
    seal_address,
    seal_who,
)
from forewatch.register.signals import MANY, collected, communities_changed, households_changed
from forewatch.register.standing import refresh
from forewatch.storage.bulk import insert


def write(batch: Batch, chunk: Chunk) -> Written:
    """Write a chunk of a batch, and bring the households it touches up to date.

    Chunk by chunk, while the rows are at hand: after a large batch all would be read again. The caller holds
    the transaction.
    """
    node, before, confirms = settings.NODE, _lived(chunk), confirmed(batch, chunk)
    done = Written(
        households=_households(batch, chunk.households, node),
        people=_new_people(batch, chunk.people, node),
        records=insert(Record, _RECORD, (_record(batch, one, node) for one in chunk.records)),
        events=insert(Event, _EVENT, (_event(batch, one, node) for one in chunk.events)),
    )
    insert(Record, _RECORD, (_record(batch, one, node) for one in confirms.records))
    links = ((new_id(), node, *one) for one in confirms.links)
    done.confirmed = insert(Confirmation, ("id", "origin", "older_id", "newer_id", "made_id"), links)
    _under_conditions(confirms, node)
    _move_people(batch, chunk.moved_people, node)
    _move_households(batch, chunk.moved_households, node)
    done.proposals = claim(
        [
            Newcomer(
                one.id,
                one.who,
                one.birth.day.year if one.birth else None,
                one.village,
                person_reference_key(batch.source_code, one.reference) if one.reference else None,
            )
            for one in chunk.people
        ],
        batch_id=batch.id,
    )
    _tell_of(batch, chunk)
    done.touched = before | _told_of(chunk)
    refresh(done.touched, tell=False)
    return done


def _under_conditions(confirms: Confirmed, node: str) -> None:
    """Put what is known by two witnesses under the conditions of the older one; a file has its source's."""
    made = [(older, one) for older, _newer, one in confirms.links if one]
    for some in pieces(made):
        held = Conditions.objects.filter(record__in={older for older, _made in some})
        said = {row: told for row, *told in held.values_list("record_id", "words", "audience")}
        rows = [(new_id(), node, one, *said[older]) for older, one in some if older in said]
        insert(Conditions, ("id", "origin", "record_id", "words", "audience"), rows)


def _tell_of(batch: Batch, chunk: Chunk) -> None:
    """Tell whoever stands above the register of whom the source has told."""
    new = {one.id for one in chunk.people}
    homes = chunk.subjects(SubjectLevel.HOUSEHOLD).difference(one.id for one in chunk.households)
    members = {
        one
        for some in pieces(homes)
        for one in Person.objects.filter(household__in=some).values_list("id", flat=True)
    }
    collected.send(
        sender=Source,
        source_id=batch.source_id,
        people=new | members | chunk.subjects(SubjectLevel.PERSON),
        new=new,
        received_on=batch.received_on,
        batch_id=batch.id,
    )


def _lived(chunk: Chunk) -> set[uuid.UUID]:
    """Return where known people lived before the chunk moved them, or said something of them."""
    known = chunk.subjects(SubjectLevel.PERSON).union(one.id for one in chunk.moved_people)
    return set(homes(known.difference(one.id for one in chunk.people)).values())


def _told_of(chunk: Chunk) -> set[uuid.UUID]:
    """Return the households that a chunk names."""
    return chunk.subjects(SubjectLevel.HOUSEHOLD).union(
        (one.id for one in chunk.households),
        (one.id for one in chunk.moved_households),
        (one.household_id for one in chunk.people),
        (one.to for one in chunk.moved_people),
    )


def _households(batch: Batch, new: Sequence[NewHousehold], node: str) -> int:
    counts = ("version", "area_path", "members", "without_papers")
    fields = ("id", "origin", "code", *counts, "batch_id", "made_at", "made_by_id")
    rows = (
        (one.id, node, code_for(HOUSEHOLD, one.id), 1, "", 0, 0, batch.id, batch.now, batch.user_id)
        for one in new
    )
    count = insert(Household, fields, rows)
    _reside(batch, ((one.id, one.area_id, one.since, one.address or Address()) for one in new), node)
    keys = (
        (one.id, household_reference_key(batch.source_code, one.reference)) for one in new if one.reference
    )
    insert(HouseholdKey, ("household_id", "key"), keys)
    return count


def _reside(batch: Batch, homes: Iterable[tuple[uuid.UUID, uuid.UUID, date, Address]], node: str) -> None:
    placed = [(new_id(), *home) for home in homes]
    with keys_at_hand((row for row, *_, address in placed if address != Address()), new=True):
        rows = [
            (row, node, household, area, since, seal_address(row, address), batch.id)
            for row, household, area, since, address in placed
        ]
    fields = ("id", "origin", "household_id", "area_id", "valid_from", "address", "batch_id")
    insert(Residence, fields, rows)


def _new_people(batch: Batch, new: Sequence[NewPerson], node: str) -> int:
    described = ("sex", "birth_date", "birth_precision", "home_area_id", "papers")
    fields = ("id", "origin", "code", *described, "batch_id", "made_at", "made_by_id")
    count = insert(Person, fields, (_person(batch, one, node) for one in new))
    with keys_at_hand((one.id for one in new), new=True):
        insert(Identity, ("person_id", "sealed"), ((one.id, seal_who(one.id, one.who)) for one in new))
    _belong(batch, ((one.id, one.household_id, one.role, one.since) for one in new), node)
    return count


def _person(batch: Batch, one: NewPerson, node: str) -> tuple[Any, ...]:
    born = one.birth.day if one.birth else None
    precision = str(one.birth.precision if one.birth else Precision.DAY)
    code = code_for(PERSON, one.id)
    described = (one.id, node, code, one.sex, born, precision, one.home_area_id, "")
    return (*described, batch.id, batch.now, batch.user_id)


def _belong(batch: Batch, members: Iterable[tuple[uuid.UUID, uuid.UUID, str, date]], node: str) -> None:
    fields = ("id", "origin", "person_id", "household_id", "role", "valid_from", "batch_id")
    rows = (
        (new_id(), node, person, home, str(role), since, batch.id) for person, home, role, since in members
    )
    insert(Membership, fields, rows)


_STATEMENT = ("id", "origin", "level", "person_id", "household_id", "area_id", "source_id")
_RECEIVED = ("received_on", "received_at", "batch_id", "made_by_id")
_RECORD = (*_STATEMENT, *_RECEIVED, "observed_on", "grade", "root", "supersedes_id", "values")
_EVENT = (*_STATEMENT, *_RECEIVED, "event", "occurred_on", "ended_on", "grade", "root")


def _statement(batch: Batch, one: NewRecord | NewEvent, node: str) -> tuple[Any, ...]:
    subject = [one.subject_id if one.level == level else None for level in ("person", "household", "area")]
    source = getattr(one, "source_id", None) or batch.source_id
    shared = (source, batch.received_on, batch.now, batch.id, batch.user_id)
    return (one.id, node, str(one.level), *subject, *shared)


def _record(batch: Batch, one: NewRecord, node: str) -> tuple[Any, ...]:
    told = (one.observed_on, str(one.grade), one.root, one.supersedes_id, dict(one.values))
    return (*_statement(batch, one, node), *told)


def _event(batch: Batch, one: NewEvent, node: str) -> tuple[Any, ...]:
    told = (one.event, one.occurred_on, one.ended_on, str(one.grade), one.root)
    return (*_statement(batch, one, node), *told)


def _move_people(batch: Batch, moves: Sequence[Move], node: str) -> None:
    valid = _end(Membership.objects.all(), "person_id", moves, batch)
    _belong(batch, ((one.id, one.to, one.role, one.on) for one in valid), node)


def _move_households(batch: Batch, moves: Sequence[Move], node: str) -> None:
    valid = _end(Residence.objects.all(), "household_id", moves, batch)
    _reside(batch, ((one.id, one.to, one.on, Address()) for one in valid), node)


def _end(intervals: QuerySet[Any], of: str, moves: Sequence[Move], batch: Batch) -> list[Move]:
    """Close the current interval of who moves, and return the moves that hold: older news moves nobody."""
    valid = []
    for some in pieces(moves):
        now = intervals.filter(**{f"{of}__in": [one.id for one in some]}, valid_to__isnull=True)
        current = {getattr(row, of): row for row in now}
        for one in some:
            row = current.get(one.id)
            if row and row.valid_from >= one.on:
                continue
            if row:
                row.valid_to, row.ended_batch_id = one.on, batch.id
                row.save(update_fields=("valid_to", "ended_batch_id"))
            valid.append(one)
    return valid


def finish(batch: Batch) -> None:
    """Tell whoever stands above the register what a batch changed; of very many households, the first."""
    households = list(islice(touched_by(batch.id), MANY))
    if households:
        households_changed.send(sender=Household, households=households)
    if speaks_of_areas(batch.id):
        communities_changed.send(sender=Area)
