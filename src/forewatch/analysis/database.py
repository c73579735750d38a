"""DuckDB, asked so that no result is left half read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[object] | None = None
) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows."""
    return connection.execute(query, values).fetchall()


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the single whole number that a query asks for."""
    return int(rows(connection, query)[0][0])


def table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return the rows of a query as an Arrow table."""
    return connection.sql(query).to_arrow_table()
