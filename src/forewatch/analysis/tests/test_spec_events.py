"""Trigger events: whom they reach and what they are worth (index-spec sections 3 and 5), in every engine."""

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
    event,
    everybody,
    happened,
    index,
    indicator,
    mean,
    person,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

TOMORROW = T + timedelta(days=1)
ANYWHERE = ["person", "household", "area"]


def shocks(max_trigger_bp: int = 10000, **events):
    """Return an index whose baseline is 0 for whoever says `bad: false`, so that triggers show alone."""
    return index(
        {"bad": boolean(), "plan": choice("none", "soon"), "safe": boolean("household")},
        indicator("I", "bad"),
        events=events,
        aggregation=mean(max_trigger_bp=max_trigger_bp),
    )


def triggers(engine, definition, events, people=None, known_by=None):
    """Return `triggers_bp` by person; `events` are by person, unless people are given."""
    if people is None:
        people = everybody(*events)
        events = [{**one, "subject_id": who} for who, theirs in events.items() for one in theirs]
    found = assess(engine, definition, people, events=events, known_by=known_by)
    return column(found, "triggers_bp")


def test_an_event_halves_in_value_with_its_half_life_and_ends_with_its_window(engine):
    worth = {0: 1000, 1: 986, 10: 871, 50: 500, 99: 253, 100: 0, 1000: 0}
    events = {f"day {days}": [happened("T", ago(days))] for days in worth}
    expected = {f"day {days}": value for days, value in worth.items()}
    assert triggers(engine, shocks(T=event()), events) == expected


def test_halves_of_a_basis_point_round_to_the_even_one(engine):
    short = {"window_days": 9, "half_life_days": 1}
    definition = shocks(ONE=event(1, **short), THREE=event(3, **short))
    events = {"12.5": [happened("ONE", ago(3))], "37.5": [happened("THREE", ago(3))]}
    assert triggers(engine, definition, events) == {"12.5": 12, "37.5": 38}


def test_an_event_of_tomorrow_is_worth_nothing_yet(engine):
    events = {"today": [happened("T", T)], "tomorrow": [happened("T", TOMORROW)]}
    assert triggers(engine, shocks(T=event()), events) == {"today": 1000, "tomorrow": 0}


def test_events_add_up_to_the_cap(engine):
    definition = shocks(1500, T=event(), U=event(4))
    events = {
        "nothing": [],
        "both": [happened("T", T), happened("U", T)],
        "at the cap": [happened("T", T), happened("T", ago(50))],
        "above the cap": [happened("T", T), happened("T", ago(1)), happened("U", T)],
    }
    assert triggers(engine, definition, events) == {
        "nothing": 0,
        "both": 1400,
        "at the cap": 1500,
        "above the cap": 1500,
    }


def test_triggers_raise_the_index_and_its_bounds_to_10000_at_most(engine):
    rows = assess(
        engine,
        shocks(T=event(20)),
        everybody("good", "bad", "unknown"),
        said(T, "good", bad=False),
        said(T, "bad", bad=True),
        events=[happened("T", T, one) for one in ("good", "bad", "unknown")],
    )
    figures = ("baseline_bp", "triggers_bp", "index_lo_bp", "index_bp", "index_hi_bp")
    assert {one: [row[figure] for figure in figures] for one, row in rows.items()} == {
        "good": [0, 2000, 2000, 2000, 2000],
        "bad": [10000, 2000, 10000, 10000, 10000],
        "unknown": [None, 2000, 2000, None, 10000],
    }


def test_copies_of_an_event_count_once(engine):
    definition = shocks(T=event(), U=event(1))
    copies = [happened("T", ago(50)), happened("T", ago(50), source_id="z"), happened("T", ago(50))]
    events = {
        "three sources": copies,
        "another day is another event": [*copies, happened("T", ago(49))],
        "another code is another event": [*copies, happened("U", ago(50))],
    }
    assert triggers(engine, definition, events) == {
        "three sources": 500,
        "another day is another event": 1007,
        "another code is another event": 550,
    }


