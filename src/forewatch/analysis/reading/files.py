"""From files and tables to raw relations in DuckDB: every column as it came, with its file and row."""

from __future__ import annotations

import codecs
import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from forewatch.analysis.database import number, rows
from forewatch.analysis.plan.names import text
from forewatch.analysis.problems import InputError, RowProblem

ENCODINGS = ("utf-8", "cp874")
FILE, ROW = "_file", "_row"
_BLOCK = 1 << 22

Input: TypeAlias = "Path | str | pa.Table"
"""A CSV or Parquet file, a folder of them, or an Arrow table."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw relation: `relation` reads it, with the columns `_file` and `_row` besides its own.

    `types` are DuckDB's type names by column; `broken` the lines that could not be read as rows at all.
    """

    relation: str
    types: dict[str, str]
    broken: tuple[RowProblem, ...] = ()
    text_files: frozenset[str] = frozenset()

    def columns(self) -> list[str]:
        return list(self.types)


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
    files = _files(Path(source), name)
    kinds = {file.suffix.lower() for file in files}
    if kinds == {".parquet"}:
        return _from_parquet(connection, name, files)
    if kinds == {".csv"}:
        return _from_csv(connection, name, files, encoding)
    raise InputError(
        f"{source}: {name} mixes CSV and Parquet files; put one kind into a folder, or name one file."
    )


def _files(source: Path, name: str) -> list[Path]:
    if not source.exists():
        raise InputError(f"{source}: there is no such file or folder for {name}.")
    if source.is_dir():
        found = sorted(one for one in source.rglob("*") if one.suffix.lower() in (".csv", ".parquet"))
        if not found:
            raise InputError(f"{source}: the folder for {name} holds no .csv or .parquet file.")
        return found
    if source.suffix.lower() not in (".csv", ".parquet"):
        raise InputError(f"{source}: {name} must be a .csv or .parquet file, or a folder of them.")
    return [source]


def _described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = rows(connection, f"DESCRIBE SELECT * FROM {relation}")
    return {row[0]: row[1] for row in described if row[0] not in (FILE, ROW)}


def _from_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Raw:
    table = table.append_column(FILE, pa.array([f"the {name} table"] * table.num_rows, pa.string()))
    table = table.append_column(ROW, pa.array(range(1, table.num_rows + 1), pa.int64()))
    connection.register(f"raw_{name}", table)
    return Raw(f"raw_{name}", _described(connection, f"raw_{name}"))


def _from_parquet(connection: duckdb.DuckDBPyConnection, name: str, files: list[Path]) -> Raw:
    import pyarrow.parquet as pq

    for file in files:
        try:
            pq.read_metadata(file)
        except (pa.ArrowInvalid, OSError) as problem:
            raise InputError(
                f"{file}: this is not a whole Parquet file ({_first_line(problem)}); "
                "it may have been cut off while copying. Copy it again."
            ) from problem
    listed = ", ".join(text(str(file)) for file in files)
    rows(
        connection,
        f"CREATE OR REPLACE VIEW raw_{name} AS SELECT * EXCLUDE (filename, file_row_number), "
        f"filename AS {FILE}, file_row_number + 1 AS {ROW} "
        f"FROM read_parquet([{listed}], union_by_name = true, filename = true, file_row_number = true)",
    )
    return Raw(f"raw_{name}", _described(connection, f"raw_{name}"))


# CSV


def _from_csv(connection: duckdb.DuckDBPyConnection, name: str, files: list[Path], encoding: str) -> Raw:
    broken: list[RowProblem] = []
    parts = []
    for place, file in enumerate(files):
        header = _checked_header(file, encoding)
        table = f"csv_{name}_{place}"
        broken += _load_csv(connection, table, file, header, encoding)
        if not number(connection, f"SELECT count(*) FROM {table}") and not broken:
            raise InputError(
                f"{file}: there is a header and not one row. If there is nothing to say, leave the file out."
            )
        parts.append(f"SELECT * FROM {table}")
    union = " UNION ALL BY NAME ".join(parts)
    rows(connection, f"CREATE OR REPLACE VIEW raw_{name} AS {union}")
    types = _described(connection, f"raw_{name}")
    return Raw(f"raw_{name}", types, tuple(broken), frozenset(str(file) for file in files))


