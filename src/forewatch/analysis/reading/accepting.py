"""Checks the raw tables of a run and makes the accepted ones: `subjects, records, events, areas`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

import duckdb

from forewatch.analysis.database import number, rows
from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.plan.names import quoted, text
from forewatch.analysis.plan.people import assessed_on, in_force_on
from forewatch.analysis.problems import InputError, RowProblem
from forewatch.analysis.reading import checks
from forewatch.analysis.reading.checks import Check, Column
from forewatch.analysis.reading.files import FILE, ROW, Input, Raw, line_numbers, open_raw
from forewatch.analysis.schema import AREAS, EVENTS, RECORD_KEYS, SUBJECTS

_SHOWN = 20

NEEDED: Mapping[str, tuple[str, ...]] = {
    name: tuple(one.name for one in schema if not one.nullable)
    for name, schema in (
        ("subjects", SUBJECTS),
        ("records", RECORD_KEYS),
        ("events", EVENTS),
        ("areas", AREAS),
    )
}


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
    bad rows are in the table `problems` (table, file, row, column, value, reason) and in no accepted table.
    """
    work = _Work(connection, definition, as_of, encoding)
    for name in ("areas", "subjects", "records", "events"):
        work.read(name, inputs.get(name))
    if work.any_bad() and not set_bad_rows_aside:
        raise work.refusal()
    return work.finish()


