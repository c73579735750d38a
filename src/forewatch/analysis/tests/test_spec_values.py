"""Which statement holds (index-spec section 3, rules 1 to 3), as small tables that every engine must meet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    ago,
    area,
    assess,
    boolean,
    choice,
    column,
    decimal,
    everybody,
    gate,
    index,
    indicator,
    integer,
    person,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

# The score of I is n itself, so that a test sees which value held.
READS_N = index({"n": integer(1, 3), "other": boolean()}, indicator("I", "n == 3", "n == 2", valid_days=100))
TOMORROW = T + timedelta(days=1)


RULE_1 = {
    "nothing said is missing": ([], None),
    "one statement holds": ([said(ago(5), n=2)], 2),
    "the newest day holds": ([said(ago(5), n=2), said(ago(4), n=3)], 3),
    "the newest day holds in any order of rows": ([said(ago(4), n=3), said(ago(5), n=2)], 3),
    "a newer day beats a better grade": ([said(ago(5), n=2), said(ago(4), n=3, grade=None)], 3),
    "today counts": ([said(ago(5), n=2), said(T, n=3)], 3),
    "what was observed after the day does not count": ([said(ago(5), n=2), said(TOMORROW, n=3)], 2),
    "A before B on one day": ([said(T, n=2), said(T, n=3, grade="B", source_id="z")], 2),
    "B before none on one day": ([said(T, n=2, grade="B"), said(T, n=3, grade=None, source_id="z")], 2),
    "A before none on one day": ([said(T, n=2), said(T, n=3, grade=None, source_id="z")], 2),
    "C never scores": ([said(ago(5), n=2), said(T, n=3, grade="C")], 2),
    "D never scores": ([said(ago(5), n=2), said(T, n=3, grade="D")], 2),
    "E never scores": ([said(ago(5), n=2), said(T, n=3, grade="E")], 2),
    "hearsay alone is missing": ([said(T, n=3, grade="C")], None),
    "the greatest source of one day holds": (
        [said(T, n=2, source_id="b"), said(T, n=3, source_id="a")],
        2,
    ),
    "small letters come after capitals": ([said(T, n=2, source_id="a"), said(T, n=3, source_id="Z")], 2),
    "a longer source comes after its beginning": (
        [said(T, n=2, source_id="aa"), said(T, n=3, source_id="a")],
        2,
    ),
    "accents come after plain letters": ([said(T, n=2, source_id="é"), said(T, n=3, source_id="z")], 2),
    "Thai comes after Latin": ([said(T, n=2, source_id="ก"), said(T, n=3, source_id="z")], 2),
    "bytes are those of UTF-8, not of UTF-16": (
        [said(T, n=2, source_id="\U0001d4b5"), said(T, n=3, source_id="\uff5a")],
        2,
    ),
    "a better grade beats a greater source": (
        [said(T, n=2, source_id="a"), said(T, n=3, grade="B", source_id="z")],
        2,
    ),
    "the greatest record of one source holds": (
        [said(T, n=2, record_id="k9"), said(T, n=3, record_id="k10")],
        2,
    ),
    "a greater source beats a greater record": (
        [said(T, n=2, source_id="b", record_id="m1"), said(T, n=3, source_id="a", record_id="m2")],
        2,
    ),
    "a null says nothing and hides nothing": ([said(ago(5), n=2), said(T, other=True)], 2),
}

SUPERSEDING = {
    "a superseded record never scores": (
        [said(T, n=3, record_id="a1"), said(ago(9), n=2, record_id="a2", supersedes="a1")],
        2,
    ),
    "nor when its replacement says nothing": (
        [said(T, n=3, record_id="b1"), said(T, record_id="b2", supersedes="b1")],
        None,
    ),
    "then an older one holds": (
        [said(ago(9), n=2), said(T, n=3, record_id="c1"), said(T, record_id="c2", supersedes="c1")],
        2,
    ),
    "a superseded record still supersedes": (
        [
            said(T, n=3, record_id="d1"),
            said(T, n=3, record_id="d2", supersedes="d1"),
            said(ago(9), n=2, record_id="d3", supersedes="d2"),
        ],
        2,
    ),
    "a record does not supersede itself": ([said(T, n=2, record_id="e1", supersedes="e1")], 2),
    "two that supersede each other are both out": (
        [
            said(T, n=3, record_id="f1", supersedes="f2"),
            said(T, n=3, record_id="f2", supersedes="f1"),
            said(ago(9), n=2),
        ],
        2,
    ),
    "B supersedes": (
        [said(T, n=3, record_id="g1"), said(ago(9), n=2, grade="B", supersedes="g1")],
        2,
    ),
    "an ungraded record supersedes": (
        [said(T, n=3, record_id="h1"), said(ago(9), n=2, grade=None, supersedes="h1")],
        2,
    ),
    "C supersedes nothing": ([said(T, n=2, record_id="i1"), said(T, grade="C", supersedes="i1")], 2),
    "D supersedes nothing": ([said(T, n=2, record_id="j1"), said(T, grade="D", supersedes="j1")], 2),
    "E supersedes nothing": ([said(T, n=2, record_id="l1"), said(T, grade="E", supersedes="l1")], 2),
    "an observation of tomorrow supersedes today": (
        [said(T, n=3, record_id="n1"), said(ago(9), n=2), said(TOMORROW, n=1, supersedes="n1")],
        2,
    ),
    "a record that is not there supersedes nothing": ([said(T, n=2, supersedes="nowhere")], 2),
}

FRESHNESS = {
    "fresh on its last day": ([said(ago(100), n=2)], 2),
    "stale on the day after": ([said(ago(101), n=2)], None),
    "an older value never replaces a stale one": ([said(ago(101), n=2), said(ago(102), n=3)], None),
}


@pytest.mark.parametrize("cases", [RULE_1, SUPERSEDING, FRESHNESS], ids=["rule 1", "superseding", "fresh"])
def test_the_statement_that_holds(engine, cases):
    records = [
        {"record_id": f"{case}/{number}", **record, "subject_id": case}
        for case, (records, _) in cases.items()
        for number, record in enumerate(records)
    ]
    found = assess(engine, READS_N, everybody(*cases), *records)
    assert column(found, "s_I") == {case: expected for case, (_, expected) in cases.items()}


def test_what_others_supersede_is_ignored(engine):
    found = assess(
        engine,
        READS_N,
        [person("p1", household_id="p1", area="p1"), person("p2")],
        said(T, n=2, record_id="a"),
        said(T, "p2", n=3, supersedes="a"),
        said(T, "p1", "household", supersedes="a"),
        said(T, "p1", "area", supersedes="a"),
    )
    assert column(found, "s_I") == {"p1": 2, "p2": 3}


def test_each_variable_is_resolved_by_itself(engine):
    both = index(
        {"n": integer(1, 3), "m": integer(1, 3)},
        indicator("FOR_N", "n == 3", "n == 2"),
        indicator("FOR_M", "m == 3", "m == 2"),
    )
    found = assess(
        engine,
        both,
        everybody("p1", "p2"),
        said(ago(1), n=1, m=2),
        said(ago(2), n=3),
        said(ago(2), "p2", n=2, m=3, grade="B"),
        said(ago(2), "p2", n=1, grade="A"),
    )
    assert [(row["s_FOR_N"], row["s_FOR_M"]) for row in found.values()] == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("known_by", "expected"),
    [
        (None, {"late": 3, "own day": 3, "corrected late": 2, "ordinary": 3}),
        (T, {"late": 3, "own day": 3, "corrected late": 2, "ordinary": 3}),
        (ago(1), {"late": 2, "own day": 2, "corrected late": 2, "ordinary": 3}),
        (ago(2), {"late": 2, "own day": 2, "corrected late": 3, "ordinary": 3}),
        (ago(50), {"late": None, "own day": None, "corrected late": None, "ordinary": None}),
    ],
)
def test_only_what_was_received_by_then_counts(engine, known_by, expected):
    found = assess(
        engine,
        READS_N,
        everybody(*expected),
        said(ago(9), "late", n=2),
        said(ago(8), "late", n=3, received_on=T),
        said(ago(9), "own day", n=2),
        said(T, "own day", n=3),
        said(ago(9), "corrected late", n=3, record_id="wrong"),
        said(ago(9), "corrected late", n=2, supersedes="wrong", received_on=ago(1)),
        said(ago(9), "ordinary", n=3, received_on=ago(9)),
        known_by=known_by,
    )
    assert column(found, "s_I") == expected
    assert set(column(found, "known_by").values()) == {known_by}


def test_what_arrived_after_the_day_counts_when_nothing_limits_it(engine):
    found = assess(engine, READS_N, [person()], said(T, n=3, received_on=TOMORROW))
    assert found["p1"]["s_I"] == 3


def test_every_kind_of_variable_is_read_exactly(engine):
    kinds = index(
        {
            "flag": boolean(),
            "word": choice("none", "some"),
            "count": integer(-5, 5),
            "part": decimal(0, 1, scale=2),
        },
        indicator("IFLAG", "flag"),
        indicator("IWORD", "word == 'some'"),
        indicator("ICOUNT", "count <= -2"),
        indicator("IPART", "part >= 0.3", "part >= 0.29"),
    )
    found = assess(
        engine,
        kinds,
        everybody("p1", "p2", "p3"),
        said(T, flag=True, word="some", count=-2, part="0.30"),
        said(T, "p2", flag=False, word="none", count=-1, part="0.29"),
        said(T, "p3", part="0.28"),
    )
    scores = {
        one: [row[f"s_{name}"] for name in ("IFLAG", "IWORD", "ICOUNT", "IPART")]
        for one, row in found.items()
    }
    assert scores == {"p1": [3, 3, 3, 3], "p2": [1, 1, 1, 2], "p3": [None, None, None, 1]}


def test_the_same_value_is_fresh_for_one_indicator_and_stale_for_another(engine):
    both = index(
        {"n": integer(1, 3)},
        indicator("SHORT", "n == 3", "n == 2", valid_days=10),
        indicator("LONG", "n == 3", "n == 2", valid_days=20),
    )
    found = assess(engine, both, [person()], said(ago(15), n=2))
    assert (found["p1"]["s_SHORT"], found["p1"]["s_LONG"]) == (None, 2)


def test_a_derived_name_reads_under_the_validity_of_whoever_mentions_it(engine):
    shared = index(
        {"n": integer(1, 3)},
        indicator("SHORT", "bad", valid_days=10),
        indicator("LONG", "worse", valid_days=20),
        derived={"worse": "bad and bad", "bad": "n == 3"},
        gates=[gate("own", "bad", valid_days=12), gate("default", "worse")],
    )
    found = assess(
        engine,
        shared,
        everybody("p1", "p2", "p3"),
        said(ago(15), n=3),
        said(ago(365), "p2", n=3),
        said(ago(366), "p3", n=3),
    )
    assert column(found, "s_SHORT") == {"p1": None, "p2": None, "p3": None}
    assert column(found, "s_LONG") == {"p1": 3, "p2": None, "p3": None}
    assert column(found, "act_now") == {"p1": ["default"], "p2": ["default"], "p3": []}


def test_an_indicator_in_a_rule_keeps_its_own_validity(engine):
    chained = index(
        {"n": integer(1, 3)},
        indicator("READER", "OTHER == 3", valid_days=1000),
        indicator("OTHER", "n == 3", valid_days=10),
    )
    found = assess(engine, chained, everybody("p1", "p2"), said(ago(10), n=3), said(ago(11), "p2", n=3))
    assert column(found, "s_READER") == {"p1": 3, "p2": None}


MIXED = index(
    {
        "own": integer(1, 3),
        "home": integer(1, 3, level="household"),
        "place": integer(1, 3, level="area"),
    },
    indicator("IOWN", "own == 3", "own == 2"),
    indicator("IHOME", "home == 3", "home == 2", level="household"),
    indicator("IPLACE", "place == 3", "place == 2", level="area", valid_days=100),
    indicator("ALL", "own == 3 and home == 3 and place == 3"),
)


def test_a_person_is_scored_on_their_own_their_households_and_their_areas_values(engine):
    found = assess(
        engine,
        MIXED,
        [person("p1", household_id="h1"), person("p2", household_id="h1", area="v2"), person("p3")],
        said(T, "p1", own=3),
        said(T, "h1", "household", home=3),
        said(T, "v1", "area", place=3),
    )
    scores = {
        one: [row[f"s_{name}"] for name in ("IOWN", "IHOME", "IPLACE", "ALL")] for one, row in found.items()
    }
    assert scores == {
        "p1": [3, 3, 3, 3],
        "p2": [None, 3, None, None],
        "p3": [None, None, 3, None],
    }


def test_subjects_of_different_levels_may_share_an_id(engine):
    found = assess(
        engine,
        MIXED,
        [person("x", household_id="x", area="x")],
        said(T, "x", own=1),
        said(T, "x", "household", home=2),
        said(T, "x", "area", place=3),
    )
    assert [found["x"][f"s_{name}"] for name in ("IOWN", "IHOME", "IPLACE")] == [1, 2, 3]


def test_the_nearest_area_with_any_value_decides_even_when_stale(engine):
    areas = [area("land"), area("north", "land"), area("town", "north"), area("farm", "north"), area("isle")]
    found = assess(
        engine,
        MIXED,
        [person(code, area=code) for code in ("land", "north", "town", "farm", "isle")],
        said(T, "land", "area", place=1),
        said(ago(9), "north", "area", place=2),
        said(ago(101), "town", "area", place=3),
        said(T, "farm", "area", place=3, grade="C"),
        areas=areas,
    )
    assert column(found, "s_IPLACE") == {"land": 1, "north": 2, "town": None, "farm": 2, "isle": None}


def test_each_area_variable_looks_for_its_own_nearest_area(engine):
    two = index(
        {"a": integer(1, 3, level="area"), "b": integer(1, 3, level="area")},
        indicator("IA", "a == 3", "a == 2"),
        indicator("IB", "b == 3", "b == 2"),
    )
    found = assess(
        engine,
        two,
        [person(area="town")],
        said(T, "town", "area", a=2),
        said(T, "land", "area", a=3, b=3),
        areas=[area("land"), area("town", "land")],
    )
    assert (found["p1"]["s_IA"], found["p1"]["s_IB"]) == (2, 3)


def test_without_a_list_of_areas_only_the_own_code_speaks(engine):
    found = assess(
        engine,
        MIXED,
        [person("p1", area="town"), person("p2", area="land")],
        said(T, "land", "area", place=3),
    )
    assert column(found, "s_IPLACE") == {"p1": None, "p2": 3}


def test_records_about_subjects_not_listed_are_ignored(engine):
    found = assess(
        engine,
        MIXED,
        [person()],
        said(T, "nobody", own=3),
        said(T, "p1", "household", home=3),
        said(T, "h9", "household", home=3),
    )
    assert list(found) == ["p1"]
    assert [found["p1"][f"s_{name}"] for name in ("IOWN", "IHOME")] == [None, None]


def test_the_order_holds_among_very_many_sources_and_repeated_statements(engine):
    """What puts records in order then fills more than 31 bits, and with the answer more than 63."""
    definition = index(
        {"n": integer(-4, 2_000_000_000)}, indicator("I", "n == 3", "n == 2", valid_days=36_500)
    )
    statements = [said(T, f"p{one % 2}", n=1, source_id=f"s{one:05}") for one in range(20_000)]
    told = {"p0": 3, "p1": 2}
    last = {"p0": "s19998", "p1": "s19999"}
    for about, n in told.items():
        statements += [
            said(T, about, n=value, source_id=last[about], record_id=f"z{about}{place}")
            for place, value in enumerate((1, 4, n))
        ]
        statements.append(said(ago(36_499), about, n=4, source_id="z"))
    found = assess(engine, definition, everybody("p0", "p1"), *statements)
    assert column(found, "s_I") == told
