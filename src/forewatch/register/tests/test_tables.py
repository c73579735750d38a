"""The register as the index reads it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from forewatch.access.rules import Role
from forewatch.analysis.scoring import score
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register import tables
from forewatch.register.actions.households import move_household
from forewatch.register.actions.merging import merge
from forewatch.register.actions.statements import correct_record, record_answers, report_event
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Record
from forewatch.register.tests.building import household, member, people_of

Areas = dict[str, Area]
TODAY = timezone.localdate()
BEFORE = TODAY - timedelta(days=30)
SECOND_VILLAGE = "XA10010102"


def rows(name: str) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in one.items() if value is not None}
        for one in tables.tables(definition())[name].to_pylist()
    ]


def test_an_empty_register_gives_empty_tables_with_every_column(cast: Cast) -> None:
    empty = tables.tables(definition())
    assert [one.num_rows for one in empty.values()] == [0, 0, 0]
    assert set(definition().variables) <= set(empty["records"].column_names)


def test_subjects_stand_where_they_lived_and_when(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE], member(home_area=areas["XA1002"]), on=BEFORE)
    move_household(by=officer, household=home, version=1, area=areas[SECOND_VILLAGE], address=None, on=TODAY)
    ann = people_of(home)[0]
    common = {
        "person_id": ann.pk.hex,
        "household_id": home.pk.hex,
        "home_area_code": "XA1002",
        "sex": "F",
        "birth_date": date(1980, 7, 1),
    }
    assert sorted(rows("subjects"), key=lambda one: one["valid_from"]) == [
        common | {"area_code": VILLAGE, "valid_from": BEFORE, "valid_to": TODAY},
        common | {"area_code": SECOND_VILLAGE, "valid_from": TODAY},
    ]


def test_records_keep_their_types_and_decimals_are_exact(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    answers = {"oop_share": "0.29", "arrears": False, "income_per_person": 38000, "lender": "formal"}
    home = household(officer, areas[VILLAGE], answers=answers)
    (row,) = rows("records")
    assert row.pop("oop_share") == Decimal("0.29")
    assert row == {
        "record_id": Record.objects.get().pk.hex,
        "subject_level": "household",
        "subject_id": home.pk.hex,
        "observed_on": TODAY,
        "received_on": TODAY,
        "source_id": "visit-centre",
        "grade": "A",
        "arrears": False,
        "income_per_person": 38000,
        "lender": "formal",
    }


def test_a_correction_names_what_it_supersedes(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    household(officer, areas[VILLAGE], member(answers={"papers": "none"}))
    first = Record.objects.get()
    correct_record(by=officer, record=first, values={"papers": "full"}, grade="B", observed_on=TODAY)
    assert {one.get("supersedes") for one in rows("records")} == {None, first.pk.hex}


def test_what_was_said_of_the_merged_counts_for_the_kept(cast: Cast, areas: Areas) -> None:
    analyst = cast.actor(Role.ANALYST)
    first = household(analyst, areas[VILLAGE], member(answers={"papers": "none"}))
    second = household(analyst, areas[VILLAGE], member("Annie", answers={"literacy": "cannot"}))
    kept, merged = people_of(first)[0], people_of(second)[0]
    report_event(by=analyst, subject=merged, observation=Observation(TODAY), entry=EventEntry("T9", TODAY))
    merge(by=analyst, kept=kept, merged=merged, reason="same card")
    assert {one["person_id"] for one in rows("subjects")} == {kept.pk.hex}
    assert [one["subject_id"] for one in rows("records")] == [kept.pk.hex] * 2
    assert [one["subject_id"] for one in rows("events")] == [kept.pk.hex]


def test_no_name_reaches_the_tables(cast: Cast, areas: Areas) -> None:
    household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Unmistakable"))
    assert "Unmistakable" not in str([one.to_pylist() for one in tables.tables(definition()).values()])


@pytest.mark.django_db(transaction=True)
def test_the_engine_takes_the_files_as_they_are(cast: Cast, areas: Areas, tmp_path: Path) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(
        officer,
        areas[VILLAGE],
        member(answers={"papers": "none"}),
        answers={"oop_share": "0.30"},
        events=(EventEntry("T1", TODAY),),
    )
    record_answers(
        by=cast.actor(Role.PROVINCIAL_LEAD),
        subject=areas[VILLAGE],
        observation=Observation(TODAY),
        answers={"protection": "none"},
    )
    files = tables.write(tmp_path, definition())
    found = score(definition(), **files, as_of=TODAY).assessments.to_pylist()
    (row,) = found
    assert row["person_id"] == people_of(home)[0].pk.hex
    assert (row["s_S1"], row["s_H1"], row["s_S7"]) == (3, 3, 3)
    assert row["triggers_bp"] == 1000
