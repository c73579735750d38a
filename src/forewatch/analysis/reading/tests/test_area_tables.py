"""Tables of areas: every row with its place, and nothing accepted that has no code of its own."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.problems import InputError
from forewatch.analysis.reading.area_tables import read_area_tables

HEADER = "area_code,parent_code,level,name,name_local\n"


def written(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def test_a_row_keeps_its_values_and_its_line(tmp_path):
    text = HEADER + 'A,,0,Sandland,แดนทราย\n\nB, A ,1,"Upper,\nReach",\nC,A,1,Lower,\n'
    first, second, third = read_area_tables([written(tmp_path / "a.csv", text)])
    assert first == {
        "area_code": "A",
        "parent_code": None,
        "level": "0",
        "name": "Sandland",
        "name_local": "แดนทราย",
        "where": "a.csv, line 2",
    }
    assert (second["parent_code"], second["name"], second["name_local"]) == ("A", "Upper,\nReach", None)
    # A blank line and a name over two lines move what follows.
    assert [second["where"], third["where"]] == ["a.csv, line 4", "a.csv, line 6"]


def test_parquet_has_rows_and_codes_may_be_numbers(tmp_path):
    pq.write_table(
        pa.table({"area_code": [50, 5001], "level": [1, 2], "parent_code": [None, 50]}),
        tmp_path / "a.parquet",
    )
    rows = read_area_tables([tmp_path / "a.parquet"])
    assert [(row["area_code"], row["parent_code"], row["level"], row["name"]) for row in rows] == [
        ("50", None, "1", None),
        ("5001", "50", "2", None),
    ]
    assert [row["where"] for row in rows] == ["a.parquet, row 1", "a.parquet, row 2"]


def test_thai_of_older_programs_is_read_when_said(tmp_path):
    path = written(tmp_path / "a.csv", HEADER + "A,,0,Sandland,แดนทราย\n", "cp874")
    assert read_area_tables([path], "cp874")[0]["name_local"] == "แดนทราย"
    with pytest.raises(InputError, match=r"line 2: .*--encoding cp874"):
        read_area_tables([path])


def test_a_table_of_names_alone_is_refused(tmp_path):
    path = written(tmp_path / "names.csv", "province,district\nUpper Reach,First Ford\n")
    with pytest.raises(InputError) as refused:
        read_area_tables([path])
    assert "names.csv: the column 'area_code' is missing" in str(refused.value)
    assert "never by name" in str(refused.value)
    assert "province, district" in str(refused.value)


def test_a_code_that_stands_twice_is_named_with_both_lines(tmp_path):
    path = written(tmp_path / "a.csv", HEADER + "A,,0,Sandland,\nB,A,1,Upper,\nB,A,1,Lower,\n")
    with pytest.raises(InputError) as refused:
        read_area_tables([path])
    assert [(one.line, one.value, one.reason) for one in refused.value.problems] == [
        (3, "B", "this area code stands in more than one row."),
        (4, "B", "this area code stands in more than one row."),
    ]


def test_a_code_that_stands_in_two_files_is_named(tmp_path):
    one = written(tmp_path / "1.csv", HEADER + "A,,0,Sandland,\n")
    two = written(tmp_path / "2.csv", HEADER + "A,,0,Sandland,\n")
    with pytest.raises(InputError) as refused:
        read_area_tables([one, two])
    assert {one.file for one in refused.value.problems} == {str(one), str(two)}


def test_an_empty_code_is_named_with_its_line(tmp_path):
    path = written(tmp_path / "a.csv", HEADER + "A,,0,Sandland,\n,A,1,Upper,\n")
    with pytest.raises(InputError) as refused:
        read_area_tables([path])
    assert [(one.line, one.column) for one in refused.value.problems] == [(3, "area_code")]


def test_a_torn_row_is_named_with_its_line(tmp_path):
    path = written(tmp_path / "a.csv", HEADER + "A,,0,Sandland,\nB,A,1\n")
    with pytest.raises(InputError) as refused:
        read_area_tables([path])
    assert [one.line for one in refused.value.problems] == [3]
