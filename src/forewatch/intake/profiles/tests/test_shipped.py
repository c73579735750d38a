"""The profiles that ship, row by row: worked tables written from what each survey says of itself."""

from datetime import date
from typing import Any

import pytest

from forewatch.intake.interpreting.columns import Columns
from forewatch.intake.interpreting.rows import File, RowReader
from forewatch.intake.interpreting.said import RowSaid, Trouble
from forewatch.intake.profiles.loading import definition, parse_profile, shipped_profiles, shipped_text
from forewatch.intake.profiles.recognising import best, recognise
from forewatch.intake.profiles.structure import Profile
from forewatch.intake.values.faults import Fault, Note
from forewatch.register.rules.numbers import check_digit

FILE = File("f", date(2026, 10, 1), date(2026, 11, 25), strict=False)
NUMBER = "199990000001" + str(check_digit("199990000001"))


def area_of(code: str, day: date) -> tuple[str, str] | None:
    return ("aa", code) if code in ("50010101", "XA10010101") else None


def profile(code: str) -> Profile:
    return parse_profile(shipped_text(code), f"{code}.yaml")


def read(code: str, **cells: str) -> RowSaid | list[Trouble]:
    """Return what a row says that holds these cells; `_` in a column's name stands for a space."""
    row = {name.replace("_", " "): text for name, text in cells.items()}
    used = profile(code)
    reader = RowReader(used, used.tables[0], Columns(list(row)), definition(), FILE, area_of)
    return reader.read(2, list(row.values()))


BMN = {"วันที่สำรวจ": "5/7/2569", "รหัสหมู่บ้าน": "50010101", "รหัสบ้าน": "50010000001"}


def bmn(**cells: str) -> dict[str, Any]:
    said = read("bmn-12", **BMN, **cells)
    assert isinstance(said, RowSaid)
    return said.household_answers


def test_each_profile_is_without_a_word_from_the_linter() -> None:
    assert shipped_profiles() == ["bmn-12", "nrd-2c", "school-dropout"]
    for code in shipped_profiles():
        assert profile(code).id == code


def test_the_survey_has_its_31_items_each_used_or_named_as_unused() -> None:
    named = profile("bmn-12").tables[0].named()
    assert {f"ข้อ {number}" for number in range(1, 32)} <= set(named)


@pytest.mark.parametrize(
    ("item", "answer", "said"),
    [
        ("ข้อ_29", "-", {"chronic_care": "nobody"}),
        ("ข้อ_29", "1", {"chronic_care": "cared_for"}),
        ("ข้อ_29", "0", {"chronic_care": "not_cared_for"}),
        ("ข้อ_29", "๐", {"chronic_care": "not_cared_for"}),
        ("ข้อ_24", "1", {"substance_use": "none"}),
        ("ข้อ_24", "0", {}),
        ("ข้อ_24", "-", {}),
        ("ข้อ_8", "1", {"housing": "both"}),
        ("ข้อ_8", "0", {}),
        ("ข้อ_8", "-", {}),
        ("รายได้เฉลี่ยต่อคนต่อปี", "๓๗,๕๐๐", {"income_per_person": 37500}),
        ("รายได้เฉลี่ยต่อคนต่อปี", "-", {}),
    ],
)
def test_one_item_of_the_basic_needs_survey(item: str, answer: str, said: dict[str, Any]) -> None:
    filled = bmn(**{"ข้อ_29": "-", item: answer})
    assert filled == ({"chronic_care": "nobody"} | said)


@pytest.mark.parametrize(
    ("drinking", "use", "said"),
    [
        ("1", "1", "enough"),
        ("1", "0", "use_lacking"),
        ("0", "1", "drinking_lacking"),
        ("0", "0", "drinking_lacking"),
        ("0", "-", "drinking_lacking"),
        ("1", "-", None),
        ("-", "1", None),
        ("-", "-", None),
    ],
)
def test_water_is_the_worse_of_two_items_and_open_when_one_is(
    drinking: str, use: str, said: str | None
) -> None:
    assert bmn(ข้อ_29="-", ข้อ_9=drinking, ข้อ_10=use).get("water") == said


