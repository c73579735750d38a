"""An audit row shares the transaction of its deed, and stays as it was written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from forewatch.audit.actions import NotInTransaction, record
from forewatch.audit.models import Event


def test_a_row_is_neither_changed_nor_removed(db: None) -> None:
    with transaction.atomic():
        row = record(at=timezone.now(), verb="read", data_class="identity")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(pk=row.pk).update(verb="nothing")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(pk=row.pk).delete()
    assert Event.objects.get(pk=row.pk).verb == "read"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(NotInTransaction):
        record(at=timezone.now(), verb="read", data_class="identity")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_rows_are_still_kept_after_the_tables_were_emptied(time: int) -> None:
    assert not Event.objects.exists()
    with transaction.atomic():
        row = record(at=timezone.now(), verb="read", data_class="identity")
    with pytest.raises(DatabaseError, match="never changed"):
        Event.objects.filter(pk=row.pk).delete()
