"""Tables of areas on their own: CSV or Parquet, each row with the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from forewatch.analysis.database import opened, rows
from forewatch.analysis.problems import InputError
from forewatch.analysis.reading import checks
from forewatch.analysis.reading.accepting import in_plain_words
from forewatch.analysis.reading.checks import Check, as_text
from forewatch.analysis.reading.csv_files import lines_of_rows
from forewatch.analysis.reading.files import open_raw
from forewatch.analysis.reading.noting import Problems, shown
from forewatch.analysis.reading.raw import FILE, ROW, Raw

COLUMNS = ("area_code", "parent_code", "level", "name", "name_local")
_SHOWN = 20


def read_area_tables(files: Sequence[Path], encoding: str = "utf-8") -> list[dict[str, Any]]:
    """Return the rows of tables of areas: `COLUMNS`, each text or None, and `where` they stand.

    Raises InputError for a file that cannot be read, has no codes, leaves one empty, or repeats one.
    """
    with opened() as connection, in_plain_words(", ".join(file.name for file in files)):
        raw = open_raw(connection, "areas", tuple(files), encoding)
        _check_columns(files, raw)
        problems = Problems(connection, encoding)
        problems.opened("areas", raw)
        columns = [*checks.area_columns(raw.types), _local_name(raw)]
        code = as_text("area_code", raw.types["area_code"])
        twice = f"{code} IN (SELECT {code} FROM {raw.relation} GROUP BY ALL HAVING count(*) > 1)"
        for check in (
            *(check for column in columns for check in column.checks),
            Check("area_code", twice, "this area code stands in more than one row."),
        ):
            problems.find("areas", check)
        if problems.count():
            first, bad = list(problems.first(_SHOWN)), problems.bad_rows()
            raise InputError(shown(first, bad), first, bad)
        chosen = ", ".join(f"nullif(trim({column.accepted}), '') AS {column.name}" for column in columns)
        found = rows(connection, f"SELECT {chosen}, {FILE}, {ROW} FROM {raw.relation} ORDER BY ALL")
    where = _places(raw, encoding, [(file, row) for *_, file, row in found])
    return [
        {**dict(zip(COLUMNS, values, strict=True)), "where": where[file, row]} for *values, file, row in found
    ]


def _places(raw: Raw, encoding: str, found: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return where each row stands, as a person would look for it: the line of a CSV file, else the row."""
    where = {(file, row): f"{Path(file).name}, row {row}" for file, row in found}
    for file in raw.text_files:
        wanted = {row for one, row in found if one == file}
        for row, line in lines_of_rows(file, encoding, wanted, ()).items():
            where[file, row] = f"{Path(file).name}, line {line}"
    return where


def _check_columns(files: Sequence[Path], raw: Raw) -> None:
    if "area_code" in raw.types:
        return
    near = get_close_matches("area_code", raw.columns(), 1)
    hint = f" Is it the column {near[0]!r}?" if near else ""
    raise InputError(
        f"{files[0].name}: the column 'area_code' is missing. Areas are told apart by code, never by name, "
        f"for many places share a name.{hint} Found: {', '.join(raw.columns())}."
    )


def _local_name(raw: Raw) -> checks.Column:
    if "name_local" in raw.types:
        return checks.word("name_local", raw.types["name_local"], needed=False)
    return checks.missing("name_local", "VARCHAR")
