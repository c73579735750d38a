"""CSV files as raw relations of text, and the lines on which their rows begin."""

from __future__ import annotations

import codecs
import csv
import glob
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from forewatch.analysis.database import number, rows
from forewatch.analysis.plan.names import text
from forewatch.analysis.problems import InputError, RowProblem
from forewatch.analysis.reading.raw import FILE, ROW, Raw, check_names, described

_BLOCK = 1 << 22
_LONGEST = 2_000_000
"""Characters in a line, at most: more is a quotation mark that never closes."""

_STRUCTURE = {
    "MISSING COLUMNS": "the row has fewer values than the header; is a comma missing?",
    "TOO MANY COLUMNS": "the row has more values than the header; is a comma unquoted?",
    "UNQUOTED VALUE": "a quotation mark is opened and never closed.",
    "LINE SIZE OVER MAXIMUM": "the line is too long; a quotation mark may never be closed.",
}


def from_csv(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], encoding: str) -> Raw:
    """Load CSV files as text into one raw relation; raises InputError when one cannot be read."""
    broken: list[RowProblem] = []
    parts = []
    for place, file in enumerate(files):
        header = _checked_header(file, encoding)
        broken += _load(connection, f"csv_{name}_{place}", file, header, encoding)
        parts.append(f"SELECT * FROM csv_{name}_{place}")
    union = " UNION ALL BY NAME ".join(parts)
    rows(connection, f"CREATE OR REPLACE VIEW raw_{name} AS {union}")
    if not broken and not number(connection, f"SELECT count(*) FROM raw_{name}"):
        raise InputError(
            f"{files[0]}: there is a header and not one row. If there is nothing to say, leave the file out."
        )
    types = described(connection, f"raw_{name}")
    return Raw(f"raw_{name}", types, tuple(broken), frozenset(str(file) for file in files))


# Is it text?


def _checked_header(file: Path, encoding: str) -> list[str]:
    """Return a CSV file's column names after checking that its bytes are text in the encoding named."""
    if file.stat().st_size == 0:
        raise InputError(f"{file}: the file is empty.")
    with file.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{file}: the file is in UTF-16; save it again as “CSV UTF-8”.")
    _check_bytes(file, encoding)
    with _records(file, encoding) as records:
        _, _, header = next(records, (1, 1, []))
    if not header:
        raise InputError(f"{file}, line 1: there are no column names; a quotation mark may never be closed.")
    check_names(f"{file}, line 1", header)
    return header


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _check_bytes(file: Path, encoding: str) -> None:
    """Raise InputError with the line of the first byte that is not text in the encoding named."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with file.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            if b"\0" in block:
                line += block.count(b"\n", 0, block.index(b"\0"))
                raise InputError(f"{file}, line {line}: there is a zero byte; this is not a CSV text file.")
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as problem:
                # The decoder may have kept the first bytes of a letter from the block before.
                line += problem.object.count(b"\n", 0, problem.start)
                byte = problem.object[problem.start]
                raise InputError(_not_text(file, line, encoding, byte)) from problem
            if not block:
                return
            line += block.count(b"\n")


def _not_text(file: Path, line: int, encoding: str, byte: int) -> str:
    hint = (
        "If it is Thai from an older program, say --encoding cp874; else save"
        if encoding == "utf-8"
        else "Save"
    )
    return (
        f"{file}, line {line}: the byte 0x{byte:02X} is not {encoding}. {hint} the file again as “CSV UTF-8”."
    )


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


# Rows


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, file: Path, header: list[str], encoding: str
) -> list[RowProblem]:
    """Load a CSV file as text and return the lines that are not rows of it."""
    columns = "{" + ", ".join(f"{text(name)}: 'VARCHAR'" for name in header) + "}"
    # Rows keep the order of the file while it is loaded, so that row numbers lead back to lines.
    rows(connection, "SET preserve_insertion_order = true")
    try:
        with _in_utf8(file, encoding) as readable:
            rows(
                connection,
                f"CREATE OR REPLACE TABLE {table} AS SELECT *, {text(str(file))} AS {FILE}, "
                f"row_number() OVER () AS {ROW} FROM read_csv({text(glob.escape(str(readable)))}, "
                f"header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                f"columns = {columns}, strict_mode = true, null_padding = false, store_rejects = true, "
                f"rejects_limit = 0, max_line_size = {_LONGEST})",
            )
    except duckdb.InvalidInputException as problem:
        raise InputError(
            f"{file}: this is not a regular CSV file; its lines may end in different ways. "
            "Save it again as “CSV UTF-8”."
        ) from problem
    rows(connection, "SET preserve_insertion_order = false")
    rejected = rows(
        connection,
        "SELECT line, any_value(coalesce(column_name, '')), any_value(error_type), "
        "any_value(left(csv_line, 200)) FROM reject_errors GROUP BY line ORDER BY line",
    )
    rows(connection, "DROP TABLE reject_errors; DROP TABLE reject_scans")
    lines = _lines_of_records(file, encoding, {one[0] for one in rejected})
    return [
        RowProblem(
            str(file),
            lines.get(place, place),
            column,
            _short(row),
            _STRUCTURE.get(kind, f"this is no row ({kind.lower()})."),
        )
        for place, column, kind, row in rejected
    ]


def _short(value: object) -> str:
    shown = str(value if value is not None else "").strip().split("\n", 1)[0]
    return shown if len(shown) <= 60 else shown[:57] + "..."


# Lines


@contextmanager
def _records(file: Path, encoding: str) -> Iterator[Iterator[tuple[int, int, list[str]]]]:
    """Open a CSV file; gives the place of each record (the header is 1), its first line, and its values.

    A blank line is a record without values. The last is one too long to be read, if there is one.
    """
    csv.field_size_limit(_LONGEST)
    with file.open(encoding=_codec(encoding), newline="") as stream:
        yield _each(stream)


def _each(stream: Iterator[str]) -> Iterator[tuple[int, int, list[str]]]:
    reader = csv.reader(stream)
    place = 0
    while True:
        place, line = place + 1, reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error:
            yield place, line, []
            return
        if values is None:
            return
        yield place, line, values


def _lines_of_records(file: Path, encoding: str, places: Collection[int]) -> dict[int, int]:
    """Return the lines on which records begin, by their places; DuckDB counts records, not lines."""
    if not places:
        return {}
    last = max(places)
    found = {}
    with _records(file, encoding) as records:
        for place, line, _ in records:
            if place in places:
                found[place] = line
            if place >= last:
                break
    return found


def lines_of_rows(
    file: str, encoding: str, wanted: Collection[int], broken: Collection[int]
) -> dict[int, int]:
    """Return, for row numbers of a CSV file as loaded (from 1), the lines they begin on.

    `broken` are the lines that are no rows. Blank lines are none either, unless there is a single column.
    """
    found: dict[int, int] = {}
    with _records(Path(file), encoding) as records:
        _, _, header = next(records)
        row = 0
        for _, line, values in records:
            if line in broken or (not values and len(header) > 1):
                continue
            row += 1
            if row in wanted:
                found[row] = line
            if len(found) == len(wanted):
                break
    return found
