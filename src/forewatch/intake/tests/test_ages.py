"""Where a file gives ages instead of birth dates, they are true on the day observed, and stay estimates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.intake.interpreting.columns import Columns
from forewatch.intake.interpreting.persons import PersonReader
from forewatch.intake.interpreting.said import PersonSaid, Trouble
from forewatch.intake.profiles.loading import parse_profile
from forewatch.intake.profiles.structure import Dated, PersonColumns
from forewatch.intake.profiles.writing import to_yaml
from forewatch.intake.values.faults import Fault
from forewatch.register.rules.dates import OLDEST, Precision, age_on, birth_at_age

DAY = date(2026, 6, 1)
COLUMNS = PersonColumns(name="name", birth=Dated("born"), age="age")


def read(age: str, born: str = "", day: date = DAY) -> tuple[PersonSaid, list[Trouble]]:
    reader = PersonReader(COLUMNS, Columns(["name", "born", "age"]), DAY)
    return reader.read(["Aye Madeup", born, age], "", "H1", day, [])


@given(st.integers(0, OLDEST), st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_on_the_day_the_age_is_the_one_that_was_written(age: int, day: date) -> None:
    born = birth_at_age(age, day)
    assert age_on(born.day, day) == age
    assert born.precision is Precision.ESTIMATED
    # Half a year to either side, it would be another age at most a day off.
    assert age_on(born.day - timedelta(days=184), day) == age + 1
    assert age_on(born.day + timedelta(days=184), day) == age - 1


@pytest.mark.parametrize(("written", "age"), [("34", 34), ("๓๔", 34), ("34 ปี", 34), ("0", 0)])
def test_an_age_is_read_as_of_the_day_observed(written: str, age: int) -> None:
    said, troubles = read(written, day=date(2020, 2, 29))
    assert not troubles
    assert age_on(date.fromisoformat(said.born), date(2020, 2, 29)) == age
    assert said.precision == "estimated"


def test_a_birth_date_wins() -> None:
    said, troubles = read("34", born="1981-07-05")
    assert (said.born, said.precision, troubles) == ("1981-07-05", "day", [])


@pytest.mark.parametrize("written", ["", "-"])
def test_no_age_is_no_birth(written: str) -> None:
    assert read(written)[0].born == ""


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("131", Fault.NUMBER_RANGE),
        ("-1", Fault.NUMBER_RANGE),
        ("4.5", Fault.NUMBER_DECIMALS),
        ("old", Fault.NUMBER_SHAPE),
    ],
)
def test_what_is_no_age_sets_the_row_aside(written: str, fault: Fault) -> None:
    _said, troubles = read(written)
    assert [(one.column, one.value, one.fault) for one in troubles] == [("age", written, fault)]


def test_somebody_is_found_again_a_year_later() -> None:
    this, next_year = read("34")[0], read("35", day=date(2027, 6, 1))[0]
    assert this.reference == next_year.reference != ""


def test_a_profile_keeps_the_column() -> None:
    text = """
id: ages
version: 1
title: {en: "Ages"}
tables:
  - area: village
    person: {reference: line, age: "age in years"}
"""
    profile = parse_profile(text, "ages.yaml")
    again = parse_profile(to_yaml(profile), "again.yaml")
    assert again.tables[0].person is not None
    assert again.tables[0].person.age == "age in years"
