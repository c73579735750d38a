"""When an assessment expires (index-spec section 5, Expiry), in every engine."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    ago,
    area,
    assess,
    boolean,
    column,
    event,
    everybody,
    gate,
    happened,
    index,
    indicator,
    integer,
    person,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def ahead(days: int) -> date:
    return T + timedelta(days=days)


def expiries(engine, definition, cases, **rest):
    """Return `expires_on` by case; a case is one person's records."""
    records = [{**one, "subject_id": case} for case, theirs in cases.items() for one in theirs]
    return column(assess(engine, definition, everybody(*cases), *records, **rest), "expires_on")


def test_the_first_day_a_fresh_variable_is_stale(engine):
    definition = index(
        {"a": boolean(), "b": boolean()},
        indicator("SLOW", "a or b", valid_days=100),
        indicator("QUICK", "b", valid_days=20),
    )
    cases = {
        "nothing known": [],
        "one": [said(ago(10), a=True)],
        "on its last day": [said(ago(100), a=True)],
        "stale": [said(ago(101), a=True)],
        "the earlier of two": [said(ago(10), a=True), said(ago(90), b=True)],
        "the quicker reader": [said(ago(10), a=True), said(T, b=True)],
        "stale for the quicker reader": [said(ago(21), b=True)],
        "replaced by a newer one": [said(ago(90), a=False), said(ago(10), a=True)],
    }
    assert expiries(engine, definition, cases) == {
        "nothing known": None,
        "one": ahead(91),
        "on its last day": ahead(1),
        "stale": None,
        "the earlier of two": ahead(11),
        "the quicker reader": ahead(21),
        "stale for the quicker reader": ahead(80),
        "replaced by a newer one": ahead(91),
    }


def test_a_variable_counts_when_named_whether_or_not_it_mattered(engine):
    definition = index({"a": boolean(), "b": boolean()}, indicator("I", "a and b", "a or not b"))
    cases = {"b": [said(ago(5), a=False), said(ago(300), b=True)]}
    assert expiries(engine, definition, cases) == {"b": ahead(66)}


def test_applies_always_counts_and_rules_only_of_applicable_indicators(engine):
    definition = index(
        {"asked": boolean(), "bad": boolean()},
        indicator("I", "bad", applies="asked", valid_days=100),
    )
    cases = {
        "applicable": [said(ago(10), asked=True), said(ago(20), bad=True)],
        "not applicable": [said(ago(10), asked=False), said(ago(20), bad=True)],
        "may be applicable": [said(ago(20), bad=True)],
    }
    assert expiries(engine, definition, cases) == {
        "applicable": ahead(81),
        "not applicable": ahead(91),
        "may be applicable": ahead(81),
    }


def test_derived_names_read_under_the_validity_of_whoever_mentions_them(engine):
    definition = index(
        {"a": boolean(), "b": boolean()},
        indicator("I", "outer", valid_days=30),
        indicator("J", "b", valid_days=200),
        derived={"outer": "not inner", "inner": "a"},
        gates=[gate("g", "inner", valid_days=40)],
    )
    cases = {
        "fresh for both": [said(ago(10), a=True)],
        "fresh for the gate": [said(ago(35), a=True)],
        "fresh for none": [said(ago(41), a=True), said(T, b=True)],
    }
    assert expiries(engine, definition, cases) == {
        "fresh for both": ahead(21),
        "fresh for the gate": ahead(6),
        "fresh for none": ahead(201),
    }


