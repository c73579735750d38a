"""Arrays to Arrow columns, and Arrow tables to Parquet files, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.analysis.schema import RECORD_KEYS
from forewatch.synthesis.generators import SILENT, Answers
from forewatch.synthesis.places import Ints

ROWS_PER_GROUP = 122_880
"""Rows gathered before they are written: what DuckDB reads at a time."""


class Writer:
    """Appends tables to one Parquet file; holds at most one row group and a block in memory."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Without the Arrow schema inside, dictionary columns read back as the plain strings they stand for.
        self._file = pq.ParquetWriter(path, schema, compression="zstd", store_schema=False)
        self._waiting: list[pa.Table] = []
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self.rows += table.num_rows
        if sum(one.num_rows for one in self._waiting) >= ROWS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting))
            self._waiting = []


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[Writer]:
    """Open a Parquet file for appending and close it whatever happens."""
    writer = Writer(path, schema)
    try:
        yield writer
    finally:
        writer.close()


def record_schema(definition: Definition) -> pa.Schema:
    """Return the columns of records as written: input types, choices as dictionaries."""
    columns = [pa.field(one.name, _type(one)) for one in definition.variables.values()]
    coded = [
        field.with_type(WORD) if field.name in {"subject_level", "source_id", "grade"} else field
        for field in RECORD_KEYS
    ]
    return pa.schema([*coded, *columns])


WORD = pa.dictionary(pa.int8(), pa.string())


def _type(variable: Variable) -> pa.DataType:
    kinds = {
        Kind.BOOLEAN: pa.bool_(),
        Kind.CHOICE: WORD,
        Kind.INTEGER: pa.int32(),
        Kind.DECIMAL: pa.float64(),
    }
    return kinds[variable.kind]


def answers(variable: Variable, choices: Sequence[str], values: Answers) -> pa.Array:
    """Return a variable's column; decimals as the double nearest to units over 10^scale."""
    silent = values == SILENT
    if variable.kind is Kind.CHOICE:
        return words(values, choices)
    if variable.kind is Kind.BOOLEAN:
        return pa.array(values == 1, mask=silent)
    if variable.kind is Kind.DECIMAL:
        return pa.array(values / 10**variable.scale, mask=silent)
    return pa.array(values, mask=silent)


def words(codes: Ints | Answers, vocabulary: Sequence[str]) -> pa.DictionaryArray:
    """Return text from places in a vocabulary; negative is null."""
    places = pa.array(codes.astype(np.int8), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(vocabulary, pa.string()))


def days(values: Ints, missing: int | None = None) -> pa.Array:
    """Return dates from days since 1970; `missing` stands for null."""
    mask = None if missing is None else values == missing
    return pa.array(values.astype(np.int32), mask=mask).cast(pa.date32())


def numbered(prefix: str, numbers: Ints, digits: int) -> NDArray[np.bytes_]:
    """Return codes such as P00000001 as bytes, all of one length."""
    tens = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    signs = (48 + numbers[:, None] // tens % 10).astype(np.uint8)
    head = np.frombuffer(prefix.encode(), np.uint8)
    whole = np.hstack([np.broadcast_to(head, (len(numbers), len(head))), signs])
    return np.ascontiguousarray(whole).view(f"S{digits + len(prefix)}").ravel()


def text(values: NDArray[np.bytes_], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return a string column from ASCII bytes."""
    return pa.array(values, mask=missing).cast(pa.string())
