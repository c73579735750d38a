"""Rows written in bulk are the rows that the ORM would have written."""

from __future__ import annotations

import gc
import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from forewatch.access.models import Grant, Organisation, User
from forewatch.audit.models import Event
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.storage.bulk import insert, many_rows

FIELDS = (
    "id",
    "origin",
    "code",
    "level",
    "parent_id",
    "path",
    "name",
    "name_local",
    "valid_on",
    "valid_to",
    "geometry",
)


def row(code: str, parent: uuid.UUID | None = None, geometry: bytes | None = None) -> tuple[object, ...]:
    return (
        new_id(),
        "test-1",
        code,
        1,
        parent,
        f"{code}/",
        "Made Up",
        "สมมติ",
        date(2026, 1, 1),
        None,
        geometry,
    )


def test_every_kind_of_value_reads_back_as_it_was(db: None) -> None:
    above, below = row("XB"), row("XB10", geometry=b"\x00\xff")
    below = (*below[:4], above[0], *below[5:])
    assert insert(Area, FIELDS, iter([above, below])) == 2
    read = Area.objects.get(code="XB10")
    assert read.parent == Area.objects.get(code="XB")
    assert read.pk == below[0]
    assert (read.name_local, read.valid_on, read.valid_to) == ("สมมติ", date(2026, 1, 1), None)
    assert bytes(read.geometry or b"") == b"\x00\xff"


def test_json_and_instants_read_back_as_they_were(db: None) -> None:
    office = Organisation.objects.create(code="office", name="Office")
    user = User.objects.create_user("somebody", organisation=office, name="Somebody")
    made_at = datetime(2026, 6, 30, 12, 30, 5, 123456, tzinfo=UTC)
    fields = ("id", "origin", "user_id", "role", "area_code", "purposes", "valid_from", "valid_to", "made_at")
    values = (
        new_id(),
        "n",
        user.pk,
        "analyst",
        "",
        ["prevent", "ภ"],
        date(2026, 1, 1),
        date(2026, 2, 1),
        made_at,
    )
    insert(Grant, fields, [values])
    read = Grant.objects.get()
    assert (read.purposes, read.made_at, read.user) == (["prevent", "ภ"], made_at, user)


def test_no_rows_are_no_rows(db: None) -> None:
    assert insert(Area, FIELDS, []) == 0


def test_a_constraint_refuses_them_all(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Area, FIELDS, [row("XB"), row("XB")])
    assert not Area.objects.exists()
    assert not Event.objects.exists()


def _mapped() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA mmap_size").fetchone()[0])


@pytest.mark.django_db
def test_while_many_rows_pass_nothing_is_mapped_and_afterwards_all_is_as_before() -> None:
    sqlite = connection.vendor == "sqlite"
    before = gc.get_threshold(), gc.get_freeze_count(), _mapped() if sqlite else 0
    with many_rows():
        assert gc.get_threshold()[0] > before[0][0]
        assert gc.get_freeze_count() > 0
        if sqlite:
            assert _mapped() == 0
    assert (gc.get_threshold(), gc.get_freeze_count(), _mapped() if sqlite else 0) == before
