"""The first grade of a statement is kept as it is written, and goes with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from forewatch.access import sealing
from forewatch.intake.grading.drawing import drawn
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.sealed import seal_how_known
from forewatch.keystore.keys import held
from forewatch.lib.ids import new_id
from forewatch.register.models import Household, Person, Record
from forewatch.register.queries.answers import under


def keep(*, record: Record, how_known: str, area_path: str, **_signal: Any) -> None:
    """Keep the grade that whoever wrote a statement gave it."""
    assert record.made_by_id is not None  # written by hand
    conditions = under(record)
    row = new_id()
    Grading.objects.create(
        id=row,
        record=record,
        area_path=area_path,
        turn=1,
        by_id=record.made_by_id,
        at=record.received_at,
        information=record.grade,
        handling="C" if conditions else "P",
        conditions=conditions.conditions if conditions else "",
        audience=conditions.audience if conditions else record.source.audience,
        how_known=seal_how_known(how_known, row),
        reliability=record.source.reliability,
        drawn=drawn(record.pk),
    )


def words_kept(until: datetime) -> QuerySet[Grading]:
    """Return the gradings before a moment that still have the words in which a source said how it knows.

    Those whose words went keep the sealed bytes, which nothing opens: a grading is never changed.
    """
    old = Grading.objects.filter(how_known__isnull=False, at__lt=until)
    return old.filter(pk__in=held(old.values_list("pk", flat=True)))


def forget(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> None:
    """Let grades go with the statements about people and households that leave."""
    of_these = Q(record__person__in=people) | Q(record__household__in=households)
    theirs = Grading.objects.filter(of_these)
    sealing.forget(theirs.filter(how_known__isnull=False).values_list("pk", flat=True))
    theirs._raw_delete("default")
