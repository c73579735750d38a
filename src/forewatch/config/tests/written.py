"""All that an installation writes, for tests that look for names in it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from forewatch.storage.snapshots import take


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
        yield _dumped(one.settings_dict)


def bytes_of(place: Path) -> bytes:
    """Return the bytes of a file, of which there are none where it has gone meanwhile."""
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return b""


def _dumped(said: dict[str, str]) -> bytes:
    at = [f"--host={said['HOST']}", f"--port={said['PORT']}", f"--username={said['USER']}"]
    return subprocess.run(["pg_dump", *at, said["NAME"]], capture_output=True, check=True).stdout


def kept() -> Iterator[bytes]:
    """Yield every file of the folder of data: what was uploaded, what waits, heads of the trail."""
    yield from (bytes_of(one) for one in Path(settings.DATA_DIR).rglob("*") if one.is_file())
