"""What waits for a second grader, what two graders saw differently, and the figures of agreement."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Target, decide, scopes
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake.concerns.models import Concern
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.rules import GRADES, RELIABILITIES, Table
from forewatch.intake.grading.sealed import how_known
from forewatch.places.models import Area
from forewatch.register.models import Confirmation, Record, SourceKind
from forewatch.register.queries.answers import Told, told_in
from forewatch.ui.problems import NotFound

SHOWN = 50
MONTHS = 12


@dataclass(frozen=True)
class Statement:
    """A statement as a second grader sees it: what sort of source said what; not of whom, nor its grade."""

    kind: str
    observed_on: date
    received_on: date
    answers: Sequence[Told]
    how_known: str


@dataclass(frozen=True)
class Difference:
    """Two grades of one report that are not the same."""

    what: str
    area: str
    first: Grading
    second: Grading


@dataclass(frozen=True)
class Month:
    """What a source said in a month without corroboration, and how much of it was later confirmed."""

    source: str
    month: date
    reports: int
    confirmed: int


def _may(actor: Actor, verb: Verb, data: DataClass, codes: Sequence[str] = ()) -> bool:
    target = Target(codes) if codes else None
    return any(decide(actor, verb, data, purpose, target).allowed for purpose in Purpose)


def grades_blind(actor: Actor) -> bool:
    """Tell whether the actor grades statements a second time: who reads none, and so no first grade."""
    return _may(actor, Verb.CREATE, DataClass.GRADE) and not _may(actor, Verb.READ, DataClass.OBSERVATION)


def waiting(actor: Actor) -> list[Grading]:
    """Return the first grades of what waits for this actor as the second grader, the oldest first."""
    if not _may(actor, Verb.CREATE, DataClass.GRADE):
        return []
    done = Grading.objects.filter(Q(concern=OuterRef("concern")) | Q(record=OuterRef("record")), turn=2)
    drawn = Grading.objects.filter(_within(actor, Verb.CREATE), drawn=True, turn=1)
    left = drawn.filter(~Exists(done)).exclude(by_id=actor.user_id)
    mine = left.filter(record__isnull=False) if grades_blind(actor) else left.filter(concern__isnull=False)
    return [one for one in mine.select_related("concern__area")[:SHOWN] if _opens(actor, one)]


def _opens(actor: Actor, one: Grading) -> bool:
    """Tell whether the actor may read what is to be graded: a concern names somebody, a statement nobody."""
    return one.record_id is not None or _may(actor, Verb.REVEAL, DataClass.IDENTITY, one.codes)


@second_lock.opened("what is graded blind")
def one_of(actor: Actor, row: uuid.UUID, about: type[Concern | Record] | None = None) -> Grading:
    """Return one that waits for this actor, `about` a concern or a statement where that matters.

    Raises NotFound.
    """
    found = next((one for one in waiting(actor) if one.pk == row), None)
    if found is None or (about is not None and not isinstance(found.concern or found.record, about)):
        raise NotFound("")
    return found


@second_lock.opened("what is graded blind")
def statement(grading: Grading) -> Statement:
    """Return a statement for a second grader."""
    assert grading.record_id is not None  # `one_of` gives no other
    record = Record.objects.select_related("source").get(pk=grading.record_id)
    return Statement(
        kind=record.source.get_kind_display(),
        observed_on=record.observed_on,
        received_on=record.received_on,
        answers=told_in(record),
        how_known=how_known(grading),
    )


def _within(actor: Actor, verb: Verb) -> Q:
    """Return the condition that a report is of an area in which the actor may do this to grades."""
    codes = {
        grant.area_code
        for purpose in Purpose
        for grant, _scope in scopes(actor, verb, DataClass.GRADE, purpose)
    }
    if "" in codes:
        return Q()
    condition = Q(pk__in=())
    for path in Area.objects.filter(code__in=codes).values_list("path", flat=True):
        condition |= Q(area_path__startswith=path)
    return condition


@second_lock.opened("what is graded blind")
def twice(actor: Actor) -> list[tuple[Grading, Grading]]:
    """Return first and second grades of what was graded twice, the newest first."""
    seconds = Grading.objects.filter(_within(actor, Verb.READ), turn=2).order_by("-at", "-id")
    rows = list(seconds.select_related("by", "concern", "record__source"))
    firsts = Grading.objects.filter(_within(actor, Verb.READ), turn=1, drawn=True).select_related("by")
    known = {one.concern_id or one.record_id: one for one in firsts}
    pairs = ((known.get(one.concern_id or one.record_id), one) for one in rows)
    return [(first, second) for first, second in pairs if first]


def differences(pairs: Sequence[tuple[Grading, Grading]]) -> list[Difference]:
    """Return those pairs that differ, in words."""
    differing = [
        (first, second)
        for first, second in pairs
        if (first.information, first.handling) != (second.information, second.handling)
    ][:SHOWN]
    paths = {second.area_path for _first, second in differing}
    areas = {one.path: str(one) for one in Area.objects.filter(path__in=paths)}
    return [
        Difference(_what(second), areas.get(second.area_path, ""), first, second)
        for first, second in differing
    ]


def _what(one: Grading) -> str:
    if one.concern:
        return one.concern.receipt
    assert one.record is not None  # the database holds it so
    return one.record.source.name


def agreement(pairs: Sequence[tuple[Grading, Grading]]) -> Table:
    """Return how often the first grade met which second one."""
    counted = Counter((first.information, second.information) for first, second in pairs)
    return tuple(tuple(counted[one, other] for other in GRADES) for one in GRADES)


def apart(actor: Actor) -> Table:
    """Return how often a grade of a source met which grade of what it said."""
    firsts = Grading.objects.filter(_within(actor, Verb.READ), turn=1).exclude(reliability="")
    rows = firsts.order_by().values_list("reliability", "information").annotate(n=Count("pk"))
    counted = {(one, other): n for one, other, n in rows}
    return tuple(tuple(counted.get((one, other), 0) for other in GRADES) for one in RELIABILITIES)


@second_lock.opened("what is graded blind")
def records_of_sources(today: date) -> list[Month]:
    """Return, by source and month of receipt, what was said without corroboration and confirmed since."""
    first = date(today.year - 1, today.month, 1)
    said = Record.objects.filter(grade="C", received_on__gte=first, supersedes__isnull=True)
    confirmed = Exists(Confirmation.objects.filter(older=OuterRef("pk")))
    rows = (
        said.exclude(source__kind=SourceKind.VISIT)
        .annotate(month=TruncMonth("received_on"), was=confirmed)
        .order_by()
        .values_list("source__name", "month")
        .annotate(n=Count("pk"), yes=Count("pk", filter=Q(was=True)))
    )
    found = [Month(name, month, n, yes) for name, month, n, yes in rows]
    return sorted(found, key=lambda one: (one.source, one.month))
