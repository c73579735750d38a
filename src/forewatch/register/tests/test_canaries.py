"""Names made up for the purpose are looked for wherever the databases write: none is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from forewatch.config.tests.assurance import Assured
from forewatch.lib.ids import new_id
from forewatch.register.models import Identity, Person
from forewatch.register.sealed import Who, seal_who


@pytest.mark.django_db(transaction=True)
def test_two_hundred_made_up_names_lie_in_no_file_of_either_database(
    caplog: pytest.LogCaptureFixture, assured: Assured
) -> None:
    names = [f"Canary{number:03}Madeup" for number in range(200)]
    for name in names:
        row = new_id()
        Person.objects.create(id=row, origin="test-1", code=f"P-{row.hex[-8:]}", made_at=timezone.now())
        Identity.objects.create(person_id=row, sealed=seal_who(row, Who(given=name, family="ชื่อสมมุติ")))
    if connection.vendor == "sqlite":
        files = [
            Path(f"{one.settings_dict['NAME']}{end}") for one in connections.all() for end in ("", "-wal")
        ]
        held = b"".join(one.read_bytes() for one in files if one.exists())
        assert b"register_identity" in held
    else:
        held = b"".join(bytes(one) for one in Identity.objects.values_list("sealed", flat=True))
    held += caplog.text.encode()
    seen = [name for name in names if name.encode() in held]
    assert seen == []
    assured("at rest", len(names), len(seen))
    assert "ชื่อสมมุติ".encode() not in held