def test_what_an_indicator_reads_counts_through_its_id_under_its_own_validity(engine):
    """A rule that names an indicator reads all that indicator names, even where it is not applicable."""
    definition = index(
        {"asked": boolean(), "bad": boolean(), "middling": boolean()},
        indicator("READER", "far", valid_days=1000),
        indicator("I", "bad", "middling", applies="asked", valid_days=50),
        derived={"far": "I == 3"},
    )
    cases = {
        "rule 3": [said(ago(10), asked=True), said(ago(20), bad=True)],
        "rule 2": [said(ago(10), asked=True), said(ago(20), middling=True)],
        "applies": [said(ago(30), asked=True), said(ago(20), bad=True)],
        "not applicable": [said(ago(10), asked=False), said(ago(20), bad=True)],
        "stale under its own validity": [said(ago(51), bad=True)],
    }
    assert expiries(engine, definition, cases) == {
        "rule 3": ahead(31),
        "rule 2": ahead(31),
        "applies": ahead(21),
        "not applicable": ahead(31),
        "stale under its own validity": None,
    }


def test_gates_count_under_their_own_validity(engine):
    definition = index(
        {"a": boolean(), "b": boolean()},
        indicator("I", "a", valid_days=10),
        gates=[gate("long", "b"), gate("short", "b and I == 3", valid_days=100)],
    )
    cases = {
        "fresh for both": [said(ago(50), b=True)],
        "fresh for one": [said(ago(150), b=True)],
        "through the indicator": [said(ago(5), a=True)],
    }
    assert expiries(engine, definition, cases) == {
        "fresh for both": ahead(51),
        "fresh for one": ahead(216),
        "through the indicator": ahead(6),
    }


def test_values_of_the_household_and_of_the_area_count(engine):
    definition = index(
        {"home": integer(1, 3, level="household"), "place": integer(1, 3, level="area")},
        indicator("H", "home == 3", valid_days=100),
        indicator("A", "place == 3", valid_days=100),
    )
    people = [
        person("both", "farm", household_id="h1"),
        person("area alone", "farm"),
        person("stale and nearest", "town"),
    ]
    found = assess(
        engine,
        definition,
        people,
        said(ago(20), "h1", "household", home=1),
        said(ago(10), "north", "area", place=1),
        said(ago(101), "town", "area", place=1),
        areas=[area("north"), area("farm", "north"), area("town", "north")],
    )
    assert column(found, "expires_on") == {
        "both": ahead(81),
        "area alone": ahead(91),
        "stale and nearest": None,
    }


FADING = index(
    {"bad": boolean(), "plan": boolean(), "far": boolean()},
    indicator("I", "bad"),
    events={
        "T": event(10),
        "BRIEF": event(1, window_days=30, half_life_days=1),
        "LASTING": event(10, while_active=True),
        "IF": event(10, counts_if="plan", valid_days=60),
    },
)


def test_the_first_day_a_counting_event_is_worth_nothing(engine):
    events = {
        "inside its window": [happened("T", ago(10))],
        "last day of its window": [happened("T", ago(99))],
        "over": [happened("T", ago(100))],
        "tomorrow's": [happened("T", ahead(1))],
        "rounds to nothing before its window ends": [happened("BRIEF", ago(2))],
        "no known end": [happened("LASTING", ago(400))],
        "a known end": [happened("LASTING", ago(400), ended_on=ago(10))],
        "an end to come": [happened("LASTING", ago(400), ended_on=ahead(10))],
        "ended and over": [happened("LASTING", ago(400), ended_on=ago(100))],
        "the first of two": [happened("T", ago(10)), happened("T", ago(30))],
    }
    found = assess(
        engine,
        FADING,
        everybody(*events),
        events=[{**one, "subject_id": who} for who, theirs in events.items() for one in theirs],
    )
    assert column(found, "expires_on") == {
        "inside its window": ahead(90),
        "last day of its window": ahead(1),
        "over": None,
        "tomorrow's": None,
        "rounds to nothing before its window ends": ahead(6),
        "no known end": None,
        "a known end": ahead(90),
        "an end to come": ahead(110),
        "ended and over": None,
        "the first of two": ahead(70),
    }


