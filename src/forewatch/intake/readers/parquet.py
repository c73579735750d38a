"""Parquet: flat tables, as text like every other file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.intake.readers.limits import BLOCK, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from forewatch.intake.readers.refusals import Reason, Unreadable
from forewatch.intake.readers.workbook import text_of

Row = tuple[int, list[str]]


def sheets(file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the one table of a Parquet file; its headings count as row 1.

    Raises Unreadable.
    """
    try:
        table = pq.ParquetFile(file, memory_map=False, pre_buffer=False)
    except (pa.ArrowException, OSError, ValueError):
        raise Unreadable(Reason.BROKEN) from None
    schema = table.schema_arrow
    if len(schema) > MAX_COLUMNS:
        raise Unreadable(Reason.TOO_MANY_COLUMNS, count=len(schema), limit=MAX_COLUMNS)
    if table.metadata.num_rows > MAX_ROWS:
        raise Unreadable(Reason.TOO_MANY_ROWS, limit=MAX_ROWS)
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise Unreadable(Reason.NESTED, column=field.name)
    yield "", _rows(table, schema.names)


def _rows(table: pq.ParquetFile, names: list[str]) -> Iterator[Row]:
    yield 1, names
    line = 1
    try:
        for batch in table.iter_batches(BLOCK, use_threads=False):
            columns = [[text_of(one) for one in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                line += 1
                if any("\0" in one for one in cells):
                    raise Unreadable(Reason.NUL)
                if any(len(one) > MAX_CELL for one in cells):
                    raise Unreadable(Reason.LONG_CELL, line=line, limit=MAX_CELL)
                yield line, list(cells)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise Unreadable(Reason.BROKEN) from None