def test_an_event_reaches_the_person_the_household_and_everybody_below_the_area(engine):
    people = [
        person("p1", "farm", household_id="h1"),
        person("p2", "town", household_id="h1"),
        person("p3", "farm"),
        person("p4", "isle"),
    ]
    events = [
        happened("P", T, "p1"),
        happened("H", T, "h1", "household"),
        happened("N", T, "north", "area"),
        happened("F", T, "farm", "area"),
    ]
    areas = [
        area("land"),
        area("north", "land"),
        area("town", "north"),
        area("farm", "north"),
        area("isle", "land"),
    ]
    definition = shocks(P=event(1), H=event(2, "household"), N=event(4, "area"), F=event(8, "area"))
    found = column(assess(engine, definition, people, events=events, areas=areas), "triggers_bp")
    assert found == {"p1": 1500, "p2": 600, "p3": 1200, "p4": 0}


def test_the_same_event_at_two_levels_is_two_events(engine):
    people = [person("x", "x", household_id="x")]
    events = [happened("T", T, "x", level) for level in ANYWHERE]
    assert triggers(engine, shocks(T=event(1, ANYWHERE)), events, people) == {"x": 300}


def test_the_same_event_on_an_area_and_on_its_parent_is_two_events(engine):
    found = assess(
        engine,
        shocks(T=event(1, "area")),
        [person(area="town")],
        events=[happened("T", T, "town", "area"), happened("T", T, "land", "area")],
        areas=[area("land"), area("town", "land")],
    )
    assert found["p1"]["triggers_bp"] == 200


def test_events_about_subjects_not_listed_are_ignored(engine):
    events = [happened("T", T, "nobody"), happened("T", T, "p1", "household")]
    assert triggers(engine, shocks(T=event(1, ANYWHERE)), events, [person()]) == {"p1": 0}


def test_an_event_that_lasts_is_worth_its_full_points_and_fades_from_its_end(engine):
    definition = shocks(T=event(while_active=True))
    events = {
        "no end known": [happened("T", ago(400))],
        "ends tomorrow": [happened("T", ago(400), ended_on=TOMORROW)],
        "ended today": [happened("T", ago(400), ended_on=T)],
        "ended a half-life ago": [happened("T", ago(400), ended_on=ago(50))],
        "ended a window ago": [happened("T", ago(400), ended_on=ago(100))],
        "ended the day it began": [happened("T", ago(50), ended_on=ago(50))],
    }
    assert triggers(engine, definition, events) == {
        "no end known": 1000,
        "ends tomorrow": 1000,
        "ended today": 1000,
        "ended a half-life ago": 500,
        "ended a window ago": 0,
        "ended the day it began": 500,
    }


def test_other_events_ignore_their_end(engine):
    events = {
        "ended": [happened("T", ago(50), ended_on=ago(1))],
        "goes on": [happened("T", ago(50))],
    }
    assert triggers(engine, shocks(T=event()), events) == {"ended": 500, "goes on": 500}


def test_of_copies_the_greatest_known_end_holds(engine):
    definition = shocks(T=event(while_active=True))
    events = {
        "a known end beats none": [happened("T", ago(90)), happened("T", ago(90), ended_on=ago(50))],
        "the later end": [
            happened("T", ago(90), ended_on=ago(50)),
            happened("T", ago(90), ended_on=ago(80), source_id="z"),
        ],
    }
    assert triggers(engine, definition, events) == {"a known end beats none": 500, "the later end": 500}


@pytest.mark.parametrize(
    ("known_by", "expected"),
    [
        (None, {"late": 1000, "own day": 1000, "end heard late": 500}),
        (T, {"late": 1000, "own day": 1000, "end heard late": 500}),
        (ago(1), {"late": 0, "own day": 0, "end heard late": 1000}),
        (ago(91), {"late": 0, "own day": 0, "end heard late": 0}),
    ],
)
def test_only_events_received_by_then_count(engine, known_by, expected):
    definition = shocks(T=event(while_active=True), U=event())
    events = {
        "late": [happened("T", ago(90), received_on=T)],
        "own day": [happened("U", T)],
        "end heard late": [
            happened("T", ago(90)),
            happened("T", ago(90), ended_on=ago(50), received_on=T),
        ],
    }
    assert triggers(engine, definition, events, known_by=known_by) == expected


