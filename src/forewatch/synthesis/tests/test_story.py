"""What a reader of the files must find in them, worked out from the files alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forewatch.analysis.definition import Definition
from forewatch.analysis.scoring import score
from forewatch.synthesis.people import AS_OF
from forewatch.synthesis.province import synthesise


@pytest.fixture(scope="module")
def records(province) -> pd.DataFrame:
    return province.records.to_pandas()


@pytest.fixture(scope="module")
def residents(province) -> pd.DataFrame:
    """Everybody where they live now, with the village's sub-district."""
    rows = province.subjects.to_pandas()
    now = rows[rows["valid_to"].isna()].set_index("person_id")
    return now.assign(sub_district=now["area_code"].str[:8])


@pytest.fixture(scope="module")
def persons(records: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Statements on persons with where and with whom they live."""
    spoken = records[records["subject_level"] == "person"]
    return spoken.join(residents[["household_id", "area_code", "birth_date"]], on="subject_id")


def test_several_named_sources_carry_different_grades(records: pd.DataFrame) -> None:
    assert records["source_id"].nunique() >= 10
    grades = records.groupby("source_id")["grade"].agg(lambda one: frozenset(one.dropna()))
    assert grades["SRC-SCHOOL"] == frozenset()
    assert grades["SRC-BMN"] == {"A", "B"}
    assert grades["SRC-WATCH"] == {"C", "D", "E"}


def test_sources_differ_in_how_late_they_are(records: pd.DataFrame) -> None:
    late = pd.to_datetime(records["received_on"]) - pd.to_datetime(records["observed_on"])
    days = late.dt.days.groupby(records["source_id"]).median()
    assert days["SRC-BMN"] > 2 * days["SRC-VISIT"]
    assert late.dt.days.max() <= 120
    assert (late.dt.days > 60).mean() > 0.002


def test_something_is_stale_and_something_fresh(records: pd.DataFrame) -> None:
    age = (pd.Timestamp(AS_OF) - pd.to_datetime(records["observed_on"])).dt.days
    for source in ("SRC-BMN", "SRC-WELFARE"):
        ours = age[records["source_id"] == source]
        assert 0.01 < (ours > 365).mean() < 0.25
        assert (ours < 365).mean() > 0.7
    assert age[records["source_id"] == "SRC-NRD"].min() > 365


def test_two_sources_contradict_each_other_on_one_day(records: pd.DataFrame) -> None:
    keys = ["subject_id", "observed_on"]
    partner = records[records["source_id"] == "SRC-PARTNER"]
    others = records[records["source_id"] != "SRC-PARTNER"]
    pairs = partner.merge(others, on=keys, suffixes=("", "_other"))
    assert 0.002 < len(pairs) / len(records) < 0.01
    differs = pd.Series(False, index=pairs.index)
    for name in ("housing", "benefits", "schooling", "care_reached", "literacy", "water", "assets"):
        differs |= pairs[name].notna() & (pairs[name] != pairs[f"{name}_other"])
    assert differs.sum() > 20


def test_some_households_answered_nothing_to_some_questions(records: pd.DataFrame) -> None:
    survey = records[(records["source_id"] == "SRC-BMN") & (records["subject_level"] == "household")]
    for name in ("housing", "water", "income_per_person", "carer_schooling"):
        assert 0.005 < survey[name].isna().mean() < 0.1


def test_the_surveys_reach_is_thin_where_papers_lack(persons: pd.DataFrame, records: pd.DataFrame) -> None:
    known = persons[persons["papers"].notna()]
    without = known[known["papers"].isin(["none", "limited", "refused", "pending"])]
    with_papers = known[known["papers"] == "full"]
    surveyed = set(records.loc[records["source_id"] == "SRC-BMN", "subject_id"])
    share = without["household_id"].isin(surveyed).mean()
    assert share < 0.8 * with_papers["household_id"].isin(surveyed).mean()


def test_lack_of_papers_clusters_in_villages(persons: pd.DataFrame) -> None:
    visited = persons[(persons["source_id"] == "SRC-VISIT") & persons["papers"].notna()]
    short = (~visited["papers"].isin(["full", "long_term"])).groupby(visited["area_code"]).mean()
    assert short.quantile(0.95) > 3 * short.median()


def test_leaving_school_goes_with_lack_of_papers(persons: pd.DataFrame) -> None:
    pupils = persons[(persons["source_id"] == "SRC-VISIT") & persons["schooling"].notna()]
    out = pupils["schooling"].isin(["out", "irregular"])
    short = ~pupils["papers"].isin(["full", "long_term"]) & pupils["papers"].notna()
    assert out[short].mean() > 1.5 * out[~short].mean()


def test_one_person_in_ten_comes_from_another_village(residents: pd.DataFrame) -> None:
    elsewhere = residents["home_area_code"].notna() & (residents["home_area_code"] != residents["area_code"])
    assert 0.07 < elsewhere.mean() < 0.13
    assert residents.loc[elsewhere, "home_area_code"].nunique() > 50


def test_silent_villages_have_people_and_no_statement(
    province, records: pd.DataFrame, residents: pd.DataFrame
) -> None:
    by_person = records["subject_id"].map(residents["area_code"])
    homes = residents.groupby("household_id")["area_code"].first()
    by_home = records["subject_id"].map(homes)
    spoken = {*by_person.dropna(), *by_home.dropna(), *records["subject_id"]}
    silent = set(residents["area_code"]) - spoken
    villages = residents["area_code"].nunique()
    assert 0.05 <= len(silent) / villages <= 0.085
    struck = set(province.events.to_pandas()["subject_id"])
    quiet = residents[residents["area_code"].isin(silent)]
    assert not struck & {*quiet.index, *quiet["household_id"], *silent}


def test_trigger_events_follow_their_level(province, definition: Definition) -> None:
    events = province.events.to_pandas()
    assert set(events["event"]) == set(definition.events)
    first = events["subject_id"].str[0].map({"P": "person", "H": "household", "X": "area"})
    assert (first == events["subject_level"]).all()
    wide = events[(events["subject_level"] == "area") & (events["subject_id"].str.len() == 8)]
    assert sorted(wide["event"]) == ["T3", "T4"]


def test_less_was_known_three_months_earlier(province) -> None:
    def shown(known_by: object) -> float:
        tables = {name: getattr(province, name) for name in ("subjects", "records", "events", "areas")}
        found = score("chiang-mai-28", as_of=AS_OF, known_by=known_by, **tables).assessments
        return 1 - found["band_basis"].to_pylist().count("none") / found.num_rows

    assert shown(AS_OF - timedelta(days=90)) < shown(AS_OF) - 0.05


def test_the_map_and_the_tables_name_the_same_areas(province) -> None:
    features = json.loads((province.folder / "boundaries.geojson").read_text("utf-8"))["features"]
    drawn = {one["properties"]["area_code"]: one["properties"] for one in features}
    listed = {row["area_code"]: row for row in province.areas.to_pylist()}
    missing = set(listed) - set(drawn)
    assert len(missing) == 2
    assert all(listed[code]["level"] == "4" for code in missing)
    for code, properties in drawn.items():
        assert {name: properties[name] for name in listed[code]} == listed[code]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.integers(1, 4_000), seed=st.integers(0, 2**40))
def test_any_size_and_seed_gives_a_whole_province(tmp_path: Path, people: int, seed: int) -> None:
    summary = synthesise(people, seed, tmp_path)
    subjects = pd.read_parquet(tmp_path / "subjects.parquet")
    now = subjects[subjects["valid_to"].isna()]
    assert now["person_id"].is_unique
    assert len(now) == summary.people == people
    assert now["household_id"].nunique() == summary.households
    areas = pd.read_parquet(tmp_path / "areas.parquet")
    assert set(subjects["area_code"]) <= set(areas["area_code"])
    assert set(areas["parent_code"].dropna()) <= set(areas["area_code"])
    records = pd.read_parquet(tmp_path / "records.parquet")
    assert records["record_id"].is_unique
    assert set(records["supersedes"].dropna()) <= set(records["record_id"])
    events = pd.read_parquet(tmp_path / "events.parquet")
    known = {*subjects["person_id"], *subjects["household_id"], *areas["area_code"]}
    assert {*records["subject_id"], *events["subject_id"]} <= known
