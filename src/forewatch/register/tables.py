"""The register as the index reads it (index-spec section 1): pseudonyms, places, answers and events. No name.

Rows stream out of the database as text and into Parquet through DuckDB, which also takes the answers apart:
memory stays flat, and decimals are never floats. Ids are 32 hexadecimal digits. What was said of a person who
turned out to be another counts for the one who was kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from django.db import connection

from forewatch.analysis.definition import Definition, Kind, Variable

NAMES = ("subjects", "records", "events")
_ROWS = 20_000

_SUBJECTS = """
SELECT {id:p.id} AS person_id, {id:m.household_id} AS household_id, a.code AS area_code,
  COALESCE(h.code, '') AS home_area_code, p.sex AS sex, {day:p.birth_date} AS birth_date,
  {day:(CASE WHEN m.valid_from < r.valid_from THEN r.valid_from ELSE m.valid_from END)} AS valid_from,
  {day:(CASE WHEN m.valid_to IS NULL THEN r.valid_to WHEN r.valid_to IS NULL THEN m.valid_to
    WHEN m.valid_to < r.valid_to THEN m.valid_to ELSE r.valid_to END)} AS valid_to
FROM register_person p
JOIN register_membership m ON m.person_id = p.id
JOIN register_residence r ON r.household_id = m.household_id
  AND (r.valid_to IS NULL OR m.valid_from < r.valid_to) AND (m.valid_to IS NULL OR r.valid_from < m.valid_to)
JOIN places_area a ON a.id = r.area_id
LEFT JOIN places_area h ON h.id = p.home_area_id
WHERE p.merged_into_id IS NULL
"""

_SUBJECT = """
  t.level AS subject_level,
  CASE t.level WHEN 'person' THEN {id:COALESCE(p.merged_into_id, p.id)}
    WHEN 'household' THEN {id:t.household_id} ELSE a.code END AS subject_id
"""
_JOINS = """
LEFT JOIN register_person p ON p.id = t.person_id
LEFT JOIN places_area a ON a.id = t.area_id
JOIN register_source s ON s.id = t.source_id
"""

_RECORDS = f"""
SELECT {{id:t.id}} AS record_id, {_SUBJECT}, {{day:t.observed_on}} AS observed_on,
  {{day:t.received_on}} AS received_on, s.code AS source_id, t.grade AS grade, t.root AS root_id,
  COALESCE({{id:t.supersedes_id}}, '') AS supersedes, {{text:t."values"}} AS "values"
FROM register_record t {_JOINS}
"""

_EVENTS = f"""
SELECT {_SUBJECT}, t.event AS event, {{day:t.occurred_on}} AS occurred_on, {{day:t.ended_on}} AS ended_on,
  {{day:t.received_on}} AS received_on, s.code AS source_id
FROM register_event t {_JOINS}
"""

_DAYS = frozenset(
    {"birth_date", "valid_from", "valid_to", "observed_on", "received_on", "occurred_on", "ended_on"}
)


def write(folder: Path, definition: Definition) -> dict[str, Path]:
    """Write `subjects`, `records` and `events` as Parquet into `folder`, and return the files by name."""
    with _work() as work:
        return {name: _written(work, name, folder / f"{name}.parquet", definition) for name in NAMES}


def tables(definition: Definition) -> dict[str, pa.Table]:
    """Return `subjects`, `records` and `events` as Arrow tables; for registers that fit into memory."""
    with _work() as work:
        return {name: work.sql(_selected(work, name, definition)).to_arrow_table() for name in NAMES}


@contextmanager
def _work() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as work:
        work.execute("SET memory_limit = '512MB'; SET preserve_insertion_order = false")
        yield work


def _written(work: duckdb.DuckDBPyConnection, name: str, file: Path, definition: Definition) -> Path:
    work.execute(f"COPY ({_selected(work, name, definition)}) TO '{_quoted(file)}' (FORMAT parquet)")
    return file


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _selected(work: duckdb.DuckDBPyConnection, name: str, definition: Definition) -> str:
    """Return the DuckDB query of a table, whose rows stream from our database when it runs."""
    statement = {"subjects": _SUBJECTS, "records": _RECORDS, "events": _EVENTS}[name]
    reader = _stream(_dialect(statement))
    work.register(name, reader)
    columns = [_column(one) for one in reader.schema.names if one != "values"]
    if name == "records":
        columns += [_variable(one) for one in definition.variables.values()]
        shape = ", ".join(f'"{one}":"VARCHAR"' for one in definition.variables)
        return (
            f"SELECT {', '.join(columns)} FROM "
            f"(SELECT *, json_transform(\"values\", '{{{shape}}}') AS said FROM {name})"
        )
    return f"SELECT {', '.join(columns)} FROM {name}"


def _column(name: str) -> str:
    kind = "DATE" if name in _DAYS else "VARCHAR"
    return f'CAST(NULLIF("{name}", \'\') AS {kind}) AS "{name}"'


def _variable(one: Variable) -> str:
    kinds = {Kind.BOOLEAN: "BOOLEAN", Kind.CHOICE: "VARCHAR", Kind.INTEGER: "BIGINT"}
    kind = kinds.get(one.kind, f"DECIMAL(18, {one.scale})")
    return f'CAST(said."{one.name}" AS {kind}) AS "{one.name}"'


# Both databases give text: types that an empty first row would hide are DuckDB's to set.


def _dialect(statement: str) -> str:
    """Fill in how this database writes an id, a day and JSON as text, with '' for nothing."""
    forms = {
        "sqlite": {"id": "{}", "day": "COALESCE({}, '')", "text": "{}"},
        "postgresql": {
            "id": "replace(CAST({} AS text), '-', '')",
            "day": "COALESCE(CAST({} AS text), '')",
            "text": "CAST({} AS text)",
        },
    }[connection.vendor]
    return statement.format(**{name: _Form(form) for name, form in forms.items()})


class _Form:
    """Writes `{day:t.ended_on}` as this database's expression around `t.ended_on`."""

    def __init__(self, form: str) -> None:
        self.form = form

    def __format__(self, expression: str) -> str:
        return self.form.format(expression)


def _stream(statement: str) -> pa.RecordBatchReader:
    cursor = connection.chunked_cursor()
    cursor.execute(statement)
    first = cursor.fetchmany(_ROWS)
    schema = pa.schema([(one[0], pa.string()) for one in cursor.description])

    def batches() -> Iterator[pa.RecordBatch]:
        rows = first
        while rows:
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
            rows = cursor.fetchmany(_ROWS)
        cursor.close()

    return pa.RecordBatchReader.from_batches(schema, batches())
