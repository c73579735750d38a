"""The linter says what is wrong and on which line; what the mapping page writes is read back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.analysis.definition import Kind
from forewatch.intake.profiles.linting import examine
from forewatch.intake.profiles.loading import definition, parse_profile
from forewatch.intake.profiles.structure import (
    NOTHING,
    Answer,
    Coded,
    Dated,
    HouseholdColumns,
    Key,
    PersonColumns,
    Profile,
    Table,
)
from forewatch.intake.profiles.suggesting import suggest, suggest_codes
from forewatch.intake.profiles.writing import to_yaml
from forewatch.intake.values.codes import key_of
from forewatch.intake.values.dates import Era

GOOD = """id: test
version: 1
title: {en: "Test"}
tables:
  - area: "code"
    person: {number: "id"}
    answers:
      intent: {column: "plan", codes: {"0": none, "1": planned}}
"""


def codes(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in examine(text, "test.yaml", definition())[1]]


def test_a_good_profile_has_no_problem() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("id: test", "id: Test!", ("id-form", 1)),
        ("version: 1", "version: one", ("not-whole", 2)),
        ('title: {en: "Test"}', 'title: {th: "Test"}', ("no-english", 3)),
        ('area: "code"', 'aera: "code"', ("missing-key", 5)),
        ("intent:", "intend:", ("no-variable", 8)),
        ("intent:", "water:", ("not-an-option", 8)),
        ("planned}", "perhaps}", ("not-an-option", 8)),
        ('{column: "plan", codes', "{codes", ("one-way", 8)),
        ('{number: "id"}', '{phone: "tel"}', ("nobody", 6)),
        ("intent: {", "income_per_person: {percent: true, ", ("percent", 8)),
        ('"0": none', '"0": none, "๐": planned', ("duplicate-key", 8)),
        ('{number: "id"}', '{number: "id", birth: {column: "b", era: roman}}', ("not-an-option", 6)),
        ("    person:", "    members: {to: 3, person: {number: id}}\n    person:", ("no-household", 6)),
        ("    person:", '    unused: ["plan"]\n    person:', ("used", 6)),
        ('area: "code"', 'area: {columns: ["a", "b"], widths: [2]}', ("widths", 5)),
        ("title:", "colour: red\ntitle:", ("unknown-key", 3)),
    ],
)
def test_what_the_linter_says(old: str, new: str, problem: tuple[str, int]) -> None:
    assert old in GOOD
    assert problem in codes(GOOD.replace(old, new))


def test_members_need_their_number_in_each_column() -> None:
    text = GOOD.replace(
        '    person: {number: "id"}\n',
        '    household: {reference: "h"}\n    members: {to: 2, person: {number: "id"}}\n',
    )
    assert "no-number" in [code for code, _ in codes(text)]


def test_a_variable_of_people_has_no_place_in_a_table_of_areas() -> None:
    assert ("level", 7) in codes(GOOD.replace('    person: {number: "id"}\n', ""))


@pytest.mark.parametrize(
    "hostile", ["&a [*a, *a]", "!!python/object:os.system x", "- " * 2_000, "\x00", "{" * 500]
)
def test_hostile_yaml_is_a_problem_not_a_crash(hostile: str) -> None:
    assert codes(hostile)


COLUMN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)
VARIABLES = [one for one in definition().variables.values() if one.level == "person"]


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    names = draw(st.lists(COLUMN, min_size=8, max_size=8, unique_by=str.casefold))
    variable = draw(st.sampled_from(VARIABLES))
    meanings = [*variable.choices, NOTHING] if variable.kind is Kind.CHOICE else ["true", "false", NOTHING]
    coded = variable.kind in (Kind.CHOICE, Kind.BOOLEAN)
    written = draw(st.lists(COLUMN, min_size=1, max_size=3, unique_by=key_of)) if coded else []
    table = Table(
        area=Key((names[0],)),
        observed_on=draw(st.none() | st.just(Dated(names[1], draw(st.sampled_from(Era))))),
        household=draw(st.none() | st.just(HouseholdColumns(Key((names[2],)), house=names[3]))),
        person=PersonColumns(number=names[4], given=names[5], sex=Coded(names[6], {"1": "M", "2": "F"})),
        answers=(
            Answer(
                variable.name, names[7], {key_of(one): draw(st.sampled_from(meanings)) for one in written}
            ),
        ),
    )
    return Profile("test", draw(st.integers(1, 99)), {"en": "Test"}, (table,))


@given(profiles())
def test_what_is_written_is_read_back_the_same(profile: Profile) -> None:
    assert parse_profile(to_yaml(profile), "test.yaml") == profile


def test_suggestions_in_english_and_thai() -> None:
    found = suggest(
        ["National ID", "วันเกิด", "Sex", "รหัสหมู่บ้าน", "Going away to work within 12 months", "arrears", "สิ่งอื่น"],
        definition(),
    )
    assert found == {
        "National ID": "number",
        "วันเกิด": "birth",
        "Sex": "sex",
        "รหัสหมู่บ้าน": "area",
        "Going away to work within 12 months": "v:intent",
        "arrears": "v:arrears",
    }


def test_suggested_meanings_of_codes() -> None:
    intent, arrears = definition().variables["intent"], definition().variables["arrears"]
    assert suggest_codes(["None", "วางแผนแล้ว", "9"], intent) == {"None": "none", "วางแผนแล้ว": "planned"}
    assert suggest_codes(["1", "no", "?"], arrears) == {"1": "true", "no": "false"}
