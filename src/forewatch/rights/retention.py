"""How long things are kept, and what is past its time today: a dry run, and the removal of what is over.

Months are those of the access protocol (3.8), as a setting. Who is past their time is erased as anybody else,
on the word of two people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import forget
from forewatch.audit.actions import record
from forewatch.audit.models import Event as Audit
from forewatch.intake.concerns.models import Concern
from forewatch.intake.grading.keeping import words_kept
from forewatch.intake.grading.models import Grading
from forewatch.lib.calendars import months_before
from forewatch.lib.ids import first_id_at
from forewatch.register.models import Draft, Event, Person, Record, Source
from forewatch.register.queries.drafts import KEPT
from forewatch.register.visibility import reach
from forewatch.rights.models import Contest

SOON = 3
"""Months that the report looks ahead."""
SHOWN = 50
Until = Callable[[date], QuerySet[Any]]


def people(until: date) -> QuerySet[Person]:
    """Return the people in whose household nobody was observed on this day or later."""
    never = Q(household__last_seen_on__isnull=True, made_at__lt=_midnight(until))
    return Person.objects.filter(Q(household__last_seen_on__lt=until) | never, merged_into__isnull=True)


def _concerns(until: date) -> QuerySet[Concern]:
    """Return those closed before a day, and those that came before it and that nobody has closed."""
    since = _midnight(until)
    return Concern.objects.filter(Q(closed_at__lt=since) | Q(closed_at__isnull=True, received_at__lt=since))


def _sources(until: date) -> QuerySet[Source]:
    """Return the sources that are one person, and through whom nobody has told anything since."""
    since = _midnight(until)
    used: set[Any] = set()
    for statement in (Record, Event):
        received = statement._default_manager.filter(received_at__gte=since)
        used.update(received.order_by().values_list("source", flat=True).distinct())
    return Source.objects.filter(who__isnull=False, pk__lt=first_id_at(since)).exclude(pk__in=used)


def _words(until: date) -> QuerySet[Grading]:
    return words_kept(_midnight(until))


def _contests(until: date) -> QuerySet[Contest]:
    return Contest.objects.filter(answered_at__lt=_midnight(until))


def _events(until: date) -> QuerySet[Audit]:
    return Audit.objects.filter(at__lt=_midnight(until))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


CLOCKS: Mapping[str, tuple[Any, Until]] = {
    "people": (_("People, after anybody in their household was last observed"), people),
    "concerns": (_("Concerns of volunteers, after they were closed, or came and nobody did"), _concerns),
    "sources": (_("Who a source is, after anybody last told something through it"), _sources),
    "words": (_("Words in which sources say how they know something, after they said so"), _words),
    "contests": (_("Contests, after they were answered"), _contests),
    "audit": (_("Events of the audit trail, which hold no content"), _events),
}
"""By the name of its setting: what is kept, and what is older than a day."""


@dataclass(frozen=True)
class Line:
    """A clock: what it is about, its months, how many rows are past it, and how many will be soon."""

    name: str
    label: Any
    months: int
    past: int
    soon: int


@second_lock.opened("what is past its time")
def dry_run(today: date) -> Sequence[Line]:
    """Return what is past its time on a day, and what will be in the next three months."""
    return [_line(name, label, rows, today) for name, (label, rows) in CLOCKS.items()]


def _line(name: str, label: Any, rows: Until, today: date) -> Line:
    months = settings.TERMS.kept_months()[name]
    past = rows(months_before(today, months)).count()
    return Line(name, label, months, past, rows(months_before(today, months - SOON)).count() - past)


@transaction.atomic
@second_lock.opened("what is past its time")
def drop_old_drafts(now: datetime) -> int:
    """Remove what was half typed and left lying, with its key, and return how many there were.

    Their writers have not seen them since that day; everything else waits for the word of people.
    """
    old = Draft.objects.filter(changed_at__lte=now - KEPT)
    forget(old.values_list("pk", flat=True))
    return old.delete()[0]


FINISHED: Mapping[str, tuple[type[Model], DataClass]] = {
    "concerns": (Concern, DataClass.OBSERVATION),
    "sources": (Source, DataClass.SOURCE),
    "words": (Grading, DataClass.SOURCE),
    "contests": (Contest, DataClass.OBSERVATION),
}
"""Clocks of what is over, by the name of their setting: nobody has to decide on it any more."""


@transaction.atomic
@second_lock.opened("what is past its time")
def remove_finished(now: datetime) -> Mapping[str, int]:
    """Remove concerns, answered contests and what tells who a source is past their time, and say how many.

    Of words only the key goes: the grade that they led to is never changed. A source keeps its code. People
    are not among them: whoever is past their time is erased on the word of two colleagues.
    """
    today = timezone.localdate(now)
    return {name: _remove(name, today, now) for name in FINISHED}


def _remove(name: str, today: date, now: datetime) -> int:
    rows = CLOCKS[name][1](months_before(today, settings.TERMS.kept_months()[name]))
    ids = list(rows.values_list("pk", flat=True))
    model, data_class = FINISHED[name]
    for one in ids:
        record(
            at=now, verb=Verb.ERASE, data_class=data_class, subject=model._meta.model_name or "",
            subject_id=one, reason="past its time",
        )  # fmt: skip
    forget(ids)
    if model is Source:
        Source.objects.filter(pk__in=ids).update(who=None)
    elif model is not Grading:
        model._default_manager.filter(pk__in=ids).delete()
    return len(ids)


def past_their_time(actor: Actor) -> QuerySet[Person]:
    """Return the people past their time whose erasure the actor may ask for, those not seen longest first."""
    mine = reach(actor, Verb.ERASE, DataClass.IDENTITY, None, "household__")
    found = people(months_before(actor.today, settings.TERMS.people_months)).filter(mine)
    return found.select_related("household__area").order_by(
        F("household__last_seen_on").asc(nulls_first=True), "code"
    )[:SHOWN]
