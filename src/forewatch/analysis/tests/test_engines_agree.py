"""What holds for every engine, over random definitions and tables (index-spec section 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forewatch.analysis.definition import Level
from forewatch.analysis.engines.memory import people as memory_people
from forewatch.analysis.engines.memory.expiry import readings
from forewatch.analysis.engines.memory.values import Values, values_in_force
from forewatch.analysis.loading import load_definition
from forewatch.analysis.schema import SUBJECTS
from forewatch.analysis.tables import Results
from forewatch.analysis.tests.building import ENGINES, Part, records_table
from forewatch.analysis.tests.crowds import crowd
from forewatch.analysis.tests.strategies import VALUES, VARIABLES, Case, cases, events, record

EXAMPLES = {"memory": 30, "duckdb": 4}
"""A property costs two runs; those of duckdb are dear, and agreement carries over what memory shows."""

KEYS = {
    "assessments": ("person_id",),
    "households": ("household_id",),
    "areas": ("area_code", "by", "sex", "age_band"),
}
every_engine = pytest.mark.parametrize("engine", ENGINES)


def for_all(examples: int, strategy: st.SearchStrategy[Any], holds: Callable[[Any], None]) -> None:
    """Check a property over drawn cases."""
    unhurried = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    unhurried(given(strategy)(holds))()


def differences(one: Results, other: Results, within: dict[str, int] | None = None) -> list[str]:
    """Name every cell in which two results differ; `within` allows some columns a distance."""
    found = []
    for name, keys in KEYS.items():
        left, right = getattr(one, name), getattr(other, name)
        if left.schema != right.schema:
            found.append(f"{name}: schema {left.schema} | {right.schema}")
        left_rows, right_rows = _keyed(left, keys), _keyed(right, keys)
        if list(left_rows) != list(right_rows):
            found.append(f"{name}: rows {list(left_rows)} | {list(right_rows)}")
        for key in left_rows.keys() & right_rows.keys():
            for column, value in left_rows[key].items():
                if not _alike(value, right_rows[key][column], (within or {}).get(column, 0)):
                    found.append(f"{name} {key} {column}: {value} | {right_rows[key][column]}")
    return found


def _keyed(table: Any, keys: tuple[str, ...]) -> dict[tuple[Any, ...], Part]:
    return {tuple(row[key] for key in keys): row for row in table.to_pylist()}


def _alike(one: Any, other: Any, distance: int) -> bool:
    if distance and one is not None and other is not None:
        return abs(one - other) <= distance
    return bool(one == other)


# --- engines -------------------------------------------------------------------------------------------


def test_engines_agree():
    """To the last digit, but for a sum of Alkire-Foster shares in doubles, which may miss a tie."""

    def holds(case: Case) -> None:
        one, other = case.score("memory"), case.score("duckdb")
        assert differences(one, other, within={"a_bp": 1, "m0_bp": 1}) == []

    for_all(40, cases(), holds)


@pytest.mark.parametrize("seed", range(2))
def test_engines_agree_on_the_shipped_index(seed):
    case = crowd(load_definition("chiang-mai-28"), seed)
    one, other = case.score("memory"), case.score("duckdb")
    assert differences(one, other, within={"a_bp": 1, "m0_bp": 1}) == []
    assert set(one.assessments["band"].to_pylist()) == {"high", "medium", "not_enough_information"}


@every_engine
def test_scoring_twice_gives_the_same(engine):
    def holds(case: Case) -> None:
        assert differences(case.answer(engine), case.answer(engine)) == []

    for_all(3, cases(), holds)


# --- what changes nothing ------------------------------------------------------------------------------


@every_engine
def test_the_order_of_rows_changes_nothing(engine):
    def holds(drawn: tuple[Case, Random]) -> None:
        case, chance = drawn
        tables = {name: list(getattr(case, name)) for name in ("people", "records", "events", "areas")}
        for rows in tables.values():
            chance.shuffle(rows)
        assert differences(case.answer(engine), case._replace(**tables).answer(engine)) == []

    for_all(EXAMPLES[engine], st.tuples(cases(), st.randoms(use_true_random=False)), holds)


@every_engine
def test_repeating_an_unsuperseded_record_under_a_smaller_id_changes_nothing(engine):
    def holds(case: Case) -> None:
        superseded = {one.get("supersedes") for one in case.records}
        copies = [
            {**one, "record_id": f"!{one['record_id']}"}
            for one in case.records
            if one["record_id"] not in superseded
        ]
        again = case._replace(records=[*case.records, *copies])
        assert differences(case.answer(engine), again.answer(engine)) == []

    for_all(EXAMPLES[engine], cases(), holds)


@st.composite
def with_older_records(draw: st.DrawFn) -> tuple[Case, list[Part]]:
    """A case, and records that are older, in all they fill, than their subjects' own values in force."""
    case = draw(cases())
    own: dict[tuple[str, str], dict[str, date]] = {}
    for (level, subject, variable), value in own_values(case).items():
        own.setdefault((level, subject), {})[variable] = value.observed_on
    older = []
    for (level, subject), days in own.items():
        row = draw(record(level, subject, case.as_of))
        filled = [days[name] for name in row if name in days]
        row = {name: value for name, value in row.items() if name in days or name not in VARIABLES}
        if filled:
            row["observed_on"] = min(filled) - timedelta(days=draw(st.sampled_from([1, 2, 500])))
            row |= {"received_on": None, "record_id": f"zz{len(older)}"}
            older.append(row)
    return case, older


