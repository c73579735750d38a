"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

This goes round `save()`: defaults, validation and checks in Python are the caller's. Constraints of the
database hold as ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
Convert = Callable[[Any], Any]


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Write `rows`, whose values stand in the order of `fields`, and return how many they were.

    `fields` are names of attributes (`area_id`, not `area`); values are Python's own (UUID, date, dict for
    JSON, bytes). Raises django.db.IntegrityError; the transaction around it is lost then.
    """
    columns = _columns(model, fields)
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    converted = _converted(columns, rows)
    if connection.vendor == "postgresql":
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
