"""The Global MPI of 198 sample households: the engine against pandas, and against published figures.

The calculation here starts from the raw files and shares nothing with `examples/global-mpi`: it counts
in eighteenths, in which every weight of the Global MPI is whole (three for each indicator of health and
education, one for each of living standards), so a household is poor from six eighteenths on.
"""

import re
import runpy
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
import yaml

from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import score

EXAMPLE = Path(__file__).parents[2] / "examples" / "global-mpi"
DAY = date(2024, 1, 1)
AREAS = {"SURVEY": ["Rural", "Urban"], "SURVEY-RURAL": ["Rural"], "SURVEY-URBAN": ["Urban"]}
LIVING = ["cooking_fuel", "sanitation", "drinking_water", "electricity", "housing", "assets"]
EIGHTEENTHS = {
    "nutrition": 3,
    "child_mortality": 3,
    "years_of_schooling": 3,
    "school_attendance": 3,
    **dict.fromkeys(LIVING, 1),
}


@pytest.fixture(scope="module")
def folder(data):
    return data / "household" / "mpindex"


@pytest.fixture(scope="module")
def households(folder):
    return pd.read_csv(folder / "df_household.csv").set_index("uuid")


@pytest.fixture(scope="module")
def roster(folder):
    return pd.read_csv(folder / "df_household_roster.csv")


@pytest.fixture(scope="module")
def tables(folder, tmp_path_factory):
    """Return subjects, records and areas as the example's converter writes them."""
    out = tmp_path_factory.mktemp("converted")
    convert = runpy.run_path(str(EXAMPLE / "convert.py"))["convert"]
    convert(folder / "df_household.csv", folder / "df_household_roster.csv", DAY, out)
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, column_types={"level": pa.string()})
    return {
        name: pyarrow.csv.read_csv(out / f"{name}.csv", convert_options=options)
        for name in ("subjects", "records", "areas")
    }


def anybody(roster, condition):
    """Tell for every household whether the condition holds for any of its members."""
    return condition.groupby(roster["uuid"]).any()


def deprivations(households, roster):
    """Return one Boolean column per indicator, by the wording of the Global MPI."""
    owned = households.filter(like="asset_") > 0
    phone = owned["asset_telephone"] | owned["asset_mobile_phone"]
    kinds = phone.astype(int) + sum(
        owned[f"asset_{one}"].astype(int)
        for one in ("radio", "tv", "computer", "animal_cart", "bicycle", "motorcycle", "refrigerator")
    )
    bad_walls = households["walls"].isin([5, 8, 9, 99])
    return pd.DataFrame(
        {
            "nutrition": anybody(roster, roster["undernourished"].eq(1) & roster["age"].lt(70)),
            "child_mortality": households["with_child_died"].eq(1),
            "years_of_schooling": ~anybody(roster, roster["completed_6yrs_schooling"].eq(1)),
            "school_attendance": anybody(
                roster, roster["attending_school"].eq(2) & roster["age"].between(6, 14)
            ),
            "cooking_fuel": households["cooking_fuel"].isin([4, 5, 9]),
            "sanitation": households["toilet"].gt(1),
            "drinking_water": households["drinking_water"].eq(2),
            "electricity": households["electricity"].eq(2),
            "housing": households["roof"].isin([5, 7, 9]) | bad_walls | households["floor"].isin([5, 6, 9]),
            "assets": kinds.le(1) & ~owned["asset_car"] & ~owned["asset_truck"],
        }
    ).loc[households.index]


def headline(deprived, households, weight, classes):
    """Return H, A and M0 in basis points over the households of some classes; `weight` by household."""
    of = households["class"].isin(classes)
    eighteenths = deprived.mul(pd.Series(EIGHTEENTHS)).sum(axis=1)[of]
    weight = weight[of]
    poor = eighteenths >= 6
    h = weight[poor].sum() / weight.sum()
    a = (weight * eighteenths / 18)[poor].sum() / weight[poor].sum()
    return {"h_bp": 10_000 * h, "a_bp": 10_000 * a, "m0_bp": 10_000 * h * a}


def figures(results):
    """Return the areas' rows over both sexes and all ages, by residence, by area code."""
    rows = results.areas.to_pylist()
    return {
        row["area_code"]: row
        for row in rows
        if row["by"] == "residence" and row["sex"] is None and row["age_band"] is None
    }


def assert_headline(row, expected):
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=1), name