def own_values(case: Case) -> Values:
    """Return each subject's own values in force; only their days are meant."""
    rows = records_table(case.definition, case.records).to_pylist()
    return values_in_force(case.definition, rows, case.as_of, case.known_by)


@every_engine
def test_a_record_older_than_the_values_in_force_changes_nothing(engine):
    def holds(drawn: tuple[Case, list[Part]]) -> None:
        case, older = drawn
        longer = case._replace(records=[*case.records, *older])
        assert differences(case.answer(engine), longer.answer(engine)) == []

    for_all(EXAMPLES[engine], with_older_records(), holds)


@st.composite
def with_hearsay(draw: st.DrawFn) -> tuple[Case, list[Part]]:
    """A case, and C, D and E records about its subjects that claim to supersede others."""
    case = draw(cases())
    ids = [one["record_id"] for one in case.records] or ["r0"]
    hearsay = []
    for row in case.people:
        added = draw(record("person", row["person_id"], case.as_of))
        added |= {"grade": draw(st.sampled_from("CDE")), "supersedes": draw(st.sampled_from(ids))}
        hearsay.append({**added, "record_id": f"zz{len(hearsay)}"})
    return case, hearsay


@every_engine
def test_hearsay_changes_nothing(engine):
    def holds(drawn: tuple[Case, list[Part]]) -> None:
        case, hearsay = drawn
        longer = case._replace(records=[*case.records, *hearsay])
        assert differences(case.answer(engine), longer.answer(engine)) == []

    for_all(EXAMPLES[engine], with_hearsay(), holds)


@st.composite
def with_late_arrivals(draw: st.DrawFn) -> tuple[Case, list[Part], list[Part]]:
    """A case with a day it was known by, and records and events received after that day."""
    case = draw(cases())
    case = case._replace(known_by=case.known_by or case.as_of)
    late = case.known_by + timedelta(days=draw(st.sampled_from([1, 30])))
    ids = [one["record_id"] for one in case.records] or ["r0"]
    subjects = [("person", row["person_id"]) for row in case.people] + [("area", "a0"), ("household", "h0")]
    records = []
    for level, subject in subjects:
        added = draw(record(level, subject, case.as_of))
        added |= {"supersedes": draw(st.sampled_from(ids)), "received_on": max(late, added["observed_on"])}
        records.append({**added, "record_id": f"zz{len(records)}"})
    # What is known already may be told again, with another end.
    told = draw(events(case.definition, subjects, case.as_of)) + case.events
    happened = [{**one, "received_on": max(late, one["occurred_on"])} for one in told]
    happened += [{**one, "ended_on": one["received_on"]} for one in happened]
    return case, records, happened


@every_engine
def test_what_was_received_after_that_day_changes_nothing(engine):
    def holds(drawn: tuple[Case, list[Part], list[Part]]) -> None:
        case, records, happened = drawn
        longer = case._replace(records=[*case.records, *records], events=[*case.events, *happened])
        assert differences(case.answer(engine), longer.answer(engine)) == []

    for_all(EXAMPLES[engine], with_late_arrivals(), holds)


@every_engine
def test_changing_sex_changes_no_score(engine):
    def holds(drawn: tuple[Case, Random]) -> None:
        case, chance = drawn
        changed = [{**row, "sex": chance.choice([None, "F", "M", "X"])} for row in case.people]
        one, other = case.answer(engine), case._replace(people=changed).answer(engine)
        assert differences(*(_without_sex(results) for results in (one, other))) == []

    for_all(EXAMPLES[engine], st.tuples(cases(), st.randoms(use_true_random=False)), holds)


