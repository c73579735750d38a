"""The generators cover the shipped index exactly, stay inside its types, and hang together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from forewatch.analysis.definition import Definition, Kind, Level
from forewatch.synthesis.generators import SILENT, Asked
from forewatch.synthesis.people import People
from forewatch.synthesis.variables import AREA, HOUSEHOLD, PERSON, answers_of

TABLES = {Level.AREA: AREA, Level.HOUSEHOLD: HOUSEHOLD, Level.PERSON: PERSON}


@pytest.fixture(scope="module")
def asked(people: People) -> dict[Level, Asked]:
    drawn = answers_of(people, np.random.default_rng(11))
    return dict(zip((Level.AREA, Level.HOUSEHOLD, Level.PERSON), drawn, strict=True))


def test_the_tables_cover_exactly_the_definition(definition: Definition) -> None:
    for level, table in TABLES.items():
        wanted = {one.name for one in definition.variables.values() if one.level is level}
        assert set(table) == wanted


def test_choices_are_those_of_the_definition_all_of_them(definition: Definition) -> None:
    for level, table in TABLES.items():
        for name, generator in table.items():
            variable = definition.variables[name]
            assert variable.level is level
            assert sorted(generator.choices) == sorted(variable.choices), name


def test_values_stay_inside_type_and_range(definition: Definition, asked: dict[Level, Asked]) -> None:
    for variable in definition.variables.values():
        values = asked[variable.level].answers[variable.name]
        said = values[values != SILENT]
        assert values.dtype == np.int32
        assert len(said) > 0, variable.name
        if variable.kind is Kind.CHOICE:
            assert said.min() >= 0
            assert said.max() < len(variable.choices)
        elif variable.kind is Kind.BOOLEAN:
            assert set(said.tolist()) <= {0, 1}
        else:
            assert variable.low <= said.min(), variable.name
            assert said.max() <= variable.high, variable.name


def test_every_answer_is_given_by_somebody(definition: Definition, asked: dict[Level, Asked]) -> None:
    for variable in definition.variables.values():
        if variable.level is Level.AREA:
            continue
        values = asked[variable.level].answers[variable.name]
        if variable.kind is Kind.CHOICE:
            assert set(values.tolist()) - {SILENT} == set(range(len(variable.choices))), variable.name
        if variable.kind is Kind.BOOLEAN:
            assert {0, 1} <= set(values.tolist()), variable.name


def _answers(asked: dict[Level, Asked], name: str) -> NDArray[np.int32]:
    return next(one.answers[name] for one in asked.values() if name in one.answers)


def _said(asked: dict[Level, Asked], name: str, *wanted: str) -> NDArray[np.bool_]:
    return next(one.said(name, *wanted) for one in asked.values() if name in one.answers)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("schooling", 6, 17),
        ("parental_care", 0, 17),
        ("activity", 15, 24),
        ("attainment", 15, 130),
        ("literacy", 15, 130),
        ("intent", 12, 130),
        ("safe_steps", 12, 130),
        ("mood_screen", 10, 130),
    ],
)
def test_questions_are_put_to_the_ages_they_are_for(
    asked: dict[Level, Asked], people: People, name: str, first: int, last: int
) -> None:
    inside = (people.age >= first) & (people.age <= last)
    assert ((_answers(asked, name) != SILENT) == inside).all()


def test_whoever_has_no_plan_is_asked_nothing_more(asked: dict[Level, Asked]) -> None:
    wishes = _said(asked, "intent", "considering", "planned")
    for name in ("route", "contract_verified", "papers_adequate"):
        assert ((_answers(asked, name) != SILENT) == wishes).all()


def test_whoever_owes_nothing_is_asked_nothing_more(asked: dict[Level, Asked]) -> None:
    owes = ~_said(asked, "lender", "nobody")
    for name in ("debt_share", "arrears"):
        assert ((_answers(asked, name) != SILENT) == owes).all()


def test_the_roster_agrees_with_itself(asked: dict[Level, Asked], people: People) -> None:
    size = np.bincount(people.household)
    assert (_answers(asked, "earners") + _answers(asked, "dependants") == size).all()
    assert (_said(asked, "livelihood", "no_earner") == (_answers(asked, "earners") == 0)).all()
    minors = np.bincount(people.household, people.age < 18)
    assert (_answers(asked, "has_minor") == (minors > 0)).all()


def test_only_children_go_as_a_minor_alone(asked: dict[Level, Asked], people: People) -> None:
    assert people.age[_said(asked, "route", "minor_alone")].max() < 18


def test_training_and_work_instead_of_school_are_for_those_from_sixteen(
    asked: dict[Level, Asked], people: People
) -> None:
    assert people.age[_said(asked, "schooling", "in_training", "decent_work")].min() >= 16


def test_minors_have_not_finished_upper_secondary(asked: dict[Level, Asked], people: People) -> None:
    assert _answers(asked, "attainment")[people.age < 18].max() == 2


def test_the_poor_and_the_paperless_leave_school(asked: dict[Level, Asked], people: People) -> None:
    pupil = (people.age >= 6) & (people.age <= 17)
    out = _said(asked, "schooling", "out")
    poor = pupil & (people.persons["poverty"] > 1) & (people.persons["paperless"] > 1)
    well_off = pupil & (people.persons["poverty"] < 0) & (people.persons["paperless"] < 0)
    assert out[poor].mean() > 5 * out[well_off].mean()


def test_planning_to_go_is_most_common_in_the_middle_of_incomes(
    asked: dict[Level, Asked], people: People
) -> None:
    income = _answers(asked, "income_per_person")[people.household]
    young = (people.age >= 16) & (people.age < 30)
    fifth = np.searchsorted(np.quantile(income, [0.2, 0.4, 0.6, 0.8]), income)
    wishes = _said(asked, "intent", "considering", "planned")
    rate = [wishes[young & (fifth == one)].mean() for one in range(5)]
    assert max(rate[1:4]) > 1.2 * rate[0]
    assert max(rate[1:4]) > 1.2 * rate[4]


def test_debt_goes_with_poverty_and_with_plans(asked: dict[Level, Asked], people: People) -> None:
    owing = ~_said(asked, "lender", "nobody")
    assert np.corrcoef(owing, people.households["poverty"])[0, 1] > 0.1
    young = (people.age >= 16) & (people.age < 30)
    wishes = _said(asked, "intent", "considering", "planned")
    member_owes = owing[people.household]
    assert wishes[young & member_owes].mean() > 1.1 * wishes[young & ~member_owes].mean()


def test_papers_decide_whether_a_journey_can_be_legal(asked: dict[Level, Asked]) -> None:
    full = _said(asked, "papers", "full", "long_term")
    wishes = _said(asked, "intent", "considering", "planned")
    adequate = _answers(asked, "papers_adequate") == 1
    assert adequate[wishes & full].mean() > 0.8
    assert adequate[wishes & ~full].mean() < 0.3
