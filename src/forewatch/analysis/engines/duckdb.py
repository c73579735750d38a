"""The default engine: the plan's statements on DuckDB, in buckets of people so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis import schema
from forewatch.analysis.database import batches, rows, table
from forewatch.analysis.definition import Definition
from forewatch.analysis.engines.run import Run
from forewatch.analysis.plan import rollups

PEOPLE_PER_BUCKET = 500_000
_ROW_GROUP = 1 << 17
_IDS = ("person_id", "household_id")
_SOUGHT = (*_IDS, "area_code")


@dataclass(frozen=True)
class DuckDBStore:
    """Tables in a DuckDB connection."""

    connection: duckdb.DuckDBPyConnection

    def make(self, name: str, query: str) -> None:
        rows(self.connection, f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def add(self, name: str, query: str) -> None:
        rows(self.connection, f"INSERT INTO {name} {query}")

    def view(self, name: str, query: str) -> None:
        rows(self.connection, f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def load(self, name: str, small: pa.Table) -> None:
        # Read where it lies: nothing is copied, however large it is.
        self.connection.register(name, small)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self.connection, query)

    def fetch(self, query: str) -> pa.Table:
        return table(self.connection, query)


def run(
    definition: Definition,
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    known_by: date | None,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
    people_per_bucket: int | None = None,
) -> None:
    """Score what the connection holds and write the result tables into `out`."""
    one = Run(DuckDBStore(connection), definition, as_of, known_by, people_per_bucket or PEOPLE_PER_BUCKET)
    done = 0
    with (
        Writer(out / "assessments.parquet", schema.assessments(definition)) as assessments,
        Writer(out / "households.parquet", schema.households(definition)) as households,
    ):
        for people_here in one.buckets():
            # A run of one bucket is small enough to be sorted; of several, each holds a range of households.
            order = "ORDER BY ALL" if people_here == one.total else ""
            assessments.write(_shown(one.assessed, assessments.schema, order="person_id" if order else ""))
            households.write(table(connection, f"{rollups.households(definition)} {order}"))
            done += people_here
            if progress is not None:
                progress(done, one.total)
        one.finish()
    with Writer(out / "areas.parquet", schema.area_rows()) as figures:
        # There are as many figures as areas, sexes and ages make: they are written as they are read.
        for some in batches(connection, "SELECT * FROM area_figures ORDER BY ALL NULLS FIRST", _ROW_GROUP):
            figures.write(some)


def _shown(assessed: pa.Table, columns: pa.Schema, *, order: str) -> pa.Table:
    """Return the columns that are written, sorted if they are to be."""
    found = assessed.select(columns.names)
    return found.sort_by(order) if order else found


class Writer:
    """A Parquet file that grows by tables; each is written by a thread while the next is computed."""

    def __init__(self, path: Path, columns: pa.Schema) -> None:
        self.schema = columns
        # Dictionaries pay where words recur, as ids do not; statistics where somebody looks one up.
        words = [
            f"{one.name}.list.element" if pa.types.is_list(one.type) else one.name
            for one in columns
            if pa.types.is_list(one.type) or pa.types.is_string(one.type)
            if one.name not in _IDS
        ]
        self._file = pq.ParquetWriter(
            path, columns, compression="zstd", use_dictionary=words, write_statistics=list(_SOUGHT)
        )
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self._file.close()
        self._finish_last()

    def write(self, rows_to_write: pa.Table) -> None:
        """Write a table after the one before; raises what went wrong with that one."""
        self._finish_last()
        self._last = self._thread.submit(self._write, rows_to_write)

    def _finish_last(self) -> None:
        if self._last is not None:
            self._last.result()

    def _write(self, rows_to_write: pa.Table) -> None:
        self._file.write_table(rows_to_write.cast(self.schema), row_group_size=_ROW_GROUP)
