"""Checks the raw tables of a run and makes the accepted ones: `subjects, records, events, areas`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

import duckdb

from forewatch.analysis.database import number, rows
from forewatch.analysis.definition import Definition
from forewatch.analysis.plan.names import quoted
from forewatch.analysis.plan.people import assessed_on
from forewatch.analysis.problems import InputError
from forewatch.analysis.reading import checks
from forewatch.analysis.reading.checks import Column
from forewatch.analysis.reading.crossing import check_across
from forewatch.analysis.reading.files import open_raw, where
from forewatch.analysis.reading.noting import Problems, shown
from forewatch.analysis.reading.raw import FILE, ROW, Input, Raw
from forewatch.analysis.schema import AREAS, EVENTS, RECORD_KEYS, SUBJECTS

_SHOWN = 20

_SCHEMAS = {"subjects": SUBJECTS, "records": RECORD_KEYS, "events": EVENTS, "areas": AREAS}


@dataclass
class Accepted:
    """What was accepted: rows by table, rows set aside, and what was noticed on the way."""

    rows: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    notes: list[str] = field(default_factory=list)


def accept(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    inputs: Mapping[str, Input],
    as_of: date,
    *,
    set_bad_rows_aside: bool = False,
    encoding: str = "utf-8",
) -> Accepted:
    """Make the accepted tables from `inputs` (`subjects`, `records`, perhaps `events` and `areas`).

    Raises InputError when a file cannot be read, or a row is bad and bad rows are not set aside. Otherwise
    bad rows are in the table `problems` (table, file, line, column, value, reason) and in no accepted table.
    """
    work = _Work(connection, definition, as_of, Problems(connection, encoding))
    for name in ("areas", "subjects", "records", "events"):
        source = inputs.get(name)
        if source is None:
            work.leave_out(name)
            continue
        with in_plain_words(where(name, source)):
            work.read(name, source)
    if work.problems.count() and not set_bad_rows_aside:
        first = list(work.problems.first(_SHOWN))
        bad = work.problems.bad_rows()
        raise InputError(shown(first, bad), first, bad)
    return work.finish()


@contextmanager
def in_plain_words(source: str) -> Iterator[None]:
    """Turn what DuckDB says of a file's content into an InputError; the machine's own failures stay."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as problem:
        said = str(problem).split("\n", 1)[0].rstrip(".")
        raise InputError(f"{source}: this cannot be read ({said}). Export or copy it again.") from problem


@dataclass
class _Work:
    connection: duckdb.DuckDBPyConnection
    definition: Definition
    as_of: date
    problems: Problems
    accepted: Accepted = field(default_factory=Accepted)

    def read(self, name: str, source: Input) -> None:
        """Check one table and make its accepted view."""
        raw = open_raw(self.connection, name, source, self.problems.encoding)
        self._check_columns(name, raw)
        before = self.problems.count()
        self.problems.opened(name, raw)
        columns = list(self._columns(name, raw))
        if not self._check_rows(name, raw, columns):
            columns = [replace(column, accepted=column.plain or column.accepted) for column in columns]
        check_across(self.problems, name, self.as_of)
        self._make(name, raw, columns, bad=self.problems.count() > before)

    # Columns

    def _check_columns(self, name: str, raw: Raw) -> None:
        """Refuse a table that lacks a column, or spells one in a way that would leave it unread."""
        schema = _SCHEMAS[name]
        known = {*schema.names, *(self.definition.variables if name == "records" else ())}
        unread = [column for column in raw.columns() if column not in known]
        meant = {one.lower(): one for one in known}
        for column in unread:
            if column.strip().lower() in meant:
                right = meant[column.strip().lower()]
                raise InputError(
                    f"{self._where(name, raw)}: the column {column!r} must be written {right!r}."
                )
        for needed in (one.name for one in schema if not one.nullable):
            if needed not in raw.types:
                near = get_close_matches(needed, raw.columns(), 1)
                hint = f" Is it the column {near[0]!r}?" if near else ""
                raise InputError(f"{self._where(name, raw)}: the column {needed!r} is missing.{hint}")
        if name == "records" and unread:
            listed = ", ".join(unread[:8]) + (", ..." if len(unread) > 8 else "")
            self.accepted.notes.append(f"Columns of records that this index does not read: {listed}.")

    def _where(self, name: str, raw: Raw) -> str:
        found = rows(self.connection, f"SELECT any_value({FILE}) FROM {raw.relation}")
        return found[0][0] or f"the {name} table"

    def _columns(self, name: str, raw: Raw) -> Iterator[Column]:
        if name == "subjects":
            return checks.subject_columns(raw.types)
        if name == "records":
            return checks.record_columns(raw.types, self.definition)
        if name == "events":
            return checks.event_columns(raw.types, self.definition)
        return checks.area_columns(raw.types)

    # Rows

    def _check_rows(self, name: str, raw: Raw, columns: list[Column]) -> bool:
        """Note every row that fails a check, and return whether any was suspect; one scan tells."""
        anything = " OR ".join(f"({column.suspect()})" for column in columns)
        if not number(self.connection, f"SELECT count(*) FROM {raw.relation} WHERE {anything}"):
            return False
        rows(
            self.connection,
            f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT * FROM {raw.relation} WHERE {anything}",
        )
        for column in columns:
            for check in column.checks:
                self.problems.find(name, check, "suspects")
        rows(self.connection, "DROP TABLE suspects")
        return True

    # The accepted tables

    def _make(self, name: str, raw: Raw, columns: list[Column], *, bad: bool) -> None:
        chosen = ", ".join(f"{column.accepted} AS {quoted(column.name)}" for column in columns if column.name)
        good = ""
        if bad:
            rows(
                self.connection,
                f'CREATE OR REPLACE TABLE bad_{name} AS SELECT DISTINCT file, "row" FROM problems '
                f'WHERE "table" = \'{name}\' AND "row" IS NOT NULL',
            )
            good = f' AS raw ANTI JOIN bad_{name} AS bad ON bad.file = raw.{FILE} AND bad."row" = raw.{ROW}'
        rows(self.connection, f"CREATE OR REPLACE VIEW {name} AS SELECT {chosen} FROM {raw.relation}{good}")
        self.accepted.rows[name] = number(self.connection, f"SELECT count(*) FROM {name}")

    def leave_out(self, name: str) -> None:
        """Do without a table; only `areas` and `events` may be left out."""
        if name in ("subjects", "records"):
            raise InputError(f"The {name} table is missing; name a file or folder for it.")
        if name == "events":
            rows(
                self.connection,
                "CREATE OR REPLACE TABLE events (subject_level VARCHAR, subject_id VARCHAR, event VARCHAR, "
                "occurred_on DATE, ended_on DATE, received_on DATE, source_id VARCHAR, "
                "taken_back_on DATE)",
            )
        self.accepted.rows[name] = 0

    def finish(self) -> Accepted:
        """Return what was accepted, after making areas of the codes found if none were given."""
        if "areas" not in self.problems.raws:
            rows(
                self.connection,
                "CREATE OR REPLACE TABLE areas AS SELECT area_code, NULL::VARCHAR AS parent_code, "
                "NULL::VARCHAR AS level, NULL::VARCHAR AS name FROM ("
                f"SELECT area_code FROM subjects WHERE {assessed_on(self.as_of)} UNION "
                f"SELECT home_area_code FROM subjects WHERE home_area_code IS NOT NULL "
                f"AND {assessed_on(self.as_of)})",
            )
        self.accepted.set_aside = self.problems.bad_rows()
        if self.accepted.set_aside:
            self.problems.number_lines()
        return self.accepted