def _checked_header(file: Path, encoding: str) -> list[str]:
    """Return a CSV file's column names after checking that its bytes are text in the encoding named."""
    if file.stat().st_size == 0:
        raise InputError(f"{file}: the file is empty.")
    with file.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{file}: the file is in UTF-16; save it again as “CSV UTF-8”.")
    _check_bytes(file, encoding)
    with file.open(encoding=_codec(encoding), newline="") as stream:
        header = next(csv.reader(stream), [])
    seen: set[str] = set()
    for place, column in enumerate(header, 1):
        if not column.strip():
            raise InputError(f"{file}, line 1: column {place} has no name.")
        if column.lower() in seen:
            raise InputError(f"{file}, line 1: the column {column!r} stands there twice.")
        seen.add(column.lower())
    return header


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _check_bytes(file: Path, encoding: str) -> None:
    """Raise InputError with the line of the first byte that is not text in the encoding named."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with file.open("rb") as stream:
        for block in iter(lambda: stream.read(_BLOCK), b""):
            if b"\0" in block:
                line += block.count(b"\n", 0, block.index(b"\0"))
                raise InputError(f"{file}, line {line}: there is a zero byte; this is not a CSV text file.")
            try:
                decoder.decode(block)
            except UnicodeDecodeError as problem:
                line += block.count(b"\n", 0, max(problem.start, 0))
                raise InputError(_not_text(file, line, encoding, block[problem.start])) from problem
            line += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        raise InputError(_not_text(file, line, encoding, 0)) from problem


def _not_text(file: Path, line: int, encoding: str, byte: int) -> str:
    hint = "If it is Thai from an older program, say --encoding cp874; else" if encoding == "utf-8" else ""
    return (
        f"{file}, line {line}: the byte 0x{byte:02X} is not {encoding}. {hint} save the file again as "
        "“CSV UTF-8”."
    ).replace(".  ", ". ")


def _load_csv(
    connection: duckdb.DuckDBPyConnection, table: str, file: Path, header: list[str], encoding: str
) -> list[RowProblem]:
    """Load a CSV file as text and return the lines that are not rows of it.

    Rows keep the order of the file while it is loaded, so that row numbers lead back to lines.
    """
    with _in_utf8(file, encoding) as readable:
        return _load_utf8(connection, table, file, readable, header)


@contextmanager
def _in_utf8(file: Path, encoding: str) -> Iterator[Path]:
    """Yield the file itself, or a temporary copy in UTF-8: DuckDB reads no Thai code page."""
    if encoding == "utf-8":
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="forewatch-") as scratch:
        copy = Path(scratch) / "copy.csv"
        with (
            file.open(encoding=encoding, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as sink,
        ):
            shutil.copyfileobj(source, sink)
        yield copy


def _load_utf8(
    connection: duckdb.DuckDBPyConnection, table: str, file: Path, readable: Path, header: list[str]
) -> list[RowProblem]:
    columns = "{" + ", ".join(f"{text(name)}: 'VARCHAR'" for name in header) + "}"
    rows(connection, "SET preserve_insertion_order = true")
    rows(
        connection,
        f"CREATE OR REPLACE TABLE {table} AS SELECT *, {text(str(file))} AS {FILE}, "
        f"row_number() OVER () AS {ROW} FROM read_csv({text(str(readable))}, header = true, "
        f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {columns}, "
        f"strict_mode = true, "
        f"null_padding = false, store_rejects = true, rejects_limit = 0)",
    )
    rows(connection, "SET preserve_insertion_order = false")
    rejected = rows(
        connection,
        "SELECT line, coalesce(column_name, ''), error_type, csv_line FROM reject_errors ORDER BY line",
    )
    rows(connection, "DROP TABLE reject_errors; DROP TABLE reject_scans")
    return [
        RowProblem(
            str(file), line, column, _short(row), _STRUCTURE.get(kind, f"this is no row ({kind.lower()}).")
        )
        for line, column, kind, row in rejected
    ]


_STRUCTURE = {
    "MISSING COLUMNS": "the row has fewer values than the header; is a comma missing?",
    "TOO MANY COLUMNS": "the row has more values than the header; is a comma unquoted?",
    "UNQUOTED VALUE": "a quotation mark is opened and never closed.",
    "LINE SIZE OVER MAXIMUM": "the line is too long; a quotation mark may never be closed.",
}


def _short(value: object) -> str:
    shown = str(value if value is not None else "").split("\n", 1)[0]
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _first_line(problem: BaseException) -> str:
    return str(problem).split("\n", 1)[0].rstrip(".")


def line_numbers(file: str, numbers: Iterable[int], encoding: str, broken: Iterable[int]) -> dict[int, int]:
    """Return, for row numbers of a CSV file as loaded (from 1), the lines they begin on."""
    wanted, skipped = set(numbers), set(broken)
    found: dict[int, int] = {}
    with Path(file).open(encoding=_codec(encoding), newline="") as stream:
        reader = csv.reader(stream)
        next(reader, None)
        row_number, start = 0, reader.line_num + 1
        for row in _tolerant(reader):
            line, start = start, reader.line_num + 1
            if line in skipped or not row:
                continue
            row_number += 1
            if row_number in wanted:
                found[row_number] = line
            if len(found) == len(wanted):
                break
    return found


def _tolerant(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        return
