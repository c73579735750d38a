"""One question to the index: who, from what was known, on which date; answered by one of the engines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from forewatch.analysis import schema
from forewatch.analysis.database import number, opened, rows, table
from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition
from forewatch.analysis.plan.names import text
from forewatch.analysis.reading import Accepted, Input, accept
from forewatch.analysis.reading.files import as_table
from forewatch.analysis.tables import Results, Tables

EngineName = Literal["duckdb", "memory", "spark"]
ENGINES: tuple[EngineName, ...] = ("duckdb", "memory", "spark")

Progress = Callable[[int, int], None]
"""Called with the number of people assessed so far, and in all."""

MEMORY_PER_THREAD, FEWEST_THREADS = 150, 2
"""Megabytes (DuckDB advises 125 or more); what is larger goes to disk and is read again."""


@dataclass(frozen=True)
class Question:
    """A definition, a date, and perhaps the date by which things had to be known."""

    definition: Definition
    as_of: date
    known_by: date | None = None


@dataclass
class Summary:
    """What a run did: rows accepted by table, rows set aside, people by band, and what was noticed."""

    rows: Mapping[str, int]
    set_aside: int
    notes: list[str]
    people: int = 0
    bands: dict[str, int] = field(default_factory=dict)
    unlisted: dict[str, int] = field(default_factory=dict)
    areas: pa.Table = None
    """The areas reported on (`schema.AREAS`): those given, else the codes found."""


def score(
    definition: Definition | str | Path,
    *,
    subjects: Any,
    records: Any,
    events: Any = None,
    areas: Any = None,
    as_of: date | str,
    known_by: date | str | None = None,
    engine: EngineName = "duckdb",
) -> Results:
    """Return assessments, households and areas as Arrow tables.

    `definition` is a Definition, a YAML file or the id of a shipped index; the tables are Arrow, pandas or
    Polars tables or paths, with the columns of index-spec section 1. Raises DefinitionError or InputError.
    """
    given = {"subjects": subjects, "records": records, "events": events, "areas": areas}
    question = Question(_definition(definition), _date(as_of), _date(known_by) if known_by else None)
    with tempfile.TemporaryDirectory(prefix="forewatch-") as scratch:
        run(
            question,
            {name: _input(one) for name, one in given.items() if one is not None},
            Path(scratch),
            engine,
        )
        return read_results(Path(scratch), question.definition)


def _definition(definition: Definition | str | Path) -> Definition:
    return definition if isinstance(definition, Definition) else load_definition(definition)


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _input(value: Any) -> Input:
    if isinstance(value, (str, Path)):
        return value
    table = as_table(value)
    if table is None:
        raise TypeError(f"{type(value).__name__} is neither a path nor a table that speaks Arrow.")
    return table


def read_results(folder: Path, definition: Definition) -> Results:
    """Return the tables that a run wrote into a folder, sorted."""
    tables = []
    for name, wanted, order in (
        ("assessments", schema.assessments(definition), ["person_id"]),
        ("households", schema.households(definition), ["household_id"]),
        ("areas", schema.area_rows(), ["area_code", "by", "sex", "age_band"]),
    ):
        found = pq.read_table(folder / f"{name}.parquet").cast(wanted)
        keys = [(one, "ascending", "at_start") for one in order]
        tables.append(found.take(pc.sort_indices(found, keys)))
    return Results(*tables)


@contextmanager
def workspace(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that works in a scratch folder and keeps within its memory."""
    with opened() as connection:
        threads = number(connection, "SELECT current_setting('threads')")
        limit = MEMORY_PER_THREAD * max(threads, FEWEST_THREADS)
        rows(connection, f"SET memory_limit = '{limit}MB'")
        rows(connection, f"SET temp_directory = {text(str(scratch / 'spill'))}")
        rows(connection, "SET preserve_insertion_order = false")
        # Nothing is fetched from the network, not even a part of DuckDB.
        rows(connection, "SET autoinstall_known_extensions = false")
        rows(connection, "SET autoload_known_extensions = false")
        yield connection