def _without_sex(results: Results) -> Results:
    both = results.areas.filter([sex is None for sex in results.areas["sex"].to_pylist()])
    return results._replace(assessments=results.assessments.drop_columns("sex"), areas=both)


# --- bounds --------------------------------------------------------------------------------------------


@st.composite
def with_an_answer(draw: st.DrawFn) -> tuple[Case, list[Part]]:
    """A case, and answers to one variable for whoever no scoring record on it reaches.

    The variable is one that no `applies` reads: filling that may take an indicator out altogether.
    """
    case = draw(cases())
    deciding = {
        name
        for one in case.definition.indicators.values()
        for name, _ in readings(case.definition, one.applies, one.valid_days)
    }
    variable = draw(st.sampled_from([name for name in VARIABLES if name not in deciding]))
    kind, level = variable.split("_")
    values = own_values(case)
    parents = {row["area_code"]: row["parent_code"] for row in case.areas}
    subjects = [{**dict.fromkeys(SUBJECTS.names), **row} for row in case.people]
    unheard: dict[str, None] = {}
    for person in memory_people.in_force(subjects, parents, case.as_of):
        nearest = person.subjects(Level(level))[:1]
        if person.value(values, Level(level), variable) is None:
            unheard |= dict.fromkeys(nearest)
    answers = [
        {
            "record_id": f"zz{number}",
            "subject_level": level,
            "subject_id": subject,
            "observed_on": min(case.as_of, case.known_by or case.as_of),
            "source_id": "s",
            variable: draw(st.sampled_from(VALUES[kind])),
        }
        for number, subject in enumerate(unheard)
    ]
    return case, answers


@every_engine
def test_an_answer_to_what_nobody_had_said_lands_inside_the_bounds(engine):
    def holds(drawn: tuple[Case, list[Part]]) -> None:
        case, answers = drawn
        longer = case._replace(records=[*case.records, *answers])
        before = _keyed(case.answer(engine).assessments, ("person_id",))
        after = _keyed(longer.answer(engine).assessments, ("person_id",))
        for key, row in after.items():
            old = before[key]
            if row["index_lo_bp"] is None:
                assert old["index_lo_bp"] is None
                continue
            assert old["index_lo_bp"] <= row["index_lo_bp"], (key, old, row)
            assert old["index_hi_bp"] >= row["index_hi_bp"], (key, old, row)
            if row["index_bp"] is not None:
                assert old["index_lo_bp"] <= row["index_bp"] <= old["index_hi_bp"], (key, old, row)

    for_all(2 * EXAMPLES[engine], with_an_answer(), holds)


@every_engine
def test_figures_agree_with_each_other(engine):
    def holds(case: Case) -> None:
        results = case.answer(engine)
        for row in results.assessments.to_pylist():
            check_assessment(case, row)
        for row in results.areas.to_pylist():
            check_area(row)

    for_all(EXAMPLES[engine], cases(), holds)


def check_assessment(case: Case, row: Part) -> None:
    scores = {one: row[f"s_{one}"] for one in case.definition.indicators}
    known = {one: score for one, score in scores.items() if score is not None}
    assert row["n3"] == sum(score == 3 for score in known.values())
    assert sorted(row["drivers"]) == sorted(one for one, score in known.items() if score >= 2)
    assert (row["index_bp"] is None) == (row["baseline_bp"] is None) == (not known)
    assert (row["index_lo_bp"] is None) == (row["index_hi_bp"] is None) == (row["coverage_bp"] is None)
    if row["index_bp"] is not None:
        assert 0 <= row["index_lo_bp"] <= row["index_bp"] <= row["index_hi_bp"] <= 10000
    if row["coverage_bp"] == 10000:
        assert row["band_basis"] == "certain" or case.definition.events
    assert (row["band"] == "not_enough_information") == (row["band_basis"] == "none")
    assert row["expires_on"] is None or row["expires_on"] > case.as_of
    for domain in case.definition.domains:
        mentioned = any(one.id in known for one in case.definition.of_domain(domain))
        assert (row[f"d_{domain}_bp"] is not None) == mentioned


def check_area(row: Part) -> None:
    if row["assessed"] is None:
        assert all(row[name] is None for name in list(row)[5:])
        return
    assert row["assessed"] == row["high"] + row["medium"] + row["low"]
    assert row["people"] == row["assessed"] + row["not_enough_information"]
    assert row["provisional"] <= row["assessed"]
    assert row["people"] > 0