@pytest.mark.parametrize(
    ("secure", "durable", "said"), [("0", "0", "neither"), ("1", "0", "one"), ("0", "1", "one")]
)
def test_a_house_that_failed_is_read_from_its_two_parts(secure: str, durable: str, said: str) -> None:
    assert bmn(ข้อ_8="0", **{"ข้อ_8.1": secure, "ข้อ_8.2": durable})["housing"] == said


def test_not_applicable_is_never_the_best_answer() -> None:
    """Every item at "-" leaves every variable open, but for the one that asks whether anybody is there."""
    items = {f"ข้อ_{number}": "-" for number in range(1, 32)}
    assert bmn(**items) == {"chronic_care": "nobody"}


def test_members_in_columns_become_people() -> None:
    said = read(
        "bmn-12",
        **BMN,
        ข้อ_29="-",
        เลขประจำตัวประชาชน_คนที่_1=NUMBER,
        **{"ชื่อ-สกุล_คนที่_1": "นางสาวสมใจ รักดี", "ชื่อ-สกุล_คนที่_2": "ด.ช.สมหมาย รักดี", "ชื่อ-สกุล_คนที่_3": ""},
        วันเกิด_คนที่_1="2540",
        วันเกิด_คนที่_2="๑ ม.ค. ๒๕๖๐",
        เพศ_คนที่_2="1",
        ความสัมพันธ์_คนที่_1="หัวหน้าครัวเรือน",
        การศึกษา_คนที่_1="ประถมศึกษา",
    )
    assert isinstance(said, RowSaid)
    first, second = said.people
    assert (first.number, first.title, first.given, first.family) == (NUMBER, "นางสาว", "สมใจ", "รักดี")
    assert (first.born, first.precision, first.role, first.answers) == (
        "1997-07-01",
        "year",
        "head",
        {"attainment": 1},
    )
    assert (second.number, second.sex, second.born) == ("", "M", "2017-01-01")
    assert second.reference == "~สมหมายรักดี|2017-01-01|50010000001"


NRD = {"วันที่จัดเก็บ": "1/8/2568", "จังหวัด": "50", "อำเภอ": "1", "ตำบล": "1", "หมู่ที่": "1"}


def nrd(ones: int, others: int = 0, empty: int = 0, **cells: str) -> dict[str, Any]:
    values = ["1"] * ones + ["3"] * others + ["-"] * empty
    said = read("nrd-2c", **NRD, **{f"ตัวชี้วัดที่_{n}": value for n, value in enumerate(values, 1)}, **cells)
    assert isinstance(said, RowSaid)
    assert said.village == "50010101"
    return said.area_answers


@pytest.mark.parametrize(("ones", "level"), [(0, 3), (5, 3), (6, 2), (10, 2), (11, 1), (33, 1)])
def test_the_grade_of_a_village_is_a_count_of_serious_problems(ones: int, level: int) -> None:
    assert nrd(ones, 33 - ones)["village_level"] == level


def test_missing_indicators_leave_the_grade_open_unless_they_cannot_change_it() -> None:
    assert "village_level" not in nrd(5, 27, 1, **{"เวลาเดินทางไปโรงเรียนมัธยมศึกษาตอนต้น_(นาที)": "20"})
    assert nrd(11, 0, 22)["village_level"] == 1
    assert nrd(0, 30, 3)["village_level"] == 3


@pytest.mark.parametrize(("written", "traced"), [("1", None), ("2", None), ("3", True)])
def test_one_is_a_serious_problem_and_is_turned(written: str, traced: bool | None) -> None:
    """4 - x: a 3 (no problem) becomes a 1, somebody traces; a 1 becomes a 3, nobody does."""
    found = nrd(0, 33, ระดับการติดตามเด็กออกกลางคัน=written).get("dropout_tracing")
    assert found is (False if written == "1" else traced)


