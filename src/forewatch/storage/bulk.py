"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

This goes round `save()`: defaults, validation and checks in Python are the caller's. Constraints of the
database hold as ever.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

_COLLECT_EVERY = 100_000
"""Objects made between two looks of Python's collector, while rows by the hundred thousand pass."""

Row = Sequence[Any]
Convert = Callable[[Any], Any]


@contextmanager
def many_rows() -> Iterator[None]:
    """Let rows by the million pass quickly and in bounded memory while the `with` lasts.

    Python's collector looks at what was made meanwhile, seldom, and not at the whole program again and again;
    SQLite does not map its files into memory, where each page that is written would count. Both hold for the
    whole process: it is for a worker that does nothing else meanwhile.
    """
    files = [one for one in connections.all() if one.vendor == "sqlite"]
    mapped = [_pragma(one, "mmap_size") for one in files]
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    for one in files:
        _pragma(one, "mmap_size = 0")
    try:
        yield
    finally:
        for one, size in zip(files, mapped, strict=True):
            _pragma(one, f"mmap_size = {size}")
        gc.set_threshold(*before)
        gc.unfreeze()


def _pragma(one: BaseDatabaseWrapper, words: str) -> int:
    with one.cursor() as cursor:
        return int(cursor.execute(f"PRAGMA {words}").fetchone()[0])


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Write `rows`, whose values stand in the order of `fields`, and return how many they were.

    `fields` are names of attributes (`area_id`, not `area`); values are Python's own (UUID, date, dict for
    JSON, bytes). Raises django.db.IntegrityError; the transaction around it is lost then.
    """
    columns = _columns(model, fields)
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    converted = _converted(columns, rows)
    if connection.vendor == "postgresql" and not _is_guarded(model._meta.db_table):
        return _copy(f"COPY {table} ({names}) FROM STDIN", converted)
    marks = ", ".join(["%s"] * len(columns))
    return _executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", converted)


def update(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Change rows to the values of `fields`, each row of `rows` being those and then its id; return how many.

    Raises django.db.IntegrityError; the transaction around it is lost then.
    """
    columns = _columns(model, [*fields, "id"])
    *changed, key = (f"{connection.ops.quote_name(str(one.column))} = %s" for one in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"UPDATE {table} SET {', '.join(changed)} WHERE {key}"
    return _executemany(statement, _converted(columns, rows))


def _is_guarded(table: str) -> bool:
    """Tell whether row-level security holds for us: PostgreSQL copies nothing into such a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s)", [table])
        row = cursor.fetchone()
    return bool(row and row[0])


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[models.Field[Any, Any]]:
    by_name = {one.attname: one for one in model._meta.concrete_fields}
    return [by_name[name] for name in fields]


def _copy(statement: str, rows: Iterator[Row]) -> int:
    written = 0
    # psycopg raises its own errors while copying; they become Django's here.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def _executemany(statement: str, rows: Iterator[Row]) -> int:
    written = 0

    def counted() -> Iterator[Row]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    with connection.cursor() as cursor:
        cursor.executemany(statement, counted())  # type: ignore[arg-type]  # it reads any iterator
    return written


def _converted(columns: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows as the database takes them; columns whose values it takes as they are stay untouched."""
    changes = [(place, change) for place, one in enumerate(columns) if (change := _conversion(one))]
    for row in rows:
        ready = list(row)
        for place, change in changes:
            if ready[place] is not None:
                ready[place] = change(ready[place])
        yield ready


def _conversion(field: models.Field[Any, Any]) -> Convert | None:
    if isinstance(field, models.ForeignKey):
        return _conversion(field.target_field)
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.DateTimeField):
        # Rows of a batch share their instant.
        return lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return str
    return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _hex(value: Any) -> str:
    return str(value.hex)
