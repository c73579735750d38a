"""Households' and areas' figures (index-spec section 6), in every engine."""

from __future__ import annotations

from datetime import date

import pytest

from forewatch.analysis import schema
from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    ago,
    alkire_foster,
    area,
    boolean,
    gate,
    index,
    indicator,
    integer,
    mean,
    person,
    run,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

COUNTS = ("people", "assessed", "high", "medium", "low", "not_enough_information", "provisional", "act_now")
SHARES = ("mean_index_bp", "h_bp", "a_bp", "m0_bp")

# One question decides: n is the score, so the index is 0, 5,000 or 10,000 and the band low, medium or high.
ONE = index(
    {"n": integer(1, 3)},
    indicator("I", "n == 3", "n == 2"),
    gates=[gate("g", "n == 3")],
    aggregation=mean(bands={"medium_bp": 5000, "high_bp": 10000}),
)


def answers(**scores: int | None):
    """Return one record per person, of their score in `ONE`; null says nothing."""
    return [said(T, one, n=score) for one, score in scores.items()]


def area_rows(results):
    """Return area rows by (area code, by, sex, age band)."""
    rows = results.areas.to_pylist()
    found = {(row["area_code"], row["by"], row["sex"], row["age_band"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def everyone(results, by="residence"):
    """Return the (null, null) row of each area."""
    return {key[0]: row for key, row in area_rows(results).items() if key[1:] == (by, None, None)}


def figures(row, names):
    return [row[name] for name in names]


# --- households ----------------------------------------------------------------------------------------


def test_a_household_counts_its_members_by_band(engine):
    people = [person(one, household_id="h") for one in "abcdef"] + [
        person("alone"),
        person("k", household_id="k"),
    ]
    results = run(engine, ONE, people, answers(a=3, b=3, c=2, d=1, e=1, f=None, alone=3, k=None))
    names = ("household_id", "area_code", "members", *schema.BANDS, "max_index_bp", "act_now")
    assert [figures(row, names) for row in results.households.to_pylist()] == [
        ["h", "v1", 6, 2, 1, 2, 1, 10000, 2],
        ["k", "v1", 1, 0, 0, 0, 1, None, 0],
    ]


def test_a_household_has_an_area_when_its_members_agree(engine):
    people = [
        person("a", "v1", household_id="same"),
        person("b", "v1", household_id="same"),
        person("c", "v1", household_id="apart"),
        person("d", "v2", household_id="apart"),
        person("e", "v1", household_id="moved", valid_to=T),
        person("e", "v2", household_id="moved", valid_from=T),
    ]
    rows = run(engine, ONE, people).households.to_pylist()
    assert {row["household_id"]: row["area_code"] for row in rows} == {
        "same": "v1",
        "apart": None,
        "moved": "v2",
    }


def test_a_household_keeps_the_greatest_known_score_of_its_own_indicators(engine):
    definition = index(
        {"n": integer(1, 3, level="household"), "own": integer(1, 3)},
        indicator("H", "n == 3", "n == 2", level="household", applies="age < 60"),
        indicator("U", "n == 3 and own == 3", "n == 3", level="household"),
        indicator("P", "own == 3"),
    )
    people = [
        person("a", household_id="h", birth_date=date(1990, 1, 1)),
        person("b", household_id="h", birth_date=date(1920, 1, 1)),
        person("c", household_id="old", birth_date=date(1920, 1, 1)),
        person("d", household_id="silent", birth_date=date(1990, 1, 1)),
    ]
    records = [
        said(T, "h", "household", n=3),
        said(T, "old", "household", n=2),
        said(T, "a", own=1),
        said(T, "b", own=3),
    ]
    table = run(engine, definition, people, records).households
    assert [name for name in table.column_names if name.startswith("s_")] == ["s_H", "s_U"]
    found = {row["household_id"]: (row["s_H"], row["s_U"]) for row in table.to_pylist()}
    assert found == {"h": (3, 3), "old": (None, 1), "silent": (None, None)}


# --- areas ---------------------------------------------------------------------------------------------

LAND = [
    area("land"),
    area("north", "land"),
    area("town", "north"),
    area("farm", "north"),
    area("isle", "land"),
]


def test_an_area_counts_its_own_people_and_those_below(engine):
    people = [
        person("a", "town"),
        person("b", "town"),
        person("c", "farm"),
        person("d", "north"),
        person("e", "isle"),
        person("f", "land"),
    ]
    results = run(engine, ONE, people, answers(a=3, b=2, c=1, d=1, e=3), areas=LAND)
    assert {code: figures(row, COUNTS) for code, row in everyone(results).items()} == {
        "town": [2, 2, 1, 1, 0, 0, 0, 1],
        "farm": [1, 1, 0, 0, 1, 0, 0, 0],
        "north": [4, 4, 1, 1, 2, 0, 0, 1],
        "isle": [1, 1, 1, 0, 0, 0, 0, 1],
        "land": [6, 5, 2, 1, 2, 1, 0, 2],
    }


def test_home_towns_count_people_from_there_and_a_null_home_is_nowhere(engine):
    people = [
        person("a", "town", home_area_code="farm"),
        person("b", "town", home_area_code="isle"),
        person("c", "farm"),
    ]
    results = run(engine, ONE, people, answers(a=3, b=2, c=1), areas=LAND)
    by_home = {code: row["people"] for code, row in everyone(results, "home").items()}
    by_residence = {code: row["people"] for code, row in everyone(results).items()}
    assert by_home == {"land": 2, "north": 1, "town": 0, "farm": 1, "isle": 1}
    assert by_residence == {"land": 3, "north": 3, "town": 2, "farm": 1, "isle": 0}


def test_every_area_has_its_row_for_residence_and_home_even_without_people(engine):
    results = run(engine, ONE, [person("a", "town")], answers(a=3), areas=LAND)
    assert set(everyone(results)) == set(everyone(results, "home")) == {one["area_code"] for one in LAND}
    nobody = everyone(results)["isle"]
    assert figures(nobody, COUNTS) == [0, *[None] * 7]
    assert figures(nobody, SHARES) == [None] * 4


def test_without_a_list_the_areas_are_the_codes_found(engine):
    people = [person("a", "v1", home_area_code="v2"), person("b", "v3"), person("c", "gone", valid_to=T)]
    results = run(engine, ONE, people)
    assert {code: row["people"] for code, row in everyone(results).items()} == {"v1": 1, "v2": 0, "v3": 1}
    assert {code: row["people"] for code, row in everyone(results, "home").items()} == {
        "v1": 0,
        "v2": 1,
        "v3": 0,
    }


def test_all_crossings_of_sex_and_age_band_that_have_people(engine):
    people = [
        person("a", sex="F", birth_date=ago(365 * 20)),
        person("b", sex="F", birth_date=ago(365 * 30)),
        person("c", sex="X", birth_date=ago(365 * 20)),
        person("d"),
    ]
    rows = area_rows(run(engine, ONE, people, answers(a=3, b=2, c=1, d=1)))
    assert {key[2:]: row["people"] for key, row in rows.items() if key[1] == "residence"} == {
        (None, None): 4,
        (None, "18-24"): 2,
        (None, "25-59"): 1,
        (None, "unknown"): 1,
        ("F", None): 2,
        ("F", "18-24"): 1,
        ("F", "25-59"): 1,
        ("X", None): 1,
        ("X", "18-24"): 1,
        ("unknown", None): 1,
        ("unknown", "unknown"): 1,
    }
    assert rows["v1", "residence", None, "18-24"]["high"] == 1
    assert rows["v1", "residence", "F", "25-59"]["medium"] == 1


def test_age_bands_begin_and_end_as_named(engine):
    years = {0: "0-11", 11: "0-11", 12: "12-14", 14: "12-14", 15: "15-17", 17: "15-17", 18: "18-24"}
    years |= {24: "18-24", 25: "25-59", 59: "25-59", 60: "60+", 110: "60+"}
    people = [
        person(f"p{age}", area=f"v{age}", birth_date=date(T.year - age, T.month, T.day)) for age in years
    ]
    rows = area_rows(run(engine, ONE, people))
    assert {key[0]: key[3] for key in rows if key[2] is None and key[3] is not None} == {
        f"v{age}": band for age, band in years.items()
    }


def test_rows_are_sorted_with_nulls_first(engine):
    people = [
        person("a", "b", sex="M", birth_date=ago(9000), home_area_code="a"),
        person("b", "a", birth_date=ago(4000)),
        person("c", "b", sex="F", birth_date=ago(30000)),
    ]
    rows = run(engine, ONE, people).areas.select(["area_code", "by", "sex", "age_band"]).to_pylist()
    keys = [tuple(row.values()) for row in rows]
    assert keys == [
        ("a", "home", None, None),
        ("a", "home", None, "18-24"),
        ("a", "home", "M", None),
        ("a", "home", "M", "18-24"),
        ("a", "residence", None, None),
        ("a", "residence", None, "0-11"),
        ("a", "residence", "unknown", None),
        ("a", "residence", "unknown", "0-11"),
        ("b", "home", None, None),
        ("b", "residence", None, None),
        ("b", "residence", None, "18-24"),
        ("b", "residence", None, "60+"),
        ("b", "residence", "F", None),
        ("b", "residence", "F", "60+"),
        ("b", "residence", "M", None),
        ("b", "residence", "M", "18-24"),
    ]


def test_where_nobody_is_surveyed_every_figure_is_null_and_never_0(engine):
    people = [
        person("a", "silent"),
        person("b", "silent"),
        person("c", "heard"),
        person("d", "heard", sex="F"),
    ]
    rows = area_rows(run(engine, ONE, people, answers(c=1)))
    assert figures(rows["silent", "residence", None, None], COUNTS + SHARES) == [2, *[None] * 11]
    assert figures(rows["heard", "residence", None, None], COUNTS) == [2, 1, 0, 0, 1, 1, 0, 0]
    assert figures(rows["heard", "residence", "F", None], COUNTS + SHARES) == [1, *[None] * 11]


def test_a_known_indicator_or_a_shown_band_is_a_survey(engine):
    """One person has a known answer and no band; another a certain band and no known answer."""
    definition = index(
        {"a": integer(1, 3), "b": boolean(), "c": boolean(), "d": boolean(), "sure": boolean()},
        indicator("IA", "a == 3 and sure", "a >= 2 or sure", domain="d"),
        *(indicator(f"I{name}", name, domain="e", applies="a == 1") for name in "bcd"),
        domains={"d": 1, "e": 1},
    )
    people = [person("known", "x"), person("certain", "y"), person("neither", "z")]
    records = [said(T, "known", a=1, b=True, sure=None), said(T, "certain", a=3), said(T, "neither", c=True)]
    results = run(engine, definition, people, records)
    shown = {row["person_id"]: (row["band"], row["coverage_bp"]) for row in results.assessments.to_pylist()}
    assert shown == {
        "known": ("not_enough_information", 2500),
        "certain": ("high", 0),
        "neither": ("not_enough_information", 0),
    }
    rows = everyone(results)
    assert figures(rows["x"], COUNTS + SHARES) == [1, 0, 0, 0, 0, 1, 0, 0, None, None, None, None]
    assert figures(rows["y"], COUNTS + SHARES) == [1, 1, 1, 0, 0, 0, 0, 0, None, 10000, None, None]
    assert figures(rows["z"], COUNTS + SHARES) == [1, *[None] * 11]


def test_a_gate_alone_is_not_a_survey(engine):
    definition = index(
        {"n": integer(1, 3), "alarm": boolean()},
        indicator("I", "n == 3"),
        gates=[gate("g", "alarm")],
    )
    results = run(engine, definition, [person("a")], [said(T, "a", alarm=True)])
    assert results.assessments["act_now"].to_pylist() == [["g"]]
    assert figures(everyone(results)["v1"], COUNTS) == [1, *[None] * 7]


def test_provisional_counts_among_the_assessed(engine):
    definition = index(
        {"a": boolean(), "b": boolean()},
        indicator("IA", "a"),
        indicator("IB", "b"),
        aggregation=mean(show={"coverage_bp": 5000, "domain_coverage_bp": 0}),
    )
    people = [person(one) for one in ("certain", "provisional", "none")]
    records = [said(T, "certain", a=False, b=False), said(T, "provisional", a=False)]
    row = everyone(run(engine, definition, people, records))["v1"]
    assert figures(row, COUNTS) == [3, 2, 0, 0, 2, 1, 1, 0]


def test_means_and_shares_use_the_weights_and_counts_do_not(engine):
    people = [
        person("a", weight=0.5),
        person("b", weight=1.25),
        person("c"),
        person("d", weight=2.0),
        person("e", weight=100.0),
    ]
    row = everyone(run(engine, ONE, people, answers(a=3, b=3, c=2, d=1, e=None)))["v1"]
    assert figures(row, COUNTS) == [5, 4, 2, 1, 1, 1, 0, 2]
    # mean (0.5 + 1.25) * 10000 + 1 * 5000 over 4.75 = 4736.8; H = 1.75 / 4.75 = 3684.2
    assert figures(row, SHARES) == [4737, 3684, 10000, 3684]


def test_halves_of_a_basis_point_round_to_the_even_one(engine):
    """1 of 16 is 625 bp; 1 of 32 is 312.5, and 3 of 32 is 937.5."""
    groups = {"312": (1, 32), "938": (3, 32), "625": (1, 16)}
    people = [person(f"{code}/{i}", code) for code, (_, size) in groups.items() for i in range(size)]
    records = [
        said(T, f"{code}/{i}", n=3 if i < high else 1)
        for code, (high, size) in groups.items()
        for i in range(size)
    ]
    rows = everyone(run(engine, ONE, people, records))
    assert {code: figures(rows[code], SHARES) for code in groups} == {
        "312": [312, 312, 10000, 312],
        "938": [938, 938, 10000, 938],
        "625": [625, 625, 10000, 625],
    }


def test_shares_of_nobody_are_null_and_m0_of_nobody_high_is_0(engine):
    people = [person("a", "low"), person("b", "weightless", weight=0.0), person("c", "high")]
    rows = everyone(run(engine, ONE, people, answers(a=1, b=3, c=3)))
    assert figures(rows["low"], SHARES) == [0, 0, None, 0]
    assert figures(rows["weightless"], SHARES) == [None, None, None, None]
    assert figures(rows["high"], SHARES) == [10000, 10000, 10000, 10000]


def test_a_is_the_mean_share_among_the_high_and_m0_is_h_times_a_unrounded(engine):
    """In both methods the share is that of Alkire-Foster: per domain, then over the known domains."""
    parts = [("a", "d"), ("b", "d"), ("c", "d"), ("x", "e")]
    variables = {name: boolean() for name, _ in parts}
    indicators = [indicator(f"I{name}", name, domain=domain) for name, domain in parts]
    people = [person(one) for one in ("third and all", "all of one", "low", "low too", "low as well")]
    off = dict.fromkeys("abcx", False)
    records = [
        said(T, "third and all", **{**off, "a": True, "x": True}),  # (1/3 + 1) / 2 = 2/3
        said(T, "all of one", **{**off, "a": True, "b": True, "c": True}),  # (1 + 0) / 2
        *(said(T, one, **off) for one in ("low", "low too", "low as well")),
    ]
    for aggregation in (mean(), alkire_foster(4000)):
        definition = index(variables, *indicators, domains={"d": 1, "e": 1}, aggregation=aggregation)
        row = everyone(run(engine, definition, people, records))["v1"]
        # A = (2/3 + 1/2) / 2 = 7/12; H = 2/5; M0 = 7/30
        assert figures(row, ("high", "h_bp", "a_bp", "m0_bp")) == [2, 4000, 5833, 2333]


def test_m0_multiplies_what_is_not_rounded_yet(engine):
    """H = 1/2 and A = 1/6: 833.3, where half of the rounded 1667 would be 834."""
    names = "uvwxyz"
    definition = index(
        {name: boolean() for name in names},
        *(indicator(f"I{name}", name, domain="all") for name in names),
        domains={"all": 1},
        aggregation=alkire_foster(1000),
    )
    none = dict.fromkeys(names, False)
    records = [said(T, "poor", **{**none, "u": True}), said(T, "not poor", **none)]
    row = everyone(run(engine, definition, [person("poor"), person("not poor")], records))["v1"]
    assert figures(row, ("h_bp", "a_bp", "m0_bp")) == [5000, 1667, 833]


def test_the_mean_is_over_the_assessed_with_an_index(engine):
    """A certain band without any known answer is assessed, but has no index to average."""
    definition = index(
        {"n": integer(1, 4), "unheard": boolean()},
        indicator("I", "n == 3 or (n == 4 and unheard)", "n == 2 or n == 4"),
    )
    people = [person(one) for one in ("bounded", "low", "none")]
    row = everyone(run(engine, definition, people, [said(T, "bounded", n=4), said(T, "low", n=1)]))["v1"]
    assert figures(row, ("people", "assessed", "high", "mean_index_bp", "h_bp")) == [3, 2, 1, 0, 5000]
    assert figures(row, ("a_bp", "m0_bp")) == [None, None]


def test_people_not_in_force_or_not_yet_born_are_in_no_figure(engine):
    people = [
        person("a", "town", household_id="h"),
        person("left", "town", household_id="h", valid_to=T),
        person("unborn", "town", household_id="h", birth_date=date(2024, 6, 16)),
    ]
    results = run(engine, ONE, people, answers(a=1, left=3, unborn=3), areas=LAND)
    assert figures(everyone(results)["land"], COUNTS)[:3] == [1, 1, 0]
    assert results.households["members"].to_pylist() == [1]


def test_tables_have_the_columns_and_types_of_the_schema(engine):
    results = run(engine, ONE, [person("a", household_id="h")], answers(a=3))
    expected = (schema.assessments(ONE), schema.households(ONE), schema.area_rows())
    for table, columns in zip(results, expected, strict=True):
        assert table.schema.names == columns.names
        assert table.schema.types == columns.types