def test_the_index_scores_four_minus_the_grade() -> None:
    b7 = definition().indicators["B7"]
    assert (b7.sources["3"], b7.sources["2"]) == ("village_level == 1", "village_level == 2")


SCHOOL = {"วันที่ข้อมูล": "1/10/2569", "รหัสหมู่บ้าน": "XA10010101", "ชื่อ": "สมใจ", "นามสกุล": "รักดี"}


@pytest.mark.parametrize(
    ("status", "absent", "schooling"),
    [
        ("ออกกลางคัน", "", "out"),
        ("ย้าย", "", None),
        ("กำลังเรียน", "9.9", "attending"),
        ("กำลังเรียน", "10", "irregular"),
        ("กำลังเรียน", "", None),
        ("กำลังเรียน", "-", None),
        ("ฝึกอาชีพ", "", "in_training"),
        ("", "3", None),
    ],
)
def test_what_a_school_says_of_a_child(status: str, absent: str, schooling: str | None) -> None:
    said = read("school-dropout", **SCHOOL, สถานะ=status, ร้อยละการขาดเรียน=absent)
    assert isinstance(said, RowSaid)
    assert said.people[0].answers.get("schooling") == schooling


def test_a_child_with_a_code_of_the_school_is_kept() -> None:
    said = read("school-dropout", **SCHOOL, เลขประจำตัวประชาชน="G999900000012", สถานะ="ออกกลางคัน")
    assert isinstance(said, RowSaid)
    assert (said.people[0].state, said.people[0].reference) == ("none", "G999900000012")


def test_the_zero_in_front_comes_back_and_is_noted() -> None:
    number = "059990000001" + str(check_digit("059990000001"))
    said = read("school-dropout", **SCHOOL, เลขประจำตัวประชาชน=number[1:])
    assert isinstance(said, RowSaid)
    assert said.people[0].number == number
    assert said.notes == [(Note.ZERO_RESTORED, "เลขประจำตัวประชาชน")]


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    wrong = SCHOOL | {"วันที่ข้อมูล": "31/2/2569", "รหัสหมู่บ้าน": "99999999"}
    found = read("school-dropout", **wrong, เลขประจำตัวประชาชน="1.9999E+12", สถานะ="?", เพศ="9")
    assert isinstance(found, list)
    assert {(one.column, one.fault) for one in found} == {
        ("วันที่ข้อมูล", Fault.DATE_NOT_A_DAY),
        ("รหัสหมู่บ้าน", Fault.AREA_UNKNOWN),
        ("เลขประจำตัวประชาชน", Fault.ID_SCIENTIFIC),
        ("สถานะ", Fault.CODE_UNKNOWN),
        ("เพศ", Fault.CODE_UNKNOWN),
    }


def test_each_profile_recognises_its_own_file_and_no_other() -> None:
    everything = [profile(code) for code in shipped_profiles()]
    for one in everything:
        headings = [list(one.tables[0].named())]
        found = best(everything, headings)
        assert found is not None
        assert found[0].id == one.id
        assert (found[1].share, found[1].lacking, found[1].new) == (1.0, (), ())


def test_next_months_file_with_a_column_more_and_another_order_is_recognised() -> None:
    one = profile("school-dropout")
    headings = ["ใหม่", *reversed([name for name in one.tables[0].named() if name != "รหัสโรงเรียน"])]
    match = recognise(one, [["other"], headings])
    assert match is not None
    assert (match.sheets, match.new, match.lacking) == ((1,), ("ใหม่",), ())


def test_a_file_without_the_key_of_its_area_is_not_recognised() -> None:
    one = profile("school-dropout")
    assert recognise(one, [[name for name in one.tables[0].named() if name != "รหัสหมู่บ้าน"]]) is None
