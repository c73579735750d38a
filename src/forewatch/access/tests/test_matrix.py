"""The policy in code is the matrix of docs/access-matrix.csv, cell by cell; the code does not read it."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest

from forewatch.access.decisions import Actor, Granted, decide, scopes
from forewatch.access.rules import POLICY, PURPOSES, TEAMS, DataClass, Purpose, Role, Verb

MATRIX = Path(__file__).parents[4] / "docs" / "access-matrix.csv"
with MATRIX.open(newline="", encoding="utf-8") as stream:
    ROWS = list(csv.DictReader(stream))
CELLS = [(row["class"], row["verb"], role) for row in ROWS for role in Role]


def test_the_matrix_names_every_class_verb_and_role_once() -> None:
    pairs = [(row["class"], row["verb"]) for row in ROWS]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(data.value, verb.value) for data in DataClass for verb in Verb}
    assert set(ROWS[0]) == {"class", "verb", *(role.value for role in Role)}


@pytest.mark.parametrize(("data_class", "verb", "role"), CELLS)
def test_the_policy_says_what_the_matrix_says(data_class: str, verb: str, role: Role) -> None:
    (row,) = [one for one in ROWS if (one["class"], one["verb"]) == (data_class, verb)]
    found = POLICY.get((role, DataClass(data_class), Verb(verb)), ())
    assert ("+".join(found) or "-") == row[role.value]


def test_purposes_are_those_of_the_table() -> None:
    with (MATRIX.parent / "access-purposes.csv").open(newline="", encoding="utf-8") as stream:
        said = {row["role"]: row["purposes"].split() for row in csv.DictReader(stream)}
    assert said == {role.value: [one.value for one in PURPOSES[role]] for role in Role}


@pytest.mark.parametrize("role", list(Role))
def test_taking_in_files_is_no_purpose_for_reading_anybody(role: Role) -> None:
    today = date(2026, 6, 30)
    grant = Granted(uuid4(), role, "", frozenset(PURPOSES[role]), today, today + timedelta(days=1))
    actor = Actor(uuid4(), (grant,), datetime.combine(today, time(9), UTC), today)
    of_people = (DataClass.IDENTITY, DataClass.OBSERVATION, DataClass.BAND)
    pairs = list(product(of_people, Verb))
    opens = {(data, verb) for data, verb in pairs if decide(actor, verb, data, Purpose.IMPORT).allowed}
    assert opens <= {(DataClass.OBSERVATION, Verb.IMPORT), (DataClass.OBSERVATION, Verb.APPROVE)}
    assert bool(opens) is (Purpose.IMPORT in PURPOSES[role])
    for data, verb in pairs:
        assert bool(scopes(actor, verb, data, Purpose.IMPORT)) is ((data, verb) in opens)


def test_teams_are_those_of_the_table() -> None:
    with (MATRIX.parent / "access-teams.csv").open(newline="", encoding="utf-8") as stream:
        said = {row["role"]: set(row["sees_deeds_of"].split()) for row in csv.DictReader(stream)}
    assert said == {role.value: {one.value for one in team} for role, team in TEAMS.items()}
    assert said.keys() == {
        role for role in ROWS[0] for row in ROWS if row["class"] == "deeds" and row[role] == "area"
    }
