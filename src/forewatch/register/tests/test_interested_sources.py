"""Whoever may stand to gain is flagged, weighs nothing alone, and is not asked about health."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.intake.actions import receive
from forewatch.places.models import Area
from forewatch.register.actions.statements import correct_record, record_answers
from forewatch.register.definition import definition
from forewatch.register.entries import Observation
from forewatch.register.models import Grade, Household, Record, Source, SourceKind
from forewatch.register.models.sources import INTERESTED
from forewatch.register.rules.sources import closed_among, grade_of
from forewatch.register.tests.building import household, people_of
from forewatch.risk.profiles import History
from forewatch.ui.problems import Problem

SignIn = Callable[[User], Client]
OFFICER = Role.DISTRICT_OFFICER


def source(cast: Cast, kind: SourceKind) -> Source:
    agency = cast[OFFICER].organisation
    return Source.objects.create(code=f"made-up-{kind}", name=f"Made-up {kind}", kind=kind, agency=agency)


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE])


def says(cast: Cast, home: Household, by: Source, grade: str = "A", **answers: str) -> Record:
    officer = cast.actor(OFFICER)
    observation = Observation(officer.today, by, grade)
    made = record_answers(by=officer, subject=people_of(home)[0], observation=observation, answers=answers)
    assert made is not None
    return made


@pytest.mark.parametrize("grade", ["", *Grade.values])
def test_of_whoever_stands_to_gain_nothing_is_known_directly(grade: str) -> None:
    assert grade_of(grade, interested=False) == grade
    assert grade_of(grade, interested=True) == (grade if grade in ("C", "D", "E") else "C")


@pytest.mark.parametrize("kind", sorted(INTERESTED))
def test_an_employer_alone_scores_nobody_and_is_to_be_checked_first(
    cast: Cast, home: Household, kind: SourceKind, sign_in: SignIn
) -> None:
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    said = says(cast, home, source(cast, kind), papers="none")
    assert said.grade == "C"
    history = History.of(definition(), home.pk)
    assert history.profiles(day)[person.pk].assessment.outcomes["S1"].score is None
    assert [one.id for one in history.to_check(day, person.pk)] == ["S1"]
    page = sign_in(cast[OFFICER]).get(f"/risk/people/{person.pk}?on={day}").content.decode()
    assert "Check this first" in page
    assert "may stand to gain" in page
    assert "may stand to gain" in sign_in(cast[OFFICER]).get(f"/people/persons/{person.pk}").content.decode()
    assert correct_record(
        by=cast.actor(OFFICER), record=said, values={"papers": "none"}, grade="A", observed_on=day
    ).grade == "C"  # fmt: skip


@pytest.mark.parametrize("kind", [SourceKind.VOLUNTEER, SourceKind.REGISTER])
def test_what_is_uncorroborated_is_to_be_checked_first_whoever_said_it(
    cast: Cast, home: Household, kind: SourceKind, sign_in: SignIn
) -> None:
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    says(cast, home, source(cast, kind), grade="C", papers="none")
    history = History.of(definition(), home.pk)
    assert history.profiles(day)[person.pk].assessment.outcomes["S1"].score is None
    assert [one.id for one in history.to_check(day, person.pk)] == ["S1"]
    page = sign_in(cast[OFFICER]).get(f"/risk/people/{person.pk}?on={day}").content.decode()
    assert "Check this first" in page


def test_a_visit_that_says_the_same_scores_and_nothing_is_left_to_check(cast: Cast, home: Household) -> None:
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    says(cast, home, source(cast, SourceKind.EMPLOYER), papers="none")
    says(cast, home, source(cast, SourceKind.VISIT), papers="none")
    history = History.of(definition(), home.pk)
    assert history.profiles(day)[person.pk].assessment.outcomes["S1"].score == 3
    assert history.to_check(day, person.pk) == ()


def test_what_an_employer_is_not_asked(cast: Cast, home: Household) -> None:
    """Health is refused by whoever writes it down.

    Ethnicity is refused to everybody before that: no definition passes that asks for it
    (`forbidden-attribute` among the mistakes of analysis/tests/test_linting.py).
    """
    closed = set(closed_among(definition(), definition().variables))
    assert {"chronic_care", "functioning", "substance_use", "health_cover"} <= closed
    assert not closed & {"papers", "schooling", "arrears", "housing"}
    with pytest.raises(Problem, match="not asked about health"):
        says(cast, home, source(cast, SourceKind.EMPLOYER), functioning=_choice("functioning"))
    assert not Record.objects.exists()
    assert says(cast, home, source(cast, SourceKind.VISIT), functioning=_choice("functioning"))


def _choice(name: str) -> str:
    return next(iter(definition().variables[name].choices))


def test_files_of_theirs_are_not_taken_in(cast: Cast, home: Household) -> None:
    with pytest.raises(Problem, match="hands in no files"):
        receive(
            by=cast.actor(Role.ANALYST), file=BytesIO(b"x"), name="x.csv", size=1,
            source=source(cast, SourceKind.RECRUITER), observed_on=cast.actor(OFFICER).today,
        )  # fmt: skip