def test_the_condition_of_an_event_that_reaches_the_person_counts_whatever_the_event_is_worth(engine):
    answers = {"true": True, "false": False, "unknown": None, "over": True, "not reached": True}
    events = [happened("IF", T, one) for one in ("true", "false", "unknown")]
    found = assess(
        engine,
        FADING,
        everybody(*answers),
        *(said(ago(10), one, plan=answer) for one, answer in answers.items()),
        events=[*events, happened("IF", ago(5000), "over")],
    )
    assert column(found, "expires_on") == {
        "true": ahead(51),
        "false": ahead(51),
        "unknown": None,
        "over": ahead(51),
        "not reached": None,
    }


def test_an_event_whose_condition_is_true_fades_like_any_other(engine):
    events = [happened("IF", ago(70), one) for one in ("true", "false", "unknown")]
    records = [said(T, "true", plan=True), said(T, "false", plan=False)]
    found = assess(engine, FADING, everybody("true", "false", "unknown"), *records, events=events)
    assert column(found, "expires_on") == {"true": ahead(30), "false": ahead(61), "unknown": None}


def test_an_event_received_later_changes_nothing_yet(engine):
    events = [happened("T", ago(10), received_on=T)]
    found = assess(engine, FADING, [person()], events=events, known_by=ago(1))
    assert found["p1"]["expires_on"] is None


@pytest.mark.parametrize(
    ("day", "births"),
    [
        (
            T,
            {
                date(2000, 6, 16): date(2024, 6, 16),
                date(2000, 6, 15): date(2025, 6, 15),
                date(2000, 6, 14): date(2025, 6, 14),
                date(2000, 2, 29): date(2025, 3, 1),
                T: date(2025, 6, 15),
                None: None,
            },
        ),
        (date(2023, 6, 15), {date(2000, 2, 29): date(2024, 2, 29)}),
        (date(2024, 2, 28), {date(2000, 2, 29): date(2024, 2, 29)}),
        (date(2024, 2, 29), {date(2000, 2, 29): date(2025, 3, 1), date(2024, 2, 29): date(2025, 3, 1)}),
        (date(2025, 2, 28), {date(2000, 2, 29): date(2025, 3, 1), date(2000, 3, 1): date(2025, 3, 1)}),
        (date(2099, 12, 31), {date(2000, 2, 29): date(2100, 3, 1), date(2000, 1, 1): date(2100, 1, 1)}),
    ],
)
def test_the_next_birthday(engine, day, births):
    people = [person(str(birth), birth_date=birth) for birth in births]
    found = assess(engine, FADING, people, as_of=day)
    assert column(found, "expires_on") == {str(birth): expiry for birth, expiry in births.items()}


def test_the_earliest_of_all_reasons(engine):
    births = {"birthday": date(1990, 6, 20), "variable": date(1990, 7, 20), "event": date(1990, 12, 1)}
    found = assess(
        engine,
        FADING,
        [person(one, birth_date=birth) for one, birth in births.items()],
        said(ago(350), "variable", bad=True),
        events=[happened("T", ago(80), one) for one in births],
    )
    assert column(found, "expires_on") == {
        "birthday": date(2024, 6, 20),
        "variable": ahead(16),
        "event": ahead(20),
    }


def test_rules_of_a_household_count_only_where_its_own_answer_makes_them_apply(engine):
    definition = index(
        {"asked": boolean("household"), "bad": boolean("household")},
        indicator("I", "bad", applies="asked", valid_days=100),
    )
    cases = {
        "it does not apply": (False, ahead(101)),
        "it applies": (True, ahead(1)),
        "nobody knows": (None, ahead(1)),
    }
    people = [person(case, household_id=case) for case in cases]
    records = [
        one
        for case, (asked, _) in cases.items()
        for one in (
            said(T, case, "household", asked=asked),
            said(ago(100), case, "household", bad=True),
        )
    ]
    found = column(assess(engine, definition, people, *records), "expires_on")
    assert found == {case: day for case, (_, day) in cases.items()}
