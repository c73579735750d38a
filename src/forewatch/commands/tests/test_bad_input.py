"""Bad input gets a clear sentence that says where, exit status 3, and nothing is written (section 1)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

BAD_VALUES = {
    # table: (old, new, line, column, part of the reason)
    "duplicate record": ("records", "R2,household", "R1,household", (2, 3), "record_id", "more than one row"),
    "no record id": ("records", "R2,household", ",household", (3,), "record_id", "must not be empty"),
    "no person id": ("subjects", "P2,H1", ",H1", (3,), "person_id", "must not be empty"),
    "two rows in force": ("subjects", "P2,H1", "P1,H1", (2, 3), "person_id", "two rows in force"),
    "unknown area": ("subjects", "H1,V1,M", "H1,V9,M", (3,), "area_code", "not in the areas table"),
    "unknown home town": ("subjects", ",,V1", ",,V9", (3,), "home_area_code", "not in the areas table"),
    "record of an unknown area": ("records", "household,H1", "area,V9", (3,), "subject_id", "areas table"),
    "event in an unknown area": ("events", "household,H1", "area,V9", (2,), "subject_id", "areas table"),
    "unknown level": ("records", "household,H1", "hamlet,H1", (3,), "subject_level", "one of person"),
    "wrong level": ("records", "S1,,,,,true", "S1,,3,,,true", (3,), "debt", "asked of a person"),
    "out of range": ("records", "A,7,", "A,70,", (2,), "debt", "whole number from 0 to 9"),
    "wrong type": ("records", "A,7,", "A,many,", (2,), "debt", "whole number from 0 to 9"),
    "not whole": ("records", "A,7,", "A,7.5,", (2,), "debt", "whole number"),
    "too many decimals": ("records", "0.25", "0.255", (2,), "share", "more than 2 decimals"),
    "infinite": ("records", "0.25", "inf", (2,), "share", "number from 0.00 to 1.00"),
    "not a number": ("records", "0.25", "NaN", (2,), "share", "number from 0.00 to 1.00"),
    "unknown choice": ("records", "planned", "maybe", (2,), "plan", "one of none, planned"),
    "not true or false": ("records", ",true", ",yes", (3,), "roof", "true or false"),
    "unknown grade": ("records", "S1,A", "S1,F", (2,), "grade", "one of A, B, C, D, E"),
    "31 February": ("records", "2026-05-01", "2026-02-31", (2,), "observed_on", "no such day"),
    "Buddhist year": ("records", "2026-05-01", "2569-05-01", (2,), "observed_on", "Buddhist era"),
    "other date style": ("records", "2026-05-01", "1/5/2026", (2,), "observed_on", "YYYY-MM-DD"),
    "unknown sex": ("subjects", "V1,M", "V1,Z", (3,), "sex", "one of F, M, X"),
    "negative weight": ("subjects", "1.5", "-1", (2,), "weight", "not below 0"),
    "infinite weight": ("subjects", "1.5", "inf", (2,), "weight", "finite"),
    "valid backwards": ("subjects", "2020-01-01,", "2020-01-01,2019-01-01", (2,), "valid_to", "after"),
    "unknown event": ("events", "T1", "T9", (2,), "event", "one of T1"),
    "event at a wrong level": ("events", "household,H1", "person,P1", (2,), "subject_level", "household"),
    "ended early": ("events", "2026-06-01,", "2026-06-01,2026-05-01", (2,), "ended_on", "before it began"),
    "area twice": ("areas", "V2,D1", "V1,D1", (3, 4), "area_code", "more than one row"),
    "no such parent": ("areas", "V2,D1", "V2,D9", (4,), "parent_code", "not an area"),
    "circle": ("areas", "D1,,2", "D1,V1,2", (2, 3), "parent_code", "its own ancestor"),
    "too few values": (
        "records",
        "R4,person,P3,2026-05-04,S2,,1,,,",
        "R4,person,P3",
        (5,),
        "",
        "fewer values",
    ),
    "too many values": ("subjects", "P3,,V2,X,,,,", "P3,,V2,X,,,,,,7", (4,), "", "more values"),
    "quotes never close": ("records", "planned,", '"planned,', (2,), "plan", "never closed"),
}


@pytest.mark.parametrize("case", BAD_VALUES)
def test_a_bad_value_is_named_and_nothing_is_written(desk, capsys, case):
    name, old, new, lines, column, reason = BAD_VALUES[case]
    desk.spoil(name, old, new)
    assert desk.score() == 3
    said = capsys.readouterr().err
    for line in lines:
        assert f"{desk.path(name)}, line {line}, column {column}" in said
    assert reason in said
    assert desk.is_untouched()


@pytest.mark.parametrize("case", [one for one in BAD_VALUES if BAD_VALUES[one][0] in ("records", "subjects")])
def test_set_aside_keeps_the_good_rows(desk, capsys, case):
    name, old, new, lines, _, reason = BAD_VALUES[case]
    desk.spoil(name, old, new)
    assert desk.score("--on-bad-row", "set-aside") == 0
    rows = (desk.out / "set-aside.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "table,file,line,column,value,reason"
    for line in lines:
        assert any(f"{desk.path(name)},{line}," in row and reason in row for row in rows[1:])
    assert "bad rows set aside" in capsys.readouterr().out
    people = pq.read_table(desk.out / "assessments.parquet")["person_id"].to_pylist()
    gone = len(lines) if name == "subjects" else 0
    assert len(people) == 3 - gone


def test_lines_are_those_of_the_file_even_after_a_value_of_two_lines(desk, capsys):
    desk.spoil("areas", '"Another, made up"', '"Another,\nmade up"')
    desk.write("areas", desk.path("areas").read_text(encoding="utf-8") + "V3,D9,4,Third\n")
    assert desk.score() == 3
    assert "line 6, column parent_code, value 'D9'" in capsys.readouterr().err


WHOLE_FILES = {
    "empty": (b"", "the file is empty"),
    "header only": (b"person_id,area_code\n", "a header and not one row"),
    "UTF-16": ("person_id,area_code\nP1,V1\n".encode("utf-16"), "UTF-16"),
    "cp874 unnamed": ("person_id,area_code\nP1,V1\nP2,บ้าน\n".encode("cp874"), "line 3: the byte 0x"),
    "zero bytes": (b"person_id,area_code\nP1,V\x001\n", "line 2: there is a zero byte"),
    "no person_id": (b"person,area_code\nP1,V1\n", "the column 'person_id' is missing"),
    "column twice": (b"person_id,area_code,sex,Sex\nP1,V1,F,F\n", "stands there twice"),
    "column without a name": (b"person_id,,area_code\nP1,,V1\n", "column 2 has no name"),
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_file_that_cannot_be_read(desk, capsys, case):
    data, reason = WHOLE_FILES[case]
    desk.write("subjects", data)
    assert desk.score() == 3
    said = capsys.readouterr().err
    assert str(desk.path("subjects")) in said
    assert reason in said
    assert desk.is_untouched()


def test_a_byte_order_mark_is_welcome(desk):
    desk.write("subjects", b"\xef\xbb\xbf" + desk.path("subjects").read_bytes())
    assert desk.score() == 0


def test_cp874_is_read_when_named(desk):
    for name in ("subjects", "records", "events", "areas"):
        text = desk.path(name).read_text(encoding="utf-8").replace("Made-up village", "บ้านสมมุติ")
        desk.write(name, text.encode("cp874"))
    assert desk.score("--encoding", "cp874") == 0
    assert "บ้านสมมุติ" in (desk.out / "areas.csv").read_text(encoding="utf-8")


def test_a_truncated_parquet_file(desk, capsys):
    whole = desk.folder / "whole.parquet"
    pq.write_table(pa.table({"person_id": ["P1"], "area_code": ["V1"]}), whole)
    cut = desk.folder / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-20])
    assert desk.score(subjects=cut) == 3
    assert f"{cut}: this is not a whole Parquet file" in capsys.readouterr().err
    assert desk.is_untouched()


def test_numbers_that_are_none_in_parquet(desk, capsys):
    path = desk.folder / "records.parquet"
    rows = {
        "record_id": ["R1", "R2"],
        "subject_level": ["person"] * 2,
        "subject_id": ["P1", "P2"],
        "observed_on": pa.array([20000, 20000], pa.date32()),
        "source_id": ["S"] * 2,
        "share": [float("nan"), float("inf")],
    }
    pq.write_table(pa.table(rows), path)
    assert desk.score(records=path) == 3
    said = capsys.readouterr().err
    assert f"{path}, line 1, column share, value 'nan'" in said
    assert f"{path}, line 2, column share, value 'inf'" in said


def test_files_that_are_not_there(desk, capsys):
    assert desk.score(records=desk.folder / "nothing.csv") == 3
    assert "nothing.csv: there is no such file or folder for records" in capsys.readouterr().err


WRONG_FILES = {
    "another kind": (["records.xlsx"], "records.xlsx: records must be a .csv or .parquet file"),
    "empty folder": (["records/notes.txt"], "records: the folder for records holds no .csv or .parquet file"),
    "two kinds": (["records/a.csv", "records/b.parquet"], "records: records mixes CSV and Parquet files"),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_files_of_a_wrong_kind(desk, capsys, case):
    names, reason = WRONG_FILES[case]
    for name in names:
        path = desk.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert desk.score(records=desk.folder / names[0].split("/")[0]) == 3
    assert f"{desk.folder}/{reason}" in capsys.readouterr().err
    assert desk.is_untouched()


def test_areas_of_a_wrong_kind(desk, capsys):
    desk.path("areas").rename(desk.folder / "areas.txt")
    assert desk.score(areas=desk.folder / "areas.txt") == 3
    assert "areas.txt: areas must be one of .csv, .parquet, " in capsys.readouterr().err
    (desk.folder / "empty").mkdir()
    assert desk.score(areas=desk.folder / "empty") == 3
    assert "empty: the folder for areas holds neither a table nor boundaries" in capsys.readouterr().err


def test_a_parquet_file_of_nobody(desk, capsys):
    path = desk.folder / "subjects.parquet"
    pq.write_table(
        pa.table({"person_id": pa.array([], pa.string()), "area_code": pa.array([], pa.string())}), path
    )
    assert desk.score(subjects=path) == 3
    assert f"{path}: there is not one row; nobody is listed." in capsys.readouterr().err
    assert desk.is_untouched()


def test_a_release_needs_everybody_in_a_district(desk, capsys):
    desk.spoil("areas", "V2,D1,4", "V2,,4")
    assert desk.score("--release") == 3
    said = capsys.readouterr().err
    assert "some live in no area of level 2 (district): V2 (1 people)" in said
    assert desk.is_untouched()


BAD_DEFINITIONS = {
    "long": ('"debt > 5 or share > 0.5"', '"debt > 5' + " or debt > 5" * 1000 + '"'),
    "deep": ('"debt > 5 or share > 0.5"', '"' + "(" * 1000 + "debt > 5" + ")" * 1000 + '"'),
    "anchors": ("id: made-up", "id: &a made-up\nbomb: [*a, *a]"),
}


@pytest.mark.parametrize("case", BAD_DEFINITIONS)
def test_a_definition_that_cannot_be_used(desk, capsys, case):
    old, new = BAD_DEFINITIONS[case]
    desk.index.write_text(desk.index.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert desk.score() == 2
    assert str(desk.index) in capsys.readouterr().err
    assert desk.is_untouched()
