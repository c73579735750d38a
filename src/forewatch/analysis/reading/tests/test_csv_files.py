"""CSV files become rows, and every problem leads back to the line where a person finds it."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.problems import InputError
from forewatch.analysis.reading.csv_files import from_csv, lines_of_rows


def load(folder, data, encoding="utf-8"):
    """Return the rows loaded, each with its line, and the lines that are no rows."""
    file = folder / "a.csv"
    file.write_bytes(data)
    with duckdb.connect() as connection:
        raw = from_csv(connection, "areas", [file], encoding)
        found = connection.execute("SELECT a, b, _row FROM raw_areas ORDER BY _row").fetchall()
    broken = [one.line for one in raw.broken]
    lines = lines_of_rows(str(file), encoding, {row for _, _, row in found}, set(broken))
    return [(a, b, lines[row]) for a, b, row in found], broken


CASES = {
    "plain": (b"a,b\n1,2\n3,4\n", [("1", "2", 2), ("3", "4", 3)], []),
    "no last line end": (b"a,b\n1,2", [("1", "2", 2)], []),
    "CR LF": (b"a,b\r\n1,2\r\n\r\n3,4\r\n", [("1", "2", 2), ("3", "4", 4)], []),
    "CR": (b"a,b\r1,2\r3\r4,5\r", [("1", "2", 2), ("4", "5", 4)], [3]),
    "mark": (b"\xef\xbb\xbfa,b\n1,2\n", [("1", "2", 2)], []),
    "blank lines": (b"a,b\n\n1,2\n\n\n3\n4,5\n\n", [("1", "2", 3), ("4", "5", 7)], [6]),
    "two-line values": (
        b'a,b\n1,"2\n\nx"\n3\n4,"5\n"\n6,7\n',
        [("1", "2\n\nx", 2), ("4", "5\n", 6), ("6", "7", 8)],
        [5],
    ),
    "two-line header": (b'a,"b"\n1,2\n', [("1", "2", 2)], []),
    "quotes inside": (b'a,b\n"x ""y""",z"\n1,2\n', [('x "y"', 'z"', 2), ("1", "2", 3)], []),
    "text after a quotation": (b'a,b\n1,"2"x\n3,4\n', [("3", "4", 3)], [2]),
    "never closed": (b'a,b\n1,2\n3,"4\n5,6\n7,8\n', [("1", "2", 2)], [3]),
    "closed by another": (b'a,b\n3,"4\n5,"6\n7,8\n', [("7", "8", 4)], [2]),
    "far too many": (b"a,b\n1,2,3,4,5\n6,7\n", [("6", "7", 3)], [2]),
    "empty is null": (b'a,b\n,""\n', [(None, None, 2)], []),
    "nothing is a comment": (b"a,b\n#1,NULL\n", [("#1", "NULL", 2)], []),
}


@pytest.mark.parametrize("case", CASES)
def test_rows_and_the_lines_they_begin_on(tmp_path, case):
    data, rows, broken = CASES[case]
    assert load(tmp_path, data) == (rows, broken)


def test_a_single_column_may_be_empty_on_any_line(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("area_code\nV1\n\nV2\n")
    with duckdb.connect() as connection:
        from_csv(connection, "areas", [file], "utf-8")
        found = connection.execute("SELECT area_code, _row FROM raw_areas ORDER BY _row").fetchall()
    assert found == [("V1", 1), (None, 2), ("V2", 3)]
    assert lines_of_rows(str(file), "utf-8", {2, 3}, set()) == {2: 3, 3: 4}


def test_a_line_too_long_to_be_one(tmp_path):
    rows, broken = load(tmp_path, b"a,b\n1,2\n3," + b"x" * 2_100_000 + b"\n")
    assert (rows, broken) == ([("1", "2", 2)], [3])


REFUSED = {
    "mixed line ends": (b"a,b\r\n1,2\n3,4\r\n", "lines may end in different ways"),
    "blank first line": (b"\na,b\n1,2\n", "no column names"),
    "header never closed": (b'a,"b\n1,2\n', "header and not one row"),
    "huge header never closed": (b'a,"b' + b"1,2\n" * 600_000, "no column names"),
    "name that is taken": (b"a,_row\n1,2\n", "no column may be called '_row'"),
    "half a letter at the end": (
        b"a,b\n1,2\n3,\xe0\xb8",
        "line 3: the byte 0xE0 is not utf-8. If it is Thai",
    ),
    "half a letter": (b"a,b\n1,2\n\xe0\xb8,4\n", "line 3: the byte 0xE0 is not utf-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_as_a_whole(tmp_path, case):
    data, reason = REFUSED[case]
    with pytest.raises(InputError, match=r"a\.csv") as caught:
        load(tmp_path, data)
    assert reason in str(caught.value)


def test_a_letter_cut_by_the_block_it_is_read_in(tmp_path, monkeypatch):
    from forewatch.analysis.reading import csv_files

    monkeypatch.setattr(csv_files, "_BLOCK", 8)
    good = "a,b\nกขค,ง\nจ,ฉ\n".encode()
    assert load(tmp_path, good)[0] == [("กขค", "ง", 2), ("จ", "ฉ", 3)]
    with pytest.raises(InputError, match="line 4: the byte 0xFF is not utf-8"):
        load(tmp_path, good + b"x,\xff\n")


def test_a_byte_that_cp874_does_not_have(tmp_path):
    with pytest.raises(InputError, match=r"line 2: the byte 0xFF is not cp874\. Save the file again"):
        load(tmp_path, b"a,b\n\xff,1\n", "cp874")


def test_lines_of_thai_from_an_older_program(tmp_path):
    data = 'a,b\nบ้าน,"สอง\nบรรทัด"\nเดียว\nดอย,5\n'.encode("cp874")
    rows, broken = load(tmp_path, data, "cp874")
    assert rows == [("บ้าน", "สอง\nบรรทัด", 2), ("ดอย", "5", 5)]
    assert broken == [4]


PARTS = st.sampled_from(
    [
        (b"1,2", ("1", "2")),
        (b'"x\ny",3', ("x\ny", "3")),
        (b'"a\n\n""b""",', ('a\n\n"b"', None)),
        (b"", None),
        (b"only", "broken"),
        (b"1,2,3", "broken"),
        (b'1,"2"x', "broken"),
        (" ก,ข".encode(), (" ก", "ข")),
    ]
)


@given(parts=st.lists(PARTS, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_mixture_of_lines(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("mixture")
    data, line = b"a,b\n0,0\n", 3
    rows, broken = [("0", "0", 2)], []
    for written, meaning in parts:
        data += written + b"\n"
        if meaning == "broken":
            broken.append(line)
        elif meaning:
            rows.append((*meaning, line))
        line += written.count(b"\n") + 1
    assert load(folder, data) == (rows, broken)
