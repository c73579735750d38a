"""A blank form asks what the definition asks of people and households: all of it once, and nothing else."""

from __future__ import annotations

import pytest

from forewatch.analysis.definition import Level
from forewatch.analysis.forbidden import forbidden_attribute
from forewatch.analysis.loading import load_definition, parse_definition
from forewatch.reports.paper.blank import Ages, Asked, Question

ASKED = Asked(load_definition("chiang-mai-28"))
BOTH = (Level.HOUSEHOLD, Level.PERSON)


def questions(levels: tuple[Level, ...] = BOTH) -> dict[str, Question]:
    return {one.variable.name: one for part in ASKED.parts(levels) for one in (*part.household, *part.person)}


def test_everything_said_of_people_and_households_is_asked_once_and_nothing_of_areas() -> None:
    wanted = {name for name, one in ASKED.definition.variables.items() if one.level is not Level.AREA}
    found = [one for part in ASKED.parts(BOTH) for one in (*part.household, *part.person)]
    assert sorted(one.variable.name for one in found) == sorted(wanted)
    assert [one.number for one in found] == list(range(1, len(wanted) + 1))


def test_the_form_for_one_person_asks_nothing_about_the_household() -> None:
    found = questions((Level.PERSON,))
    assert found
    assert {one.variable.level for one in found.values()} == {Level.PERSON}


def test_the_parts_are_the_domains_in_the_order_of_the_definition() -> None:
    assert [part.domain and part.domain.id for part in ASKED.parts(BOTH)] == list(ASKED.definition.domains)


@pytest.mark.parametrize("name", questions())
def test_no_question_is_of_sex_ethnicity_religion_or_nationality(name: str) -> None:
    one = questions()[name].variable
    assert forbidden_attribute(name) is None
    assert all(forbidden_attribute(choice) is None for choice in one.choices)


@pytest.mark.parametrize(
    ("name", "ages"),
    [
        ("schooling", (Ages(6, 17),)),
        ("attainment", (Ages(15, 24),)),
        ("literacy", (Ages(15, None),)),
        # Two indicators ask from 12, a third from 15 to 24; the income of the household asks nobody.
        ("intent", (Ages(12, None),)),
        ("parental_care", (Ages(None, 17),)),
        ("papers", ()),
        ("lender", ()),
    ],
)
def test_who_is_asked_comes_from_the_indicators_that_use_the_answer(
    name: str, ages: tuple[Ages, ...]
) -> None:
    assert questions()[name].ages == ages


def test_the_bounds_of_numbers_are_as_people_write_them() -> None:
    share, steps = questions()["oop_share"], questions()["safe_steps"]
    assert (share.lowest, share.highest) == ("0.00", "1.00")
    assert (steps.lowest, steps.highest) == ("0", "6")
    assert questions()["income_per_person"].highest == "10,000,000"


def test_questions_that_only_gates_use_come_last_without_a_domain() -> None:
    definition = parse_definition(
        """
        id: small
        version: 1
        domains: {one: {weight: 1, label: {en: One}}}
        variables:
          used: {type: boolean, level: person, label: {en: Used}}
          gated: {type: boolean, level: person, label: {en: Gated}}
        indicators:
          - {id: A1, domain: one, level: person, valid_days: 365, rules: {3: used}, label: {en: A}}
        gates:
          - {id: now, when: "gated", label: {en: Now}}
        aggregation:
          method: mean
          show: {coverage_bp: 4000, domain_coverage_bp: 2000}
          firm: {coverage_bp: 7500, domain_coverage_bp: 6000}
          bands: {medium_bp: 2000, high_bp: 4000}
          max_trigger_bp: 0
        """,
        "small.yaml",
    )
    first, last = Asked(definition).parts(BOTH)
    assert [one.variable.name for one in first.person] == ["used"]
    assert last.domain is None
    assert [one.variable.name for one in last.person] == ["gated"]
