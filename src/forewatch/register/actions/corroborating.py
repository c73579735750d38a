"""What somebody knows indirectly counts once another root says the same (access protocol 3.5, part A.7).

A copy has the root of what it was copied from, so that circular reports corroborate nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from forewatch.lib.ids import new_id
from forewatch.register.models import Grade, Record
from forewatch.register.rules.sources import UNCORROBORATED, corroborates

TOGETHER = timedelta(days=365)
"""Two statements that lie further apart speak of different times."""


def corroborate(written: Record) -> Record | None:
    """Write down what a new uncorroborated statement and an older one agree on, as known and corroborated.

    Both stay as they are; the new record has the source of the older one, its day and grade B. None when
    nobody else has said the same.
    """
    if written.grade != UNCORROBORATED:
        return None
    for older in _others(written):
        agreed = {name: value for name, value in written.values.items() if older.values.get(name) == value}
        if agreed and corroborates(_witness(older), _witness(written)):
            return _known(written, older, agreed)
    return None


def _others(written: Record) -> list[Record]:
    about = Q(level=written.level, person=written.person, household=written.household, area=written.area)
    near = Q(observed_on__gte=written.observed_on - TOGETHER, observed_on__lte=written.observed_on + TOGETHER)
    rows = Record.objects.filter(about, near, grade=UNCORROBORATED, superseded_by__isnull=True)
    return list(rows.exclude(pk=written.pk).select_related("source").order_by("-observed_on", "-pk"))


def _witness(record: Record) -> tuple[str, bool]:
    return record.root or record.source.code, record.source.is_interested


def _known(written: Record, older: Record, agreed: dict[str, object]) -> Record:
    day: date = min(written.observed_on, older.observed_on)
    return Record.objects.create(
        id=new_id(),
        level=written.level,
        person=written.person,
        household=written.household,
        area=written.area,
        source=older.source,
        root=older.root,
        grade=Grade.B,
        observed_on=day,
        received_on=written.received_on,
        received_at=written.received_at,
        made_by=written.made_by,
        values=agreed,
    )
