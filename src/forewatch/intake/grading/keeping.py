"""The first grade of a statement is kept as it is written, and goes with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from forewatch.intake.grading.drawing import drawn
from forewatch.intake.grading.models import Grading
from forewatch.register.models import Household, Person, Record
from forewatch.register.queries.answers import under


def keep(*, record: Record, how_known: str, area_path: str, **_signal: Any) -> None:
    """Keep the grade that whoever wrote a statement gave it."""
    assert record.made_by_id is not None  # written by hand
    conditions = under(record)
    Grading.objects.create(
        record=record,
        area_path=area_path,
        turn=1,
        by_id=record.made_by_id,
        at=record.received_at,
        information=record.grade,
        handling="C" if conditions else "P",
        conditions=conditions.conditions if conditions else "",
        audience=conditions.audience if conditions else record.source.audience,
        how_known=how_known,
        reliability=record.source.reliability,
        drawn=drawn(record.pk),
    )


def forget(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> None:
    """Let grades go with the statements about people and households that leave."""
    of_these = Q(record__person__in=people) | Q(record__household__in=households)
    Grading.objects.filter(of_these)._raw_delete("default")
