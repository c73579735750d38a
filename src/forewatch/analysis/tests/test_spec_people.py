"""Who is assessed and how old they are (index-spec sections 1 and 3), in every engine."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    ago,
    assess,
    boolean,
    column,
    gate,
    index,
    indicator,
    person,
    run,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

FLAG = index({"flag": boolean()}, indicator("I", "flag"))


def test_age_is_the_difference_of_years_less_one_before_the_birthday(engine):
    births = {
        "birthday today": (date(2000, 6, 15), 24),
        "birthday tomorrow": (date(2000, 6, 16), 23),
        "birthday yesterday": (date(2000, 6, 14), 24),
        "earlier month, later day": (date(2000, 5, 30), 24),
        "born today": (T, 0),
        "unknown": (None, None),
    }
    people = [person(one, birth_date=birth) for one, (birth, _) in births.items()]
    assert column(assess(engine, FLAG, people), "age") == {one: age for one, (_, age) in births.items()}


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2023, 2, 28), 18),
        (date(2023, 3, 1), 19),
        (date(2024, 2, 28), 19),
        (date(2024, 2, 29), 20),
        (date(2024, 3, 1), 20),
    ],
)
def test_born_on_29_february_turns_a_year_older_on_1_march_of_common_years(engine, day, age):
    found = assess(engine, FLAG, [person(birth_date=date(2004, 2, 29))], as_of=day)
    assert found["p1"]["age"] == age


def test_born_after_the_day_is_in_no_table(engine):
    people = [
        person("born", household_id="h", birth_date=T),
        person("unborn", household_id="h", birth_date=T + timedelta(days=1)),
        person("later", household_id="h2", area="v9", birth_date=T + timedelta(days=1)),
    ]
    results = run(engine, FLAG, people)
    assert results.assessments["person_id"].to_pylist() == ["born"]
    assert results.households.select(["household_id", "members"]).to_pylist() == [
        {"household_id": "h", "members": 1}
    ]
    assert set(results.areas["area_code"].to_pylist()) == {"v1"}
    assert max(results.areas["people"].to_pylist()) == 1


def test_the_row_in_force_counts(engine):
    people = [
        person("moved", area="old", valid_to=T),
        person("moved", area="new", valid_from=T),
        person("moves tomorrow", area="old", valid_to=T + timedelta(days=1)),
        person("moves tomorrow", area="new", valid_from=T + timedelta(days=1)),
        person("left", valid_to=T),
        person("comes", valid_from=T + timedelta(days=1)),
        person("visits", area="guest", valid_from=ago(3), valid_to=T + timedelta(days=3)),
        person("away now", valid_to=ago(9)),
        person("away now", valid_from=T + timedelta(days=9)),
    ]
    found = column(assess(engine, FLAG, people), "area_code")
    assert found == {"moved": "new", "moves tomorrow": "old", "visits": "guest"}


def test_a_person_who_moved_keeps_what_was_said_of_them(engine):
    people = [
        person("p1", "v1", household_id="h1", valid_to=ago(5)),
        person("p1", "v2", household_id="h2", valid_from=ago(5)),
    ]
    both = index(
        {"flag": boolean(), "home": boolean("household"), "place": boolean("area")},
        indicator("I", "flag"),
        indicator("H", "home", level="household"),
        indicator("A", "place", level="area"),
    )
    found = assess(
        engine,
        both,
        people,
        said(ago(9), flag=True),
        said(ago(9), "h1", "household", home=True),
        said(ago(9), "v2", "area", place=True),
    )
    assert [found["p1"][f"s_{one}"] for one in "IHA"] == [3, None, 3]


def test_an_assessment_carries_the_person_the_day_and_the_definition(engine):
    birth = date(1990, 1, 1)
    columns = {"household_id": "h1", "home_area_code": "far", "sex": "X", "birth_date": birth}
    row = assess(engine, FLAG, [person("p1", "v1", **columns)], known_by=ago(1))["p1"]
    keys = ("household_id", "area_code", "home_area_code", "sex", "age", "as_of", "known_by", "definition")
    assert [row[key] for key in keys] == ["h1", "v1", "far", "X", 34, T, ago(1), "made-up@1"]


def test_rows_come_in_the_order_of_their_ids_by_bytes(engine):
    ids = ["b", "B", "é", "10", "9", "ก"]
    results = run(engine, FLAG, [person(one, household_id=one, area=one) for one in ids])
    ordered = ["10", "9", "B", "b", "é", "ก"]
    assert results.assessments["person_id"].to_pylist() == ordered
    assert results.households["household_id"].to_pylist() == ordered
    assert list(dict.fromkeys(results.areas["area_code"].to_pylist())) == ordered


def test_an_unknown_age_is_unknown_and_never_0(engine):
    minors = index(
        {"flag": boolean()},
        indicator("MINOR", "flag", applies="age < 18"),
        indicator("ADULT", "flag", applies="not age < 18"),
        gates=[gate("child", "flag and age < 18"), gate("any", "flag or age < 18")],
    )
    people = [
        person("child", birth_date=date(2010, 1, 1)),
        person("adult", birth_date=date(1980, 1, 1)),
        person("unknown"),
    ]
    found = assess(engine, minors, people, *(said(T, one["person_id"], flag=True) for one in people))
    assert column(found, "s_MINOR") == {"child": 3, "adult": None, "unknown": None}
    assert column(found, "s_ADULT") == {"child": None, "adult": 3, "unknown": None}
    assert column(found, "coverage_bp") == {"child": 10000, "adult": 10000, "unknown": 0}
    assert column(found, "act_now") == {"child": ["child", "any"], "adult": ["any"], "unknown": ["any"]}


def test_nobody_gives_empty_tables(engine):
    results = run(engine, FLAG, [])
    assert [table.num_rows for table in results] == [0, 0, 0]
