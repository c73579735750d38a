from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.synthesis.generators import SILENT
from forewatch.synthesis.writing import (
    ROWS_PER_GROUP,
    answers,
    days,
    numbered,
    record_schema,
    text,
    words,
    writing,
)


def _variable(kind: Kind, **more: int) -> Variable:
    return Variable("v", kind, Level.PERSON, {"en": "v"}, **more)


def test_decimals_are_the_doubles_nearest_to_the_decimal() -> None:
    units = np.arange(0, 501, dtype=np.int32)
    column = answers(_variable(Kind.DECIMAL, scale=2, high=500), (), units)
    assert column.type == pa.float64()
    for unit, value in zip(units.tolist(), column.to_pylist(), strict=True):
        assert value == float(Fraction(unit, 100))
        assert value == float(f"{unit / 100:.2f}")


def test_silence_is_null_in_every_kind() -> None:
    codes = np.array([1, SILENT, 0], np.int32)
    assert answers(_variable(Kind.BOOLEAN), (), codes).to_pylist() == [True, None, False]
    assert answers(_variable(Kind.INTEGER), (), codes).to_pylist() == [1, None, 0]
    assert answers(_variable(Kind.DECIMAL, scale=1), (), codes).to_pylist() == [0.1, None, 0.0]
    assert answers(_variable(Kind.CHOICE), ("no", "yes"), codes).to_pylist() == ["yes", None, "no"]


def test_numbered_codes_have_one_length() -> None:
    numbers = np.array([1, 42, 99_999_999])
    assert text(numbered("P", numbers, 8)).to_pylist() == ["P00000001", "P00000042", "P99999999"]


def test_texts_may_be_missing() -> None:
    values = np.array([b"ab", b"longer"])
    assert text(values, np.array([True, False])).to_pylist() == [None, "longer"]


def test_days_count_from_1970() -> None:
    assert [str(one) for one in days(np.array([0, 20_634])).to_pylist()] == ["1970-01-01", "2026-06-30"]
    assert days(np.array([5, -1]), missing=-1).null_count == 1


def test_records_have_the_keys_then_the_variables(definition: Definition) -> None:
    names = record_schema(definition).names
    assert names[:3] == ["record_id", "subject_level", "subject_id"]
    assert names[9:] == list(definition.variables)


def test_blocks_are_gathered_into_row_groups_and_words_read_back_as_text(tmp_path: Path) -> None:
    schema = pa.schema([("word", pa.dictionary(pa.int8(), pa.string())), ("number", pa.int32())])
    size = 50_000
    table = pa.table(
        [words(np.zeros(size, np.int64), ("only",)), pa.array(np.zeros(size, np.int32))], schema=schema
    )
    with writing(tmp_path / "t.parquet", schema) as writer:
        for _ in range(5):
            writer.write(table)
    assert writer.rows == 250_000
    file = pq.ParquetFile(tmp_path / "t.parquet")
    assert file.metadata.num_rows == 250_000
    assert file.metadata.num_row_groups == 2
    assert file.metadata.row_group(0).num_rows >= ROWS_PER_GROUP
    assert file.schema_arrow.field("word").type == pa.string()
