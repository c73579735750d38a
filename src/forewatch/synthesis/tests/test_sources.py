from __future__ import annotations

import pytest

from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.schema import GRADES
from forewatch.synthesis.happenings import WINDOW
from forewatch.synthesis.sources import BMN, PARTNER, SCHOOL, SOURCES, VISIT, WATCH


def test_sources_are_named_once() -> None:
    ids = [one.id for one in SOURCES]
    assert len(set(ids)) == len(ids)
    assert PARTNER in SOURCES


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.id)
def test_a_source_speaks_of_variables_at_their_level(source, definition: Definition) -> None:
    for level, names in (
        (Level.AREA, source.area),
        (Level.HOUSEHOLD, source.household),
        (Level.PERSON, source.person),
    ):
        assert len(set(names)) == len(names)
        assert all(definition.variables[name].level is level for name in names)
    assert source.household == () or source.by_household
    for name, answer in source.only.items():
        assert answer in definition.variables[name].choices


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.id)
def test_a_sources_habits_can_be_drawn(source) -> None:
    assert sum(one.share for one in source.rounds) == pytest.approx(1)
    assert sum(source.grades.values()) == pytest.approx(1)
    assert set(source.grades) <= {*GRADES, ""}
    assert all(0 <= one.latest <= one.earliest <= WINDOW for one in source.rounds)
    assert 0 <= source.silence < 1
    assert 0 < source.reach <= 1


def test_every_variable_has_a_source(definition: Definition) -> None:
    heard = {name for one in SOURCES for name in (*one.area, *one.household, *one.person)}
    assert heard == set(definition.variables)


def test_hearsay_never_scores() -> None:
    assert not set(WATCH.grades) & {"A", "B", ""}


def test_the_survey_is_thin_on_people_without_papers_and_the_visit_is_not() -> None:
    assert BMN.papers < 0.6
    assert SCHOOL.papers < 1
    assert VISIT.papers == 1


def test_the_visit_asks_the_household_everything(definition: Definition) -> None:
    wanted = {one.name for one in definition.variables.values() if one.level is Level.HOUSEHOLD}
    assert set(VISIT.household) == wanted


def test_mood_is_screened_by_health_staff_alone() -> None:
    assert [one.id for one in SOURCES if "mood_screen" in one.person] == ["SRC-HEALTH"]
