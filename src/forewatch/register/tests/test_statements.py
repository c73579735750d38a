"""What was said stays; a correction says it anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from forewatch.access.decisions import Refused
from forewatch.access.rules import Role
from forewatch.analysis.definition import Kind, Level, Variable
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.statements import correct_record, record_answers, report_event
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Event, Record
from forewatch.register.queries.answers import in_force, records_about
from forewatch.register.rules.answers import NotAnAnswer, answer, exact, unusable
from forewatch.register.tests.building import household, people_of
from forewatch.ui.problems import Conflict, Problem

Areas = dict[str, Area]
TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


def number_of(scale: int = 0, low: int = 0, high: int = 6) -> Variable:
    return Variable(
        "n", Kind.DECIMAL if scale else Kind.INTEGER, Level.PERSON, {"en": "n"}, (), scale, low, high
    )


@pytest.mark.parametrize(
    ("scale", "high", "written", "value"),
    [
        (0, 6, "4", 4),
        (0, 6, "๔", 4),
        (0, 10_000_000, "38,000", 38000),
        (2, 100, "0.25", "0.25"),
        (2, 100, ".5", "0.50"),
        (2, 100, "25%", "0.25"),
        (2, 100, "25 %", "0.25"),
        (2, 100, "1", "1.00"),
        (0, 6, "  ", None),
    ],
)
def test_numbers_as_people_write_them(scale: int, high: int, written: str, value: object) -> None:
    assert answer(number_of(scale, high=high), written) == value


@pytest.mark.parametrize(
    ("scale", "high", "written", "reason"),
    [
        (0, 6, "7", "range"),
        (0, 6, "-1", "range"),
        (0, 6, "1.5", "finer"),
        (2, 100, "0.255", "finer"),
        (2, 100, "1.01", "range"),
        (0, 6, "many", "number"),
        (0, 6, "nan", "number"),
        (0, 6, "1e999999", "range"),
    ],
)
def test_what_is_no_number_says_why(scale: int, high: int, written: str, reason: str) -> None:
    with pytest.raises(NotAnAnswer, match=reason):
        answer(number_of(scale, high=high), written)


@given(st.integers(0, 4), st.integers(-(10**9), 10**9))
def test_a_decimal_is_kept_exactly(scale: int, units: int) -> None:
    one = number_of(scale, -(10**9), 10**9)
    kept = exact(one, units)
    assert answer(one, str(kept)) == kept


@pytest.mark.parametrize(
    ("level", "values", "wrong"),
    [
        ("person", {"papers": "full", "attainment": 2}, []),
        ("household", {"papers": "full"}, ["papers"]),
        ("person", {"papers": "fool"}, ["papers"]),
        ("person", {"attainment": True}, ["attainment"]),
        ("person", {"attainment": "2"}, ["attainment"]),
        ("household", {"arrears": "true"}, ["arrears"]),
        ("household", {"arrears": 1}, ["arrears"]),
        ("household", {"oop_share": "0.25"}, []),
        ("household", {"oop_share": "0.5"}, ["oop_share"]),
        ("household", {"oop_share": 0.25}, ["oop_share"]),
        ("person", {"papers": None}, ["papers"]),
    ],
)
def test_only_values_as_a_record_keeps_them_are_usable(level: str, values: dict, wrong: list) -> None:
    assert list(unusable(definition(), level, values)) == wrong


def test_the_database_itself_refuses_to_change_what_was_said(cast: Cast, areas: Areas) -> None:
    home = household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], answers={"arrears": True})
    report_event(
        by=cast.actor(Role.DISTRICT_OFFICER),
        subject=home,
        observation=Observation(TODAY),
        entry=EventEntry("T1", TODAY),
    )
    for model in (Record, Event):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            model.objects.update(received_on=YESTERDAY)


def test_a_correction_is_a_new_record_and_the_old_one_scores_no_more(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    (ann,) = people_of(home)
    first = record_answers(
        by=officer, subject=ann, observation=Observation(TODAY), answers={"papers": "none"}
    )
    assert first is not None
    home.refresh_from_db()
    assert home.without_papers == 1
    second = correct_record(by=officer, record=first, values={"papers": "full"}, grade="A", observed_on=TODAY)
    assert (second.supersedes, second.person, second.source) == (first, ann, first.source)
    home.refresh_from_db()
    assert home.without_papers == 0
    with pytest.raises(Conflict, match="meanwhile"):
        correct_record(by=officer, record=first, values={"papers": "limited"}, grade="A", observed_on=TODAY)
    assert Record.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ([("none", 2, "A"), ("full", 1, "A")], "full"),
        ([("none", 2, "A"), ("full", 1, "C")], "none"),
        ([("none", 1, "B"), ("full", 1, "A")], "full"),
        ([("full", 1, "B"), ("none", 1, "")], "full"),
        ([("none", 1, "E")], None),
    ],
)
def test_the_answer_in_force_is_the_newest_then_the_better_known(
    cast: Cast, areas: Areas, told: list[tuple[str, int, str]], value: str | None
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    (ann,) = people_of(household(officer, areas[VILLAGE]))
    for papers, ago, grade in told:
        seen = Observation(TODAY - timedelta(days=ago), grade=grade)
        record_answers(by=officer, subject=ann, observation=seen, answers={"papers": papers})
    best = in_force(records_about_person(ann))
    assert (best["papers"].values["papers"] if best else None) == value
    ann.refresh_from_db()
    assert ann.papers == (value or "")


def records_about_person(person: object) -> list[Record]:
    return records_about(Q(person=person))


def test_an_area_has_answers_too_where_one_may_write(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    said = {"observation": Observation(TODAY), "answers": {"school_minutes": 45}}
    written = record_answers(by=lead, subject=areas[VILLAGE], **said)
    assert written is not None
    assert written.area == areas[VILLAGE]
    with pytest.raises(Refused):
        record_answers(by=lead, subject=areas[OUTSIDE_VILLAGE], **said)


def test_nothing_asked_is_no_record(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    assert record_answers(by=officer, subject=home, observation=Observation(TODAY), answers={}) is None


def test_an_event_must_be_one_that_the_index_knows_of_this_subject(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    for code in ("T99", "T9"):
        with pytest.raises(Problem, match="no such event"):
            report_event(
                by=officer, subject=home, observation=Observation(TODAY), entry=EventEntry(code, TODAY)
            )
