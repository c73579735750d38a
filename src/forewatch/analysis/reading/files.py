"""From files and tables to raw relations in DuckDB."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from forewatch.analysis.database import number, rows
from forewatch.analysis.plan.names import text
from forewatch.analysis.problems import InputError
from forewatch.analysis.reading.csv_files import from_csv
from forewatch.analysis.reading.raw import FILE, FILE_ROW_NUMBER, ROW, Input, Raw, check_names, described

ENCODINGS = ("utf-8", "cp874")
_SUFFIXES = (".csv", ".parquet")


def as_table(value: Any) -> pa.Table | None:
    """Return an Arrow table for anything that speaks Arrow (Arrow, Polars, pandas, DuckDB), else null."""
    if isinstance(value, pa.Table):
        return value
    if hasattr(value, "__arrow_c_stream__"):
        return pa.table(value)
    if hasattr(value, "to_arrow"):
        return value.to_arrow()
    return None


def open_raw(connection: duckdb.DuckDBPyConnection, name: str, source: Input, encoding: str) -> Raw:
    """Return the raw relation of one input table; raises InputError when a file cannot be read."""
    if isinstance(source, pa.Table):
        return _from_table(connection, name, source)
    files = list(source) if isinstance(source, tuple) else _files(Path(source), name)
    kinds = {file.suffix.lower() for file in files}
    if kinds == {".parquet"}:
        return _from_parquet(connection, name, files)
    if kinds == {".csv"}:
        return from_csv(connection, name, files, encoding)
    raise InputError(
        f"{source}: {name} mixes CSV and Parquet files; put one kind into a folder, or name one file."
    )


def where(name: str, source: Input) -> str:
    """Return what to call an input table in a message."""
    if isinstance(source, pa.Table):
        return f"the {name} table"
    return ", ".join(str(one) for one in source) if isinstance(source, tuple) else str(source)


def _files(source: Path, name: str) -> list[Path]:
    if not source.exists():
        raise InputError(f"{source}: there is no such file or folder for {name}.")
    if source.is_dir():
        # Names that begin with a dot are leavings of the system, not somebody's data.
        found = sorted(
            one
            for one in source.rglob("*")
            if one.suffix.lower() in _SUFFIXES and one.is_file() and not one.name.startswith(".")
        )
        if not found:
            raise InputError(f"{source}: the folder for {name} holds no .csv or .parquet file.")
        return found
    if source.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{source}: {name} must be a .csv or .parquet file, or a folder of them.")
    return [source]


def _from_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Raw:
    check_names(f"the {name} table", table.column_names)
    table = table.append_column(FILE, pa.array([f"the {name} table"] * table.num_rows, pa.string()))
    table = table.append_column(ROW, pa.array(range(1, table.num_rows + 1), pa.int64()))
    connection.register(f"raw_{name}", table)
    return Raw(f"raw_{name}", described(connection, f"raw_{name}"))


def _from_parquet(connection: duckdb.DuckDBPyConnection, name: str, files: list[Path]) -> Raw:
    import pyarrow.parquet as pq

    for file in files:
        try:
            names = pq.read_schema(file).names
        except PermissionError:
            raise
        except (pa.ArrowInvalid, OSError) as problem:
            raise InputError(
                f"{file}: this is not a whole Parquet file ({_first_line(problem)}); "
                "it may have been cut off while copying. Copy it again."
            ) from problem
        check_names(str(file), names)
    # Escaped, because DuckDB takes * ? [ in a file's name for a pattern, and would read other files too.
    listed = ", ".join(text(glob.escape(str(file))) for file in files)
    rows(
        connection,
        f"CREATE OR REPLACE VIEW raw_{name} AS SELECT * EXCLUDE ({FILE_ROW_NUMBER}), "
        f"{FILE_ROW_NUMBER} + 1 AS {ROW} FROM read_parquet([{listed}], union_by_name = true, "
        f"filename = '{FILE}', {FILE_ROW_NUMBER} = true)",
    )
    if name == "subjects" and not number(connection, f"SELECT count(*) FROM raw_{name}"):
        raise InputError(f"{files[0]}: there is not one row; nobody is listed.")
    return Raw(f"raw_{name}", described(connection, f"raw_{name}"))


def _first_line(problem: BaseException) -> str:
    return str(problem).split("\n", 1)[0].rstrip(".")
