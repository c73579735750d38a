"""areas.csv: hashtags in the second row, figures as they are, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.analysis import schema
from forewatch.analysis.disclosure import ROWS
from forewatch.lib.cells import safe_cell
from forewatch.reports import areas_csv, write_reports
from forewatch.reports.areas_csv import columns_of
from forewatch.reports.figures import Source
from forewatch.reports.tests.making import AS_OF, define, released_rows

HASHTAG = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")
"""A hashtag with its attributes, as HXL 1.1 spells them."""


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def rows(reported):
    return read(reported / "areas.csv")


def test_a_byte_order_mark_lets_excel_read_thai(reported):
    assert (reported / "areas.csv").read_bytes().startswith(b"\xef\xbb\xbfarea_code,")


def test_the_columns(rows):
    assert rows[0] == [
        *(
            "area_code",
            "name",
            "level",
            "by",
            "sex",
            "age_band",
            "people",
            "assessed",
            "high",
            "medium",
            "low",
        ),
        *("not_enough_information", "provisional", "act_now", "mean_index_bp", "h_bp", "a_bp", "m0_bp"),
        *("as_of", "known_by", "definition"),
    ]


@pytest.mark.parametrize("released", [True, False])
def test_the_second_row_is_one_well_formed_hashtag_a_column_each_once(tmp_path, released):
    tags = list(columns_of(Source(tmp_path, released)).values())
    assert all(HASHTAG.fullmatch(tag) for tag in tags)
    assert len(set(tags)) == len(tags)


def test_hashtags_stand_under_their_names(rows):
    tags = dict(zip(rows[0], rows[1], strict=True))
    assert tags["area_code"] == "#loc+code"
    assert tags["people"] == "#population+num"
    assert tags["as_of"] == "#date+as_of"


def test_every_figure_is_there_unchanged_and_in_order(rows, reported):
    expected = {
        (row["area_code"], row["by"], row["sex"] or "all", row["age_band"] or "all"): row
        for row in pq.read_table(reported / "areas.parquet").to_pylist()
    }
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
    assert len(found) == len(expected)
    for row in found:
        figures = expected[row["area_code"], row["by"], row["sex"], row["age_band"]]
        for name in schema.area_rows().names[4:]:
            assert row[name] == ("" if figures[name] is None else str(figures[name]))
        assert (row["as_of"], row["known_by"], row["definition"]) == (
            "2026-06-30",
            "2026-06-30",
            "small-index@3",
        )
    assert [row["area_code"] for row in found] == sorted(row["area_code"] for row in found)
    first = found[0]
    assert (first["by"], first["sex"], first["age_band"]) == ("residence", "all", "all")


def test_names_and_levels_come_from_the_areas(rows):
    row = dict(zip(rows[0], next(row for row in rows[2:] if row[0] == "XF0203"), strict=True))
    assert (row["name"], row["level"]) == ("Sub-district 2.3", "3")


def test_the_order_does_not_depend_on_how_many_areas_are_read_at_once(
    tmp_path, reported, province, monkeypatch
):
    monkeypatch.setattr(areas_csv, "AREAS_AT_ONCE", 4)
    monkeypatch.setattr(areas_csv, "ROWS_AT_ONCE", 7)
    source = Source(reported / "areas.parquet", released=False)
    again = tmp_path / "areas.csv"
    areas_csv.write_areas_csv(
        again, source, province.areas, as_of=AS_OF, known_by=AS_OF, definition="small-index@3"
    )
    assert again.read_bytes() == (reported / "areas.csv").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "|calc",
        "%x",
        " =1",
        "\t=1",
        "\n=1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\xa0@x",
    ],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(name):
    assert safe_cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["", "Ban 1", "บ้าน", "a=b", "1", "'=1", "(north)"])
def test_other_names_stay_as_they_are(name):
    assert safe_cell(name) == name


@given(st.text())
def test_no_text_becomes_a_formula_and_none_is_lost(text):
    written = safe_cell(text)
    assert written.removeprefix("'") == text.removeprefix("'")
    assert written.strip()[:1] not in tuple("=+-@|%＝＋－＠｜％")


def test_a_hostile_area_stays_in_its_cell(tmp_path):
    hostile = ['=HYPERLINK("x")', 'a,"b"\r\nc']
    areas = pa.table(
        {"area_code": hostile, "parent_code": [None, None], "level": ["@", "4"], "name": hostile}
    )
    row = dict.fromkeys(schema.area_rows().names) | {"by": "residence", "people": 3}
    table = pa.Table.from_pylist([row | {"area_code": code} for code in hostile], schema=schema.area_rows())
    pq.write_table(table, tmp_path / "areas.parquet")
    write_reports(tmp_path, define(), areas.cast(schema.AREAS), None, AS_OF, None, {}, None)
    rows = {row[0]: row for row in read(tmp_path / "areas.csv")[2:]}
    assert set(rows) == {f"'{hostile[0]}", hostile[1]}
    assert rows[hostile[1]][:6] == [hostile[1], hostile[1], "4", "residence", "all", "all"]
    assert rows[f"'{hostile[0]}"][2] == "'@"
    assert rows[f"'{hostile[0]}"][7:10] == ["", "", ""]


def test_a_release_shows_signs_and_nothing_that_is_never_released(tmp_path, province):
    row = {
        "area_code": "XF",
        "people": (480, "at_least"),
        "assessed": (None, "withheld"),
        "high": (None, "withheld"),
    }
    rest = {"medium": 0, "low": 15, "not_enough_information": 20}
    pq.write_table(released_rows([row | rest]), tmp_path / "areas.parquet")
    write_reports(tmp_path, define(), province.areas, None, AS_OF, None, {}, None, released=True)
    header, _, line = read(tmp_path / "areas.csv")
    found = dict(zip(header, line, strict=True))
    assert [name for name in header if name in ROWS.names] == ROWS.names
    assert (found["people"], found["people_sign"]) == ("480", "at_least")
    assert (found["high"], found["high_sign"]) == ("", "withheld")
    assert (found["medium"], found["medium_sign"]) == ("0", "zero")
    assert not {"provisional", "act_now"} & set(header)
