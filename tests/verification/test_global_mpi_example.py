"""The example's converter and definition, on a made-up household: these run without any data."""

import csv
import runpy
from datetime import date
from pathlib import Path

import pytest

from forewatch.analysis.loading import load_definition

EXAMPLE = Path(__file__).parents[2] / "examples" / "global-mpi"
HOME = {
    "uuid": "h1", "class": "Rural", "drinking_water": "1", "toilet": "2", "with_child_died": "2", "roof": "5",
    "walls": "99", "floor": "NA", "electricity": "2", "cooking_fuel": "9", "asset_refrigerator": "0",
    "asset_radio": "2", "asset_tv": "NA", "asset_telephone": "0", "asset_mobile_phone": "3",
    "asset_animal_cart": "0", "asset_computer": "0", "asset_motorcycle": "0", "asset_bicycle": "0",
    "asset_car": "0", "asset_truck": "",
}  # fmt: skip
MEMBER = {
    "uuid": "h1", "line_number": "1", "class": "Rural", "sex": "Female", "age": "10", "attending_school": "1",
    "undernourished": "2", "completed_6yrs_schooling": "2",
}  # fmt: skip


@pytest.fixture
def converted(tmp_path):
    """Return a function that converts one made-up household and gives back a table's rows."""
    convert = runpy.run_path(str(EXAMPLE / "convert.py"))["convert"]

    def run(table, members=(MEMBER,), **answers):
        for name, rows in (("homes", [HOME | answers]), ("roster", members)):
            with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        convert(tmp_path / "homes.csv", tmp_path / "roster.csv", date(2024, 1, 1), tmp_path / "out")
        with (tmp_path / "out" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return run


def test_subjects_are_members_and_areas_are_classes(converted):
    two = [MEMBER, MEMBER | {"line_number": "2", "sex": "Male", "class": "Urban"}]
    assert converted("subjects", two) == [
        {"person_id": "h1-1", "household_id": "h1", "area_code": "SURVEY-RURAL", "sex": "F"},
        {"person_id": "h1-2", "household_id": "h1", "area_code": "SURVEY-RURAL", "sex": "M"},
    ]
    assert converted("areas") == [
        {"area_code": "SURVEY", "parent_code": "", "level": "0", "name": "The whole survey"},
        {"area_code": "SURVEY-RURAL", "parent_code": "SURVEY", "level": "1", "name": "Rural"},
    ]


def test_codes_become_words_and_missing_answers_stay_missing(converted):
    [record] = converted("records")
    expected = {
        "record_id": "survey-h1", "subject_level": "household", "subject_id": "h1",
        "observed_on": "2024-01-01", "source_id": "survey", "child_died": "false", "cooks_with": "other",
        "toilet": "limited", "water_source": "improved", "has_electricity": "false", "roof": "thatch",
        "walls": "other", "floor": "", "owns_radio": "1", "owns_tv": "", "owns_telephone": "1",
        "owns_computer": "0", "owns_car_or_truck": "",
    }  # fmt: skip
    assert {key: record[key] for key in expected} == expected


def test_a_vehicle_is_either_of_two(converted):
    assert converted("records", asset_truck="1")[0]["owns_car_or_truck"] == "true"
    assert converted("records", asset_truck="0")[0]["owns_car_or_truck"] == "false"


def test_a_code_outside_the_codebook_is_refused(converted):
    with pytest.raises(ValueError, match="household h1: roof is 8, which the codebook does not have"):
        converted("records", roof="8")


@pytest.mark.parametrize(
    ("variable", "members", "expected"),
    [
        ("children_out_of_school", [{"age": "6", "attending_school": "2"}], "1"),
        ("children_out_of_school", [{"age": "14", "attending_school": "2"}], "1"),
        ("children_out_of_school", [{"age": "5", "attending_school": "2"}], "0"),
        ("children_out_of_school", [{"age": "15", "attending_school": "2"}], "0"),
        ("children_out_of_school", [{"attending_school": ""}], ""),
        ("children_out_of_school", [{"attending_school": ""}, {"attending_school": "2"}], "1"),
        ("children_out_of_school", [{"attending_school": ""}, {"attending_school": "1"}], ""),
        ("children_out_of_school", [{"age": "24", "attending_school": ""}], "0"),
        ("members_undernourished", [{"age": "69", "undernourished": "1"}], "1"),
        ("members_undernourished", [{"age": "70", "undernourished": "1"}], "0"),
        ("members_undernourished", [{"undernourished": "1"}, {"undernourished": "1"}], "2"),
        ("members_undernourished", [{"age": "80", "undernourished": ""}], "0"),
        ("members_with_six_years", [{"completed_6yrs_schooling": "2"}], "0"),
        ("members_with_six_years", [{"age": "3", "completed_6yrs_schooling": ""}], "0"),
        ("members_with_six_years", [{"age": "30", "completed_6yrs_schooling": ""}], ""),
        ("members_with_six_years", [{"age": "30", "completed_6yrs_schooling": "1"}], "1"),
    ],
)
def test_counts_say_nobody_only_when_everybody_was_asked(converted, variable, members, expected):
    rows = [MEMBER | {"line_number": str(place)} | one for place, one in enumerate(members, 1)]
    assert converted("records", rows)[0][variable] == expected


def test_the_definition_weighs_dimensions_and_indicators_alike():
    definition = load_definition(EXAMPLE / "global-mpi.yaml")
    assert definition.aggregation.is_alkire_foster
    assert definition.aggregation.k_bp == 3333
    assert {domain.weight for domain in definition.domains.values()} == {1}
    assert {indicator.weight for indicator in definition.indicators.values()} == {1}
    assert [len(definition.of_domain(domain)) for domain in definition.domains] == [2, 2, 6]


def test_the_converter_fills_every_variable_of_the_definition(converted):
    definition = load_definition(EXAMPLE / "global-mpi.yaml")
    keys = ["record_id", "subject_level", "subject_id", "observed_on", "source_id"]
    assert set(converted("records")[0]) == {*keys, *definition.variables}
