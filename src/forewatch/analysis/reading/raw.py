"""A raw relation: a table as it came, with the file and row that each of its rows came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from forewatch.analysis.database import rows
from forewatch.analysis.problems import InputError, RowProblem

FILE, ROW = "_file", "_row"
FILE_ROW_NUMBER = "file_row_number"
"""What DuckDB calls the place of a row in a Parquet file."""
_TAKEN = (FILE, ROW, FILE_ROW_NUMBER)

Input: TypeAlias = "Path | str | tuple[Path, ...] | pa.Table"
"""A CSV or Parquet file, a folder of them, several files, or an Arrow table."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw relation: `relation` reads it, with the columns `_file` and `_row` besides its own.

    `types` are DuckDB's type names by column; `broken` the lines that could not be read as rows at all;
    `text_files` the CSV files, whose rows have lines.
    """

    relation: str
    types: dict[str, str]
    broken: tuple[RowProblem, ...] = ()
    text_files: frozenset[str] = frozenset()

    def columns(self) -> list[str]:
        return list(self.types)


def described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Return DuckDB's type names of a relation's own columns."""
    found = rows(connection, f"DESCRIBE SELECT * FROM {relation}")
    return {row[0]: row[1] for row in found if row[0] not in (FILE, ROW)}


def check_names(where: str, names: Iterable[str]) -> None:
    """Raise InputError when a column has no name, or one that is taken; capitals make no difference."""
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        if not name.strip():
            raise InputError(f"{where}: column {place} has no name.")
        if name.lower() in seen:
            raise InputError(f"{where}: the column {name!r} stands there twice.")
        if name.lower() in _TAKEN:
            raise InputError(f"{where}: no column may be called {name!r}; rename or remove it.")
        seen.add(name.lower())
