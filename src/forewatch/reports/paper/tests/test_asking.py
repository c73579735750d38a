"""What is left to ask: missing and stale answers, and only where an answer would settle something."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from forewatch.analysis.definition import Kind, Level
from forewatch.analysis.engines.memory.people import Person
from forewatch.analysis.engines.memory.values import Scalar, Value
from forewatch.analysis.loading import load_definition
from forewatch.reports.paper.asking import left_to_ask
from forewatch.reports.paper.blank import Asked

ASKED = Asked(load_definition("chiang-mai-28"))
TODAY = date(2026, 6, 30)
SUBJECTS = {Level.PERSON: "p", Level.HOUSEHOLD: "h", Level.AREA: "a"}


def person(age: int | None = 30) -> Person:
    born = None if age is None else TODAY - timedelta(days=round(age * 365.25) + 100)
    return Person("p", "h", "a", None, None, born, age, 1.0, ("a",), ())


def left(age: int | None = 30, days_ago: int = 0, **said: Scalar) -> set[str]:
    variables = ASKED.definition.variables
    values = {
        (variables[name].level, SUBJECTS[variables[name].level], name): Value(
            Fraction(value) if variables[name].kind in (Kind.INTEGER, Kind.DECIMAL) else value,
            TODAY - timedelta(days=days_ago),
        )
        for name, value in said.items()
    }
    return set(left_to_ask(ASKED, person(age), values, TODAY))


def test_of_whom_nothing_is_known_everything_for_their_age_is_asked() -> None:
    found = left(40)
    assert {"papers", "intent", "lender", "livelihood", "literacy"} <= found
    assert not found & {"schooling", "parental_care", "attainment", "activity"}


def test_nothing_of_the_area_is_asked_at_home() -> None:
    assert not {name for name in left() if ASKED.definition.variables[name].level is Level.AREA}


def test_an_unknown_age_is_asked_for_every_age() -> None:
    assert {"schooling", "parental_care", "attainment", "literacy"} <= left(None)


def test_a_small_child_is_asked_for_no_plans() -> None:
    assert not left(4) & {"intent", "route", "safe_steps", "contract_verified", "papers_adequate"}


@pytest.mark.parametrize(("days_ago", "asked"), [(365, False), (366, True)])
def test_an_answer_is_asked_again_on_the_day_after_its_validity(days_ago: int, asked: bool) -> None:
    assert ("papers" in left(days_ago=days_ago, papers="full")) is asked


def test_a_variable_is_asked_as_soon_as_one_indicator_needs_it_fresher() -> None:
    # The plan is valid for 92 days in S5 and for 365 in E5.
    assert "intent" in left(days_ago=100, intent="none", safe_steps=6)
    assert "intent" not in left(days_ago=92, intent="none", safe_steps=6)


def test_what_an_answer_settles_asks_nothing_more() -> None:
    assert {"debt_share", "arrears"} <= left(lender="formal")
    assert not left(lender="nobody") & {"lender", "debt_share", "arrears"}
    assert not left(40, intent="none", safe_steps=6) & {"intent", "route", "contract_verified"}
    assert {"route", "contract_verified"} <= left(40, intent="planned", safe_steps=6)


def test_the_questions_stand_in_the_order_of_the_definition() -> None:
    order = list(ASKED.definition.variables)
    found = left_to_ask(ASKED, person(), {}, TODAY)
    assert list(found) == sorted(found, key=order.index)
