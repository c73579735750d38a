"""What is kept about a person who asks, as their advocate may see it: no source by name, no colleague."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.analysis.definition import Definition
from forewatch.audit.actions import record
from forewatch.register.models import Event, Identity, Person, SourceKind
from forewatch.register.queries.answers import Told, kept_from, readable, records_about, said_about, told
from forewatch.register.queries.consents import Question, questions, said_by
from forewatch.register.queries.events import Happened, happenings
from forewatch.register.sealed import NOBODY_KNOWN, Who, open_who
from forewatch.rights.models import Contest
from forewatch.rights.who_saw import Look, looks_at_person
from forewatch.risk.profiles import History, Profile

WATCHERS = frozenset({SourceKind.VOLUNTEER})
"""Kinds of source that are told of to nobody: who told is in danger if it becomes known."""


@dataclass(frozen=True)
class Answer:
    """An answer that is kept, and by what kind of source it was given; none where that could tell who."""

    told: Told
    kind: str


@dataclass(frozen=True)
class Kept:
    """Everything that is kept about a person."""

    person: Person
    who: Who
    agreed_to: Sequence[Question]
    answers: Sequence[Answer]
    profile: Profile | None
    uncounted: Sequence[Happened]
    """What was told to have happened, and does not enter the index."""
    looks: Sequence[Look]


@second_lock.opened("what is kept about whoever asks")
def kept_about(*, by: Actor, contest: Contest, person: Person, definition: Definition, day: date) -> Kept:
    """Return what is kept about the person of a contest, and write down that it was read.

    `rights.queries.opened_for` gives the two, once the desk has confirmed that it is this person.
    """
    identity = Identity.objects.filter(person=person).first()
    profile = None
    if person.household_id:
        history = History.of(definition, person.household_id)
        assert person.household is not None
        history = history.leaving_out(kept_from(by, person.household, history.record_ids))
        profile = history.profiles(day, known_by=day, only=person.pk).get(person.pk)
    looks = looks_at_person(person)
    with transaction.atomic():
        record(
            at=by.now,
            actor_id=by.user_id,
            role=",".join(sorted(by.roles()))[:32],
            verb=Verb.REVEAL,
            data_class=DataClass.IDENTITY,
            purpose=Purpose.CONTEST,
            area_code=contest.area.code,
            subject="contest",
            subject_id=person.pk,
            identities=1,
            request_id=by.request_id,
        )
        who = open_who(person.pk, bytes(identity.sealed)) if identity else NOBODY_KNOWN
    records = records_about(said_about(person))
    if person.household:
        records = readable(by, person.household, records)
    answers = [Answer(one, _kind(one)) for one in told(records)]
    happened = happenings(Event.objects.filter(said_about(person)))
    uncounted = [one for one in happened if not one.counts]
    return Kept(person, who, questions(list(said_by(person))), answers, profile, uncounted, looks)


def _kind(one: Told) -> str:
    source = one.record.source
    return "" if source.kind in WATCHERS else str(source.get_kind_display())
