"""Grading a report the first and the second time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forewatch.access import noting
from forewatch.access.decisions import Actor, Target, check
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake.concerns.models import Concern
from forewatch.intake.grading.drawing import drawn
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.queries import one_of
from forewatch.ui.problems import Conflict


@dataclass(frozen=True)
class Given:
    """A grade as somebody gives it: how the source knows, and under which conditions it may be passed on."""

    information: str
    handling: str
    conditions: str
    audience: str


def grade_concern(*, by: Actor, concern: Concern, given: Given) -> Grading:
    """Grade a concern for the first time.

    Raises Refused; Conflict when a colleague was first.
    """
    row = Grading(concern=concern, area_path=concern.area_path, turn=1, drawn=drawn(concern.pk))
    return _write(by, row, given)


def grade_again(*, by: Actor, first: Grading, given: Given) -> Grading:
    """Grade a report for the second time, without having seen the first grade.

    Raises Refused; NotFound when it does not wait for this actor; Conflict when a colleague was first.
    """
    one_of(by, first.pk)
    row = Grading(concern_id=first.concern_id, record_id=first.record_id, area_path=first.area_path, turn=2)
    return _write(by, row, given)


def _write(by: Actor, row: Grading, given: Given) -> Grading:
    decision = check(by, Verb.CREATE, DataClass.GRADE, Purpose.PREVENT, Target(row.codes))
    row.by_id, row.at = by.user_id, by.now
    row.information, row.handling = given.information, given.handling
    row.conditions, row.audience = given.conditions, given.audience
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            noting.note(
                by,
                decision,
                Verb.CREATE,
                DataClass.GRADE,
                subject="concern" if row.concern_id else "record",
                subject_id=row.concern_id or row.record_id,
                area_code=next(iter(row.codes), ""),
                purpose=Purpose.PREVENT,
                reason="first" if row.turn == 1 else "second",
            )
    except IntegrityError:
        raise Conflict(_("A colleague has graded this meanwhile.")) from None
    return row
