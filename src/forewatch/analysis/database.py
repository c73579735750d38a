"""DuckDB, asked so that no result is left half read."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import duckdb
import pyarrow as pa


@contextmanager
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory, whose queries end when Ctrl-C is pressed."""
    with duckdb.connect() as connection, _ended_by_control_c(connection):
        yield connection


@contextmanager
def _ended_by_control_c(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let Ctrl-C end the query that runs: left alone, DuckDB first waits for all its threads have in hand."""

    def end(_number: int, _frame: FrameType | None) -> None:
        connection.interrupt()
        raise KeyboardInterrupt

    # Signals come to the main thread only; a server's own answer to them stays.
    before = signal.getsignal(signal.SIGINT)
    listens = threading.current_thread() is threading.main_thread() and before is not signal.SIG_IGN
    if not listens or before is None:
        yield
        return
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[object] | None = None
) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows."""
    return connection.execute(query, values).fetchall()


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the single whole number that a query asks for."""
    return int(rows(connection, query)[0][0])


def batches(connection: duckdb.DuckDBPyConnection, query: str, size: int) -> Iterator[pa.Table]:
    """Yield the rows of a query as Arrow tables of up to `size` rows; ask nothing else meanwhile."""
    for batch in connection.sql(query).to_arrow_reader(size):
        yield pa.Table.from_batches([batch])


def table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return the rows of a query as an Arrow table."""
    return connection.sql(query).to_arrow_table()