def run(
    question: Question,
    inputs: Mapping[str, Input],
    out: Path,
    engine: EngineName = "duckdb",
    *,
    set_bad_rows_aside: bool = False,
    encoding: str = "utf-8",
    progress: Progress | None = None,
) -> Summary:
    """Score into `out`: assessments, households and areas (.parquet), and set-aside.csv for bad rows.

    Raises InputError when there are bad rows and they are not set aside, and when a file cannot be read.
    """
    # Beside the answers: whoever keeps those to one place means all of it, also when this is killed.
    with (
        tempfile.TemporaryDirectory(prefix="forewatch-", dir=out) as scratch,
        workspace(Path(scratch)) as connection,
    ):
        accepted = accept(
            connection,
            question.definition,
            inputs,
            question.as_of,
            set_bad_rows_aside=set_bad_rows_aside,
            encoding=encoding,
        )
        if accepted.set_aside:
            write_set_aside(connection, out / "set-aside.csv")
        return _answer(question, connection, accepted, out, engine, progress)


def _answer(
    question: Question,
    connection: duckdb.DuckDBPyConnection,
    accepted: Accepted,
    out: Path,
    engine: EngineName,
    progress: Progress | None,
) -> Summary:
    summary = Summary(accepted.rows, accepted.set_aside, accepted.notes, unlisted=_unlisted(connection))
    if engine == "memory":
        from forewatch.analysis.engines import memory

        results = memory.run(
            question.definition, _tables(connection, question), question.as_of, question.known_by
        )
        _write(results, out)
    elif engine == "spark":
        from forewatch.analysis.engines import spark

        _write(spark.run(question.definition, connection, question.as_of, question.known_by), out)
    else:
        from forewatch.analysis.engines import duckdb as default_engine

        default_engine.run(question.definition, connection, question.as_of, question.known_by, out, progress)
    _count_bands(out, summary)
    summary.areas = table(connection, "SELECT area_code, parent_code, level, name FROM areas").cast(
        schema.AREAS
    )
    return summary


def _tables(connection: duckdb.DuckDBPyConnection, question: Question) -> Tables:
    wanted = {
        "subjects": schema.SUBJECTS,
        "records": schema.records(question.definition),
        "events": schema.EVENTS,
        "areas": schema.AREAS,
    }
    tables = {}
    for name, columns in wanted.items():
        listed = ", ".join(f'"{column}"' for column in columns.names)
        tables[name] = table(connection, f"SELECT {listed} FROM {name}").cast(columns)
    return Tables(**tables)


def _write(results: Results, out: Path) -> None:
    for name, result in results._asdict().items():
        pq.write_table(result, out / f"{name}.parquet", compression="zstd")


def _unlisted(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the records and events about subjects that are not listed; they are ignored."""
    listed = {
        "person": "SELECT person_id FROM subjects",
        "household": "SELECT household_id FROM subjects",
        "area": "SELECT area_code FROM areas",
    }
    counts = {}
    for name in ("records", "events"):
        total = 0
        for level, subjects in listed.items():
            total += number(
                connection,
                f"SELECT count(*) FROM {name} AS r ANTI JOIN ({subjects}) AS s (subject_id) "
                f"ON s.subject_id = r.subject_id WHERE r.subject_level = '{level}'",
            )
        counts[name] = total
    return counts


def _count_bands(out: Path, summary: Summary) -> None:
    counted = duckdb.execute(
        "SELECT band, count(*) FROM read_parquet(?) GROUP BY band", [str(out / "assessments.parquet")]
    ).fetchall()
    summary.bands = {band: dict(counted).get(band, 0) for band in schema.BANDS}
    summary.people = sum(summary.bands.values())


def write_set_aside(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the rows that were set aside, one line per reason."""
    rows(
        connection,
        'COPY (SELECT "table", file, line, "column", value, reason FROM problems ORDER BY ALL) '
        f"TO {text(str(path))} (FORMAT csv, HEADER)",
    )
