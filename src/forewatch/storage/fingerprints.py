"""What a table holds, as a count and one number: two tables with the same rows in any order are alike."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

Fingerprint = tuple[int, str]
_WRITTEN_ALIKE = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL extra_float_digits = 1; SET LOCAL intervalstyle = 'iso_8601'"
)


def of_sqlite(file: Path) -> Mapping[str, Fingerprint]:
    """Return the fingerprint of every table of an SQLite file that nobody writes to."""
    with _opened(file) as database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        tables = [name for (name,) in named if not name.startswith("sqlite_")]
        return {name: _of(_rows(database, name)) for name in tables}


def of_postgresql(database: Connection[Any]) -> Mapping[str, Fingerprint]:
    """Return the fingerprint of every table of a PostgreSQL, as the transaction of the connection sees it."""
    database.execute(_WRITTEN_ALIKE)
    named = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: _of(_lines(database, name)) for (name,) in named.fetchall()}


def _of(rows: Iterable[bytes]) -> Fingerprint:
    count, total = 0, 0
    for row in rows:
        count += 1
        # A sum, because no order of rows is part of what a table says.
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    return count, f"{total % 2**256:064x}"


class _opened:  # noqa: N801  reads as a word
    def __init__(self, file: Path) -> None:
        self.database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)

    def __enter__(self) -> sqlite3.Connection:
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()


def _rows(database: sqlite3.Connection, table: str) -> Iterable[bytes]:
    quoted = table.replace('"', '""')
    return (repr(row).encode() for row in database.execute(f'SELECT * FROM "{quoted}"'))


def _lines(database: Connection[Any], table: str) -> Iterable[bytes]:
    with database.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as lines:
        for line in lines:
            yield bytes(line)