@dataclass
class _Work:
    connection: duckdb.DuckDBPyConnection
    definition: Definition
    as_of: date
    encoding: str
    accepted: Accepted = field(default_factory=Accepted)
    raws: dict[str, Raw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows(
            self.connection,
            'CREATE OR REPLACE TABLE problems ("table" VARCHAR, file VARCHAR, "row" BIGINT, '
            '"column" VARCHAR, value VARCHAR, reason VARCHAR, at_line BOOLEAN)',
        )

    def read(self, name: str, source: Input | None) -> None:
        """Check one table and make its accepted view; `areas` and `events` may be left out."""
        if source is None:
            self._leave_out(name)
            return
        raw = open_raw(self.connection, name, source, self.encoding)
        self.raws[name] = raw
        self._needed_columns(name, raw)
        for one in raw.broken:
            self._note_problem(name, one)
        columns = list(self._columns(name, raw))
        bad = self._bad(raw, name, columns)
        bad |= self._cross_row(name, raw)
        self._make(name, raw, columns, bad)

    # Columns

    def _needed_columns(self, name: str, raw: Raw) -> None:
        for needed in NEEDED[name]:
            if needed not in raw.types:
                near = get_close_matches(needed, raw.columns(), 1)
                hint = f" Is it the column {near[0]!r}?" if near else ""
                raise InputError(f"{self._where(name)}: the column {needed!r} is missing.{hint}")
        if name == "records":
            known = {*self.definition.variables, *RECORD_KEYS.names}
            unread = [column for column in raw.columns() if column not in known]
            if unread:
                listed = ", ".join(unread[:8]) + (", ..." if len(unread) > 8 else "")
                self.accepted.notes.append(f"Columns of records that this index does not read: {listed}.")

    def _where(self, name: str) -> str:
        found = rows(self.connection, f"SELECT any_value({FILE}) FROM {self.raws[name].relation}")
        return found[0][0] or f"the {name} table"

    def _columns(self, name: str, raw: Raw) -> Iterable[Column]:
        make: Mapping[str, Callable[[], Iterator[Column]]] = {
            "subjects": lambda: checks.subject_columns(raw.types),
            "records": lambda: checks.record_columns(raw.types, self.definition),
            "events": lambda: checks.event_columns(raw.types, self.definition),
            "areas": lambda: checks.area_columns(raw.types),
        }
        return make[name]()

    # Rows

    def _count(self, query: str) -> int:
        return number(self.connection, query)

    def _bad(self, raw: Raw, name: str, columns: list[Column]) -> bool:
        """Write down every row that fails a check; one scan suffices when all rows are good."""
        anything = " OR ".join(f"({column.suspect()})" for column in columns)
        if not self._count(f"SELECT count(*) FROM {raw.relation} WHERE {anything}"):
            return bool(raw.broken)
        rows(
            self.connection,
            f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT * FROM {raw.relation} WHERE {anything}",
        )
        for column in columns:
            for check in column.checks:
                self._write_problems(name, "suspects", check)
        return True

    def _write_problems(self, name: str, relation: str, check: Check) -> None:
        known = self.raws[name].types
        value = f"CAST({quoted(check.column)} AS VARCHAR)" if check.column in known else "NULL"
        rows(
            self.connection,
            f"INSERT INTO problems SELECT {text(name)}, {FILE}, {ROW}, {text(check.column)}, {value}, "
            f"{text(check.reason)}, FALSE FROM {relation} WHERE {check.wrong}",
        )

    def _note_problem(self, name: str, one: RowProblem) -> None:
        row = [name, one.file, one.line, one.column, one.value, one.reason, True]
        rows(self.connection, "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    # What only several rows together show

    def _cross_row(self, name: str, raw: Raw) -> bool:
        before = self._count("SELECT count(*) FROM problems")
        if name == "areas":
            self._check_tree(raw)
        if name == "records":
            self._check_unique(name, raw, "record_id", "TRUE", "this record_id stands in more than one row.")
            self._check_areas(name, raw, "subject_id", f"subject_level = '{Level.AREA}'")
        if name == "subjects":
            self._check_in_force(raw)
            self._check_areas(name, raw, "area_code")
            self._check_areas(name, raw, "home_area_code")
        if name == "events":
            self._check_areas(name, raw, "subject_id", f"subject_level = '{Level.AREA}'")
        return self._count("SELECT count(*) FROM problems") > before

    def _check_unique(self, name: str, raw: Raw, column: str, among: str, reason: str) -> None:
        # Where all hashes differ all ids differ; only if some are equal are the ids themselves compared.
        hashed = f"hash(CAST({quoted(column)} AS VARCHAR))"
        if self._count(
            f"SELECT count(*) - count(DISTINCT {hashed}) FROM {raw.relation} "
            f"WHERE {quoted(column)} IS NOT NULL AND ({among})"
        ):
            twice = (
                f"{quoted(column)} IN (SELECT {quoted(column)} FROM {raw.relation} WHERE {among} "
                f"GROUP BY {quoted(column)} HAVING count(*) > 1) AND ({among})"
            )
            self._write_problems(name, raw.relation, Check(column, twice, reason))

    def _check_in_force(self, raw: Raw) -> None:
        types = raw.types
        dates = {
            name: checks.date(name, types[name], needed=False).accepted
            if name in types
            else "CAST(NULL AS DATE)"
            for name in ("valid_from", "valid_to")
        }
        if {"valid_from", "valid_to"} <= types.keys():
            empty = f"{dates['valid_to']} <= {dates['valid_from']}"
            reason = "valid_to must be after valid_from."
            self._write_problems("subjects", raw.relation, Check("valid_to", empty, reason))
        in_force = in_force_on(self.as_of)
        for name, sql in dates.items():
            in_force = in_force.replace(name, f"({sql})")
        reason = f"this person has two rows in force on {self.as_of}; end one with valid_to."
        self._check_unique("subjects", raw, "person_id", in_force, reason)

    def _check_areas(self, name: str, raw: Raw, column: str, among: str = "TRUE") -> None:
        if "areas" not in self.raws or column not in raw.types:
            return
        code = f"nullif(CAST({quoted(column)} AS VARCHAR), '')"
        unknown = f"{code} NOT IN (SELECT area_code FROM areas) AND ({among})"
        if self._count(f"SELECT count(*) FROM {raw.relation} WHERE {unknown}"):
            check = Check(column, unknown, "this area code is not in the areas table.")
            self._write_problems(name, raw.relation, check)

    def _check_tree(self, raw: Raw) -> None:
        """Write down areas that stand twice, have no parent, or are their own ancestor."""
        self._check_unique("areas", raw, "area_code", "TRUE", "this area code stands in more than one row.")
        if "parent_code" not in raw.types:
            return
        orphan = (
            f"nullif(CAST(parent_code AS VARCHAR), '') NOT IN "
            f"(SELECT CAST(area_code AS VARCHAR) FROM {raw.relation} WHERE area_code IS NOT NULL)"
        )
        reason = "this parent is not an area of the table."
        self._write_problems("areas", raw.relation, Check("parent_code", orphan, reason))
        pairs = rows(self.connection, f"SELECT area_code, parent_code FROM {raw.relation}")
        circle = _in_a_circle({str(code): str(parent) for code, parent in pairs if parent not in (None, "")})
        if circle:
            listed = ", ".join(text(code) for code in circle)
            reason = "this area is its own ancestor; mend the parents."
            check = Check("parent_code", f"CAST(area_code AS VARCHAR) IN ({listed})", reason)
            self._write_problems("areas", raw.relation, check)

    # The accepted tables

    def _make(self, name: str, raw: Raw, columns: list[Column], bad: bool) -> None:
        chosen = ", ".join(f"{column.accepted} AS {quoted(column.name)}" for column in columns if column.name)
        good = ""
        if bad:
            # Kept apart from `problems`, whose row numbers become line numbers.
            rows(
                self.connection,
                f'CREATE OR REPLACE TABLE bad_{name} AS SELECT DISTINCT file, "row" FROM problems '
                f"WHERE \"table\" = '{name}' AND NOT at_line",
            )
            good = f' AS raw ANTI JOIN bad_{name} AS bad ON bad.file = raw.{FILE} AND bad."row" = raw.{ROW}'
        rows(self.connection, f"CREATE OR REPLACE VIEW {name} AS SELECT {chosen} FROM {raw.relation}{good}")
        self.accepted.rows[name] = self._count(f"SELECT count(*) FROM {name}")

    def _leave_out(self, name: str) -> None:
        if name == "events":
            rows(
                self.connection,
                "CREATE OR REPLACE TABLE events (subject_level VARCHAR, subject_id VARCHAR, event VARCHAR, "
                "occurred_on DATE, ended_on DATE, received_on DATE, source_id VARCHAR)",
            )
        elif name != "areas":
            raise InputError(f"The {name} table is missing; name a file or folder for it.")
        self.accepted.rows[name] = 0

    def any_bad(self) -> bool:
        return self._count("SELECT count(*) FROM problems") > 0

    def refusal(self) -> InputError:
        """Return the error that names the first bad rows."""
        bad = self._count('SELECT count(*) FROM (SELECT DISTINCT "table", file, "row" FROM problems)')
        message = f"{bad} bad row{'s' if bad != 1 else ''}; nothing was written."
        if bad > _SHOWN:
            message += f" The first {_SHOWN} problems:"
        return InputError(message, list(self.problems(_SHOWN)), bad)

    def problems(self, most: int | None = None) -> Iterator[RowProblem]:
        """Yield what is wrong, by file and row, with lines for CSV files."""
        number_lines(self.connection, self.raws, self.encoding, most)
        limit = f" LIMIT {most}" if most is not None else ""
        query = f'SELECT file, "row", "column", value, reason FROM problems ORDER BY ALL{limit}'
        for file, row, column, value, reason in rows(self.connection, query):
            yield RowProblem(file, row, column, value or "", reason)

    def finish(self) -> Accepted:
        if "areas" not in self.raws:
            rows(
                self.connection,
                "CREATE OR REPLACE TABLE areas AS SELECT area_code, NULL::VARCHAR AS parent_code, "
                "NULL::VARCHAR AS level, NULL::VARCHAR AS name FROM ("
                f"SELECT area_code FROM subjects WHERE {assessed_on(self.as_of)} UNION "
                f"SELECT home_area_code FROM subjects WHERE home_area_code IS NOT NULL "
                f"AND {assessed_on(self.as_of)})",
            )
        self.accepted.set_aside = self._count(
            'SELECT count(*) FROM (SELECT DISTINCT "table", file, "row" FROM problems)'
        )
        if self.accepted.set_aside:
            number_lines(self.connection, self.raws, self.encoding, None)
        return self.accepted


def number_lines(
    connection: duckdb.DuckDBPyConnection, raws: Mapping[str, Raw], encoding: str, most: int | None
) -> None:
    """Turn row numbers of CSV files into the lines those rows begin on, in the table `problems`."""
    for raw in raws.values():
        for file in raw.text_files:
            limit = f" ORDER BY 1 LIMIT {most}" if most is not None else ""
            found = rows(
                connection,
                f'SELECT DISTINCT "row" FROM problems WHERE file = ? AND NOT at_line{limit}',
                [file],
            )
            broken = [one.line for one in raw.broken if one.file == file]
            lines = line_numbers(file, [row[0] for row in found], encoding, broken) if found else {}
            for row, line in lines.items():
                rows(
                    connection,
                    'UPDATE problems SET "row" = ?, at_line = TRUE '
                    'WHERE file = ? AND "row" = ? AND NOT at_line',
                    [line, file, row],
                )


def _in_a_circle(parents: Mapping[str, str]) -> list[str]:
    """Return the areas that are their own ancestors."""
    found = []
    for code in parents:
        seen, above = {code}, parents.get(code)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == code:
            found.append(code)
    return found
