"""What honest files give: every cell as text, the line it stands on, and headings wherever they are."""

import csv
import io
import tempfile
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forewatch.intake.readers import decoding, delimited
from forewatch.intake.readers.headings import table_of
from forewatch.intake.readers.refusals import Unreadable
from forewatch.intake.readers.running import Sheet, read
from forewatch.intake.readers.tests.corpus import parquet
from forewatch.intake.readers.workbook import text_of

THAI = st.text("กขคงจชซดตนบปพมยรลวสหอ", min_size=1, max_size=8)


def tables(name: str, content: bytes) -> list[tuple[Sheet, list[tuple[int, list[str]]]]]:
    """Return each sheet of a file with its rows."""
    found: list[tuple[Sheet, list[tuple[int, list[str]]]]] = []
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        for one in read(file, name, len(content)):
            if isinstance(one, Sheet):
                found.append((one, []))
            else:
                found[-1][1].extend((line, cells) for line, cells in one)
    return found


def rows(name: str, content: bytes) -> list[list[str]]:
    """Return the rows of a file of one sheet."""
    ((_, found),) = tables(name, content)
    return [cells for _, cells in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_thai_in_each_encoding_and_with_each_delimiter(encoding: str, delimiter: str) -> None:
    text = f"ชื่อ{delimiter}บ้าน\r\nนายสมใจ รักดี{delimiter}บ้านน้ำใส เบอร์ ๑๒\r\n"
    assert rows("a.csv", text.encode(encoding)) == [["นายสมใจ รักดี", "บ้านน้ำใส เบอร์ ๑๒"]]


def test_a_comma_inside_quotes_is_no_delimiter() -> None:
    assert rows("a.csv", b'"a, b, c";d\n"1, 2, 3";4\n') == [["1, 2, 3", "4"]]


def test_lines_are_those_an_editor_shows() -> None:
    content = b'name,remark\n\na,"two\nlines"\n,\nb,one\n'
    ((_, found),) = tables("a.csv", content)
    assert found == [(3, ["a", "two\nlines"]), (6, ["b", "one"])]


def test_cells_beyond_the_headings_stay_so_that_they_can_be_named() -> None:
    assert rows("a.csv", b"a,b\n1,2,,\n1,2,3\n1\n") == [["1", "2"], ["1", "2", "3"], ["1"]]


def test_titles_above_the_table_are_not_its_headings() -> None:
    made = openpyxl.Workbook()
    for row in (("Report of the month",), (), ("name", "age", "village"), ("a", 1, "x")):
        made.active.append(row)
    made.active.title = "people"
    made.create_sheet("empty")
    second = made.create_sheet("places")
    second.append(("code", "level"))
    second.append(("X1", 2))
    hidden = made.create_sheet("hidden")
    hidden.append(("secret", "b"))
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    made.save(buffer)
    first, other = tables("a.xlsx", buffer.getvalue())
    assert first == (Sheet("people", 3, ("name", "age", "village")), [(4, ["a", "1", "x"])])
    assert other == (Sheet("places", 1, ("code", "level")), [(2, ["X1", "2"])])


def test_headings_that_repeat_or_lack_get_names_that_differ() -> None:
    found = table_of(iter([(1, ["a", "a", "", "a", "", ""]), (2, ["1", "2", "3", "4", "5", ""])]))
    assert found is not None
    assert found[1] == ["a", "a (2)", "(3)", "a (3)"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3.0, "3"),
        (0.25, "0.25"),
        (1100600000001.0, "1100600000001"),
        (datetime(2024, 7, 5), "2024-07-05"),  # noqa: DTZ001  spreadsheets know no zones
        (datetime(2024, 7, 5, 9, 30), "2024-07-05 09:30:00"),  # noqa: DTZ001
        (date(2024, 7, 5), "2024-07-05"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_parquet_gives_text_like_any_other_file() -> None:
    table = pa.table(
        {"name": ["ก", None], "day": [date(2024, 7, 5), None], "share": [0.5, 1.0], "on": [True, None]}
    )
    assert rows("a.parquet", parquet(table)) == [["ก", "2024-07-05", "0.5", "true"], ["", "", "1", ""]]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            min_size=2,
            max_size=4,
        ),
        min_size=1,
    )
)
@example([["\n\t\t", ""]])
@settings(max_examples=200, deadline=None)
def test_any_table_written_as_csv_is_read_back(table: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(table)
    ((_, found),) = delimited.sheets(io.BytesIO(buffer.getvalue().encode()))
    assert [cells for _, cells in found] == table


@given(THAI, THAI)
def test_thai_words_in_cp874_are_taken_for_thai(first: str, second: str) -> None:
    content = f"{first},{second}\n".encode("cp874")
    try:
        content.decode()
    except UnicodeDecodeError:
        assert decoding.encoding_of(io.BytesIO(content)) == "cp874"


@given(st.binary(max_size=200))
@example(b"\xef")
@settings(max_examples=500)
def test_bytes_are_decoded_by_a_rule_or_refused(content: bytes) -> None:
    try:
        encoding = decoding.encoding_of(io.BytesIO(content))
    except Unreadable:
        encoding = ""
    assert not encoding or "\0" not in content.decode(encoding)


@given(st.lists(st.sampled_from(list("éèêüöäñçåßà")), min_size=1), st.text("abcdefgh", min_size=1))
def test_western_words_are_never_taken_for_thai(accents: list[str], letters: str) -> None:
    words = letters.join(f"{letters}{one}{letters}" for one in accents)
    with pytest.raises(Unreadable):
        decoding.encoding_of(io.BytesIO(words.encode("latin-1")))