@pytest.mark.parametrize(
    ("known_by", "expected"),
    [
        (None, {"taken back": 0, "told by another": 1000}),
        (T, {"taken back": 0, "told by another": 1000}),
        (ago(5), {"taken back": 0, "told by another": 1000}),
        (ago(6), {"taken back": 1000, "told by another": 1000}),
    ],
)
def test_an_event_counts_until_it_is_taken_back(engine, known_by, expected):
    definition = shocks(T=event(while_active=True))
    wrong = happened("T", ago(90), taken_back_on=ago(5))
    events = {"taken back": [wrong], "told by another": [wrong, happened("T", ago(90))]}
    assert triggers(engine, definition, events, known_by=known_by) == expected


def test_an_event_with_a_condition_counts_when_it_is_true_and_may_count_while_unknown(engine):
    definition = shocks(2500, T=event(10, counts_if="plan == 'soon' and not safe"), U=event(2))
    people = [
        person(one, household_id=house)
        for one, house in [("true", "unsafe"), ("false", "safe"), ("unknown", None), ("none", "unheard")]
    ]
    records = [
        said(T, "unsafe", "household", safe=False),
        said(T, "safe", "household", safe=True),
        *(said(T, one["person_id"], bad=False) for one in people),
        *(said(T, one, plan="soon") for one in ("true", "false", "unknown")),
        said(T, "none", plan="none"),
    ]
    events = [happened("T", T, one["person_id"]) for one in people] + [happened("U", T, "unknown")]
    rows = assess(engine, definition, people, *records, events=events)
    figures = ("triggers_bp", "index_lo_bp", "index_bp", "index_hi_bp")
    assert {one: [row[figure] for figure in figures] for one, row in rows.items()} == {
        "true": [1000, 1000, 1000, 1000],
        "false": [0, 0, 0, 0],
        "unknown": [200, 200, 200, 1200],
        "none": [0, 0, 0, 0],
    }


def test_the_upper_triggers_are_capped_too(engine):
    definition = shocks(1500, T=event(10, counts_if="plan == 'soon'"), U=event(9))
    events = [happened("T", T), happened("T", ago(1)), happened("U", T)]
    row = assess(engine, definition, [person()], said(T, bad=False), events=events)["p1"]
    assert (row["triggers_bp"], row["index_hi_bp"]) == (900, 1500)


def test_a_condition_reads_under_the_validity_of_its_event_and_may_ask_for_age_and_scores(engine):
    definition = index(
        {"bad": boolean(), "plan": choice("none", "soon")},
        indicator("I", "bad", valid_days=1000),
        events={
            "DEFAULT": event(1, counts_if="plan == 'soon'"),
            "SHORT": event(2, counts_if="plan == 'soon'", valid_days=10),
            "SCORE": event(4, counts_if="I == 1", valid_days=10),
            "MINOR": event(8, counts_if="age < 18"),
        },
    )
    codes = ("DEFAULT", "SHORT", "SCORE", "MINOR")
    rows = assess(
        engine,
        definition,
        [
            person("minor", birth_date=ago(4000)),
            person("adult", birth_date=ago(9000)),
            person("stale", birth_date=None),
        ],
        said(ago(10), "minor", plan="soon", bad=False),
        said(ago(11), "adult", plan="soon", bad=False),
        said(ago(366), "stale", plan="soon", bad=False),
        events=[happened(code, T, one) for code in codes for one in ("minor", "adult", "stale")],
    )
    assert column(rows, "triggers_bp") == {"minor": 1500, "adult": 500, "stale": 400}
    assert column(rows, "index_hi_bp") == {"minor": 1500, "adult": 700, "stale": 1500}