def household_weighted(subjects):
    """Give every member one part of the household, so that shares of people are shares of households."""
    frame = subjects.to_pandas()
    size = frame.groupby("household_id")["person_id"].transform("size")
    return pa.Table.from_pandas(frame.assign(weight=1 / size), preserve_index=False)


@pytest.fixture(scope="module")
def definition():
    return load_definition(EXAMPLE / "global-mpi.yaml")


@pytest.mark.parametrize("engine", ["duckdb", "memory"])
def test_shares_of_people_equal_pandas(definition, tables, households, roster, engine):
    found = figures(score(definition, **tables, as_of=DAY, engine=engine))
    deprived, size = deprivations(households, roster), roster.groupby("uuid").size()[households.index]
    assert found.keys() == AREAS.keys()
    for code, classes in AREAS.items():
        assert_headline(found[code], headline(deprived, households, size, classes))
        of = households["class"].isin(classes)
        poor = deprived.mul(pd.Series(EIGHTEENTHS)).sum(axis=1) >= 6
        assert found[code]["people"] == found[code]["assessed"] == size[of].sum()
        assert found[code]["high"] == size[of & poor].sum()
        assert found[code]["not_enough_information"] == found[code]["provisional"] == 0


def test_shares_of_households_equal_pandas(definition, tables, households, roster):
    weighted = tables | {"subjects": household_weighted(tables["subjects"])}
    found = figures(score(definition, **weighted, as_of=DAY))
    deprived, one = deprivations(households, roster), pd.Series(1, index=households.index)
    for code, classes in AREAS.items():
        assert_headline(found[code], headline(deprived, households, one, classes))


def test_every_indicator_of_every_household_equals_pandas(definition, tables, households, roster):
    found = score(definition, **tables, as_of=DAY).households.to_pandas().set_index("household_id")
    assert len(found) == 198
    deprived = deprivations(households, roster)
    for indicator in EIGHTEENTHS:
        expected = deprived[indicator].map({True: 3, False: 1})
        pd.testing.assert_series_equal(
            found[f"s_{indicator}"], expected, check_names=False, check_dtype=False, check_like=True
        )


def test_the_shares_are_a_household_survey_in_the_middle_of_its_range(definition, tables):
    # A calculation that called everybody or nobody poor would agree with itself anywhere.
    found = figures(score(definition, **tables, as_of=DAY))
    assert 500 < found["SURVEY-URBAN"]["h_bp"] < found["SURVEY-RURAL"]["h_bp"] < 5000


# ---- the package's own figures ---------------------------------------------------------------------


def packaged_definition(folder):
    """Return the example's definition with the cut-offs that mpindex's own introduction uses instead.

    It calls a household deprived in schooling when *any* member lacks six years, in attendance up to the
    age of 24, in fuel when nothing is cooked, in assets unless it has two goods *and* a vehicle (radios do
    not count), and never for its walls.
    """
    text = yaml.safe_load((EXAMPLE / "global-mpi.yaml").read_text(encoding="utf-8"))
    text["variables"]["members_without_six_years"] = {
        "type": "integer",
        "range": [0, 99],
        "level": "household",
        "label": {"en": "Members without six years of schooling"},
    }
    rules = {
        "years_of_schooling": "members_without_six_years > 0",
        "cooking_fuel": "cooks_with in ['charcoal', 'wood', 'none', 'other']",
        "housing": "roof in ['thatch', 'makeshift', 'other'] or floor in ['earth', 'makeshift', 'other']",
        "assets": "not (owns_tv + owns_telephone + owns_computer + owns_animal_cart + owns_bicycle "
        "+ owns_motorcycle + owns_refrigerator > 1 and owns_car_or_truck)",
    }
    for indicator in text["indicators"]:
        if indicator["id"] in rules:
            indicator["rules"] = {3: rules[indicator["id"]]}
    path = folder / "packaged.yaml"
    path.write_text(yaml.safe_dump(text, sort_keys=False), encoding="utf-8")
    return load_definition(path)


def with_columns(records, **columns):
    """Replace or add columns of the records, each a series by household."""
    frame = records.to_pandas().set_index("subject_id", drop=False)
    for name, values in columns.items():
        frame[name] = values.astype("Int64")
    return pa.Table.from_pandas(frame, preserve_index=False)


def members_who(roster, condition):
    """Count, for every household, the members for whom a condition holds."""
    return condition.groupby(roster["uuid"]).sum()


