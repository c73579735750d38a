"""Names made up for the purpose are looked for wherever the databases write: none is there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from forewatch.config.tests.assurance import Assured
from forewatch.lib.ids import new_id
from forewatch.register.models import Identity, Person
from forewatch.register.sealed import Who, seal_who
from forewatch.storage.snapshots import take

NAMES = [f"Canary{number:03}Madeup" for number in range(200)]
FAMILY = "ชื่อสมมุติ"


@pytest.fixture
def codes() -> list[str]:
    """Keep two hundred people, and return their codes, which stand in clear."""
    made = []
    for name in NAMES:
        row = new_id()
        code = f"P-{row.hex[-8:]}"
        Person.objects.create(id=row, origin="test-1", code=code, made_at=timezone.now())
        Identity.objects.create(person_id=row, sealed=seal_who(row, Who(given=name, family=FAMILY)))
        made.append(code)
    return made


def written(tmp_path: Path) -> Iterator[bytes]:
    """Yield whatever the databases wrote: tables, journals, statistics, the log, and an unsealed copy."""
    if connection.vendor == "sqlite":
        for one in connections.all():
            file = Path(one.settings_dict["NAME"])
            yield from (place.read_bytes() for place in (file, Path(f"{file}-wal")) if place.exists())
            take(one.settings_dict, tmp_path / one.alias)
            yield (tmp_path / one.alias).read_bytes()
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT string_agg(coalesce(most_common_vals::text, ''), ' ') FROM pg_stats")
        yield cursor.fetchone()[0].encode()
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        cursor.execute("SELECT array_agg(oid::text) FROM pg_database WHERE datname LIKE 'test_forewatch%'")
        folders = [home / "base" / one for one in cursor.fetchone()[0]] + [home / "pg_wal"]
    for folder in folders:
        # Another process of tests may take its own tables away meanwhile.
        yield from (bytes_of(place) for place in folder.iterdir() if place.is_file())
    yield (home.parent / "log").read_bytes()
    for one in connections.all():
        yield dumped(one.settings_dict)


def bytes_of(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return b""


def dumped(said: dict[str, str]) -> bytes:
    at = [f"--host={said['HOST']}", f"--port={said['PORT']}", f"--username={said['USER']}"]
    return subprocess.run(["pg_dump", *at, said["NAME"]], capture_output=True, check=True).stdout


@pytest.mark.django_db(transaction=True)
def test_two_hundred_made_up_names_lie_in_nothing_that_the_databases_write(
    codes: list[str], caplog: pytest.LogCaptureFixture, assured: Assured, tmp_path: Path
) -> None:
    held = b"".join(written(tmp_path)) + caplog.text.encode()
    assert sum(code.encode() in held for code in codes) == len(codes), "this looked in the wrong places"
    seen = [name for name in NAMES if name.encode() in held or name.encode().hex().encode() in held]
    assert seen == []
    assured("at rest", len(NAMES), len(seen))
    assert FAMILY.encode() not in held
