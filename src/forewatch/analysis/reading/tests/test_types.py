"""Parquet and Arrow columns of every type: what fits is read, what does not is named, and nothing breaks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.loading import parse_definition
from forewatch.analysis.problems import InputError
from forewatch.analysis.reading import accept
from forewatch.analysis.tests.building import (
    boolean,
    choice,
    decimal,
    definition_text,
    indicator,
    integer,
    mean,
)

T = date(2026, 6, 30)
DEFINITION = parse_definition(
    definition_text(
        domains={"d": 1},
        variables={
            "debt": integer(),
            "share": decimal(0, 1),
            "plan": choice("none", "planned"),
            "roof": boolean("household"),
        },
        derived={},
        indicators=[indicator("A", "debt > 5 or share > 0.5 or plan == 'planned' or roof")],
        events={},
        gates=[],
        aggregation=mean(),
    ),
    "made-up.yaml",
)
SUBJECTS = pa.table({"person_id": ["P1"], "area_code": ["V1"]})
RECORD = {
    "record_id": ["R1"],
    "subject_level": ["person"],
    "subject_id": ["P1"],
    "observed_on": [date(2026, 5, 1)],
    "source_id": ["S"],
}


def accepted(tables, wanted, **how):
    """Return the rows of an accepted table."""
    inputs = {"subjects": SUBJECTS, "records": pa.table(RECORD), **tables}
    with duckdb.connect() as connection:
        accept(connection, DEFINITION, inputs, T, **how)
        return connection.execute(f"SELECT {wanted}").fetchall()


def records(**columns):
    return {"records": pa.table({**RECORD, **columns})}


def one(value, kind):
    return pa.array([value], kind)


FITS = {
    "small integer": ("debt", one(7, pa.int8()), 7),
    "unsigned": ("debt", one(7, pa.uint64()), 7),
    "double that is whole": ("debt", one(7.0, pa.float64()), 7),
    "decimal that is whole": ("debt", one(Decimal("7.00"), pa.decimal128(9, 2)), 7),
    "text": ("debt", one("7", pa.string()), 7),
    "nothing at all": ("debt", one(None, pa.null()), None),
    "double": ("share", one(0.29, pa.float64()), 29),
    "single": ("share", one(0.29, pa.float32()), 29),
    "decimal": ("share", one(Decimal("0.290"), pa.decimal128(9, 3)), 29),
    "whole": ("share", one(1, pa.int32()), 100),
    "dictionary": ("plan", one("none", pa.string()).dictionary_encode(), "none"),
    "large text": ("plan", one("none", pa.large_string()), "none"),
    "empty text": ("plan", one("", pa.string()), None),
    "text of truth": ("roof", one("TRUE", pa.string()), True),
    "number as a source": ("source_id", one(12, pa.int64()), "12"),
    "a day as text": ("observed_on", one("2026-05-01", pa.string()), date(2026, 5, 1)),
    "midnight": ("observed_on", one(datetime(2026, 5, 1), pa.timestamp("ns")), date(2026, 5, 1)),  # noqa: DTZ001
}


@pytest.mark.parametrize("case", FITS)
@pytest.mark.parametrize("stored", ["arrow", "parquet"])
def test_what_fits_is_read(tmp_path, case, stored):
    column, values, wanted = FITS[case]
    level = {"subject_level": ["household"], "subject_id": ["H1"]} if column == "roof" else {}
    tables = records(**{**level, column: values})
    if stored == "parquet":
        pq.write_table(tables["records"], tmp_path / "r.parquet")
        tables = {"records": tmp_path / "r.parquet"}
    assert accepted(tables, f"{column} FROM records") == [(wanted,)]


UNFIT = {
    "a list": ("debt", one([1], pa.list_(pa.int32())), "not integer[]"),
    "a list of shares": ("share", one([0.1], pa.list_(pa.float64())), "not double[]"),
    "truth as a number": ("debt", one(True, pa.bool_()), "not boolean"),
    "a day as a number": ("observed_on", one(20000, pa.int64()), "must be a date, not bigint"),
    "a moment": ("observed_on", one(0, pa.timestamp("us", tz="UTC")), "not timestamp with time zone"),
    "a time of day": ("observed_on", one(datetime(2026, 5, 1, 8), pa.timestamp("us")), "without a time"),  # noqa: DTZ001
    "a Buddhist year": ("observed_on", one(date(2569, 5, 1), pa.date32()), "Buddhist era"),
    "a year before anybody": ("observed_on", one(date(1799, 12, 31), pa.date32()), "no year before 1800"),
    "no end of time": ("observed_on", one(2**31 - 1, pa.int32()).cast(pa.date32()), "no such day"),
    "a level as a number": ("subject_level", one(1, pa.int32()), "must be one of person"),
    "an id with a fraction": ("subject_id", one(1.5, pa.float64()), "must be text, not double"),
    "truth as 1": ("roof", one(1, pa.int8()), "must be true or false"),
    "a structure": ("plan", one({"a": 1}, pa.struct([("a", pa.int32())])), "must be text"),
    "bytes": ("plan", one(b"none", pa.binary()), "must be text, not blob"),
    "beyond every number": ("share", one(1e300, pa.float64()), "number from 0.00 to 1.00"),
    "a long decimal": ("share", one(Decimal("0.2501"), pa.decimal128(38, 4)), "more than 2 decimals"),
    "almost nothing": ("debt", one(1e-300, pa.float64()), "not a whole number"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_does_not_fit_is_named(case):
    column, values, reason = UNFIT[case]
    with pytest.raises(InputError) as caught:
        accepted(records(**{column: values}), "1")
    assert f"the records table, line 1, column {column}" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize("case", UNFIT)
def test_what_does_not_fit_can_be_set_aside(case):
    column, values, _ = UNFIT[case]
    assert accepted(records(**{column: values}), "count(*) FROM records", set_bad_rows_aside=True) == [(0,)]


def test_a_long_value_is_shortened():
    with pytest.raises(InputError) as caught:
        accepted(records(plan=["x" * 100_000]), "1")
    assert len(str(caught.value)) < 1000


def test_a_column_spelled_with_capitals_is_not_passed_over():
    with pytest.raises(InputError, match="the column ' Birth_Date' must be written 'birth_date'"):
        accepted({"subjects": SUBJECTS.append_column(" Birth_Date", pa.array(["2010-01-01"]))}, "1")
    with pytest.raises(InputError, match="the column 'Debt' must be written 'debt'"):
        accepted(records(Debt=[3]), "1")


@pytest.mark.parametrize(
    "names", [("person_id", "area_code", "Sex", "sex"), ("person_id", "area_code", "_row")]
)
def test_columns_that_cannot_be_told_apart(tmp_path, names):
    table = pa.table([["x"]] * len(names), names=list(names))
    for given in (table, tmp_path / "s.parquet"):
        if given is not table:
            pq.write_table(table, given)
        with pytest.raises(InputError, match=r"stands there twice|no column may be called"):
            accepted({"subjects": given}, "1")


def test_files_of_one_folder_may_write_a_column_differently(tmp_path):
    for person, birth in ((1, date(2010, 1, 1)), ("P2", "2011-01-01")):
        table = pa.table({"person_id": [person], "area_code": ["V1"], "birth_date": [birth]})
        pq.write_table(table, tmp_path / f"{person}.parquet")
    (tmp_path / ".half.parquet").write_bytes(b"left by a copying program")
    found = accepted({"subjects": tmp_path}, "person_id, birth_date FROM subjects ORDER BY 1")
    assert found == [("1", date(2010, 1, 1)), ("P2", date(2011, 1, 1))]


def test_areas_may_stand_alone():
    areas = pa.table({"area_code": ["V1"]})
    assert accepted({"areas": areas}, "area_code, parent_code FROM areas") == [("V1", None)]


@pytest.mark.parametrize("name", ["subjects", "records"])
def test_people_and_records_are_needed(name):
    with pytest.raises(InputError, match=f"The {name} table is missing; name a file or folder for it"):
        accepted({name: None}, "1")


def test_a_weight_that_is_no_number():
    people = SUBJECTS.append_column("weight", pa.array([[1.5]]))
    with pytest.raises(InputError, match=r"column weight.*this must be a number, not double"):
        accepted({"subjects": people}, "1")


def test_areas_that_are_set_aside_leave_no_hole_unseen():
    """Of two rows for one area both are bad; those living there have an unknown area then."""
    areas = pa.table({"area_code": ["D1", "V1", "V1", "V2"], "parent_code": [None, "D1", "D1", "D1"]})
    people = pa.table({"person_id": ["P1", "P2"], "area_code": ["V1", "V2"]})
    tables = {"areas": areas, "subjects": people}
    assert accepted(tables, "person_id FROM subjects", set_bad_rows_aside=True) == [("P2",)]
    assert accepted(tables, "area_code FROM areas ORDER BY 1", set_bad_rows_aside=True) == [("D1",), ("V2",)]
    with pytest.raises(InputError, match="3 bad rows"):
        accepted(tables, "1")


@pytest.mark.parametrize("column", ["household_id", "home_area_code", "sex"])
def test_empty_text_about_a_person_is_nothing(column):
    subjects = pa.table({"person_id": ["P1", "P2"], "area_code": ["V1", "V1"], column: ["", None]})
    found = accepted({"subjects": subjects}, f"{column} FROM subjects")
    assert found == [(None,), (None,)]


@pytest.mark.parametrize("column", ["grade", "root_id", "supersedes"])
def test_empty_text_beside_a_record_is_nothing(column):
    records = pa.table({**RECORD, column: [""]})
    assert accepted({"records": records}, f"{column} FROM records") == [(None,)]


@pytest.mark.parametrize("column", ["record_id", "subject_id", "source_id"])
@pytest.mark.parametrize("nothing", ["", None])
def test_a_record_without_what_it_needs_is_set_aside(column, nothing):
    good = {**RECORD, "record_id": ["R2"]}
    bad = {**RECORD, column: pa.array([nothing], pa.string())}
    records = pa.concat_tables([pa.table(bad), pa.table(good)])
    found = accepted({"records": records}, "record_id FROM records", set_bad_rows_aside=True)
    assert found == [("R2",)]