def test_published_figures_of_the_package(tables, roster, tmp_path):
    # "Introduction to mpindex", version 0.2.1: 198 households, H 0.379, A 0.473, MPI 0.179.
    # The package reads a missing answer as "not deprived", so the counts here are never missing.
    to_24 = roster["age"].between(5, 24)
    records = with_columns(
        tables["records"],
        members_without_six_years=members_who(roster, roster["completed_6yrs_schooling"].eq(2)),
        children_out_of_school=members_who(roster, roster["attending_school"].eq(2) & to_24),
    )
    subjects = household_weighted(tables["subjects"])
    results = score(
        packaged_definition(tmp_path), subjects=subjects, records=records, areas=tables["areas"], as_of=DAY
    )
    row = figures(results)["SURVEY"]
    assert [round(row[name] / 10_000, 3) for name in ("h_bp", "a_bp", "m0_bp")] == [0.379, 0.473, 0.179]
    assert results.households.num_rows == 198


# ---- answers that are missing ----------------------------------------------------------------------


def test_missing_attendance_leaves_only_undecided_households_out(definition, tables, households, roster):
    """Three members of 24 were not asked whether they attend school: real gaps, once all to 24 count.

    Counted up to 24, attendance is missing in a household where nobody is known to be out of school and
    somebody was not asked. Its share is then taken over the other nine indicators. It stays in the figures
    when it would be on the same side of the poverty line whatever the answer; else nobody in it is assessed.
    """
    to_24 = roster["age"].between(5, 24)
    out_of_school = members_who(roster, roster["attending_school"].eq(2) & to_24)
    gaps = members_who(roster, roster["attending_school"].isna() & to_24)
    missing = out_of_school.eq(0) & gaps.gt(0)
    assert missing.sum() > 0, "the data no longer have the gaps this test is about"
    counts = out_of_school.astype("Int64").mask(missing)
    records = with_columns(tables["records"], children_out_of_school=counts)
    found = figures(score(definition, **(tables | {"records": records}), as_of=DAY))

    deprived = deprivations(households, roster)
    deprived["school_attendance"] = out_of_school.gt(0)[households.index]
    missing = missing[households.index]
    least = deprived.mul(pd.Series(EIGHTEENTHS)).sum(axis=1)
    most = least + 3 * missing
    decided = least.ge(6) | most.lt(6)
    # Over what is known: without attendance, years of schooling alone speaks for education (6 eighteenths).
    share = (least + 3 * (missing & deprived["years_of_schooling"])) / 18
    size = roster.groupby("uuid").size()[households.index]
    for code, classes in AREAS.items():
        counted = households["class"].isin(classes) & decided
        poor = counted & least.ge(6)
        h = size[poor].sum() / size[counted].sum()
        a = (size * share)[poor].sum() / size[poor].sum()
        assert found[code]["assessed"] == size[counted].sum()
        assert found[code]["not_enough_information"] == size[households["class"].isin(classes)].sum() - (
            size[counted].sum()
        )
        assert_headline(found[code], {"h_bp": 10_000 * h, "a_bp": 10_000 * a, "m0_bp": 10_000 * h * a})


# ---- the example, as its README tells it -----------------------------------------------------------


def test_the_readme_can_be_followed(folder, tmp_path):
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*?)```", readme, flags=re.DOTALL)
    assert [command.split()[0] for command in commands] == ["python", "forewatch"]
    (tmp_path / "examples").symlink_to(EXAMPLE.parent)
    for table in ("df_household.csv", "df_household_roster.csv"):
        (tmp_path / table).symlink_to(folder / table)
    scripts = Path(sys.executable).parent
    for command in commands:
        program, *words = shlex.split(command.replace("\\\n", " "))
        subprocess.run([scripts / program, *words], cwd=tmp_path, check=True)
    areas = pyarrow.parquet.read_table(tmp_path / "out" / "mpi" / "areas.parquet").to_pylist()
    printed = re.findall(r"^\| (the whole survey|rural|urban) \|([\d |]+)\|$", readme, flags=re.MULTILINE)
    assert len(printed) == 3
    columns = ("people", "high", "h_bp", "a_bp", "m0_bp")
    for code, (_, numbers) in zip(AREAS, printed, strict=True):
        [row] = [
            row
            for row in areas
            if row["area_code"] == code
            and row["by"] == "residence"
            and not row["sex"]
            and not row["age_band"]
        ]
        assert [row[column] for column in columns] == [int(one) for one in numbers.split("|")]
