"""What is known indirectly scores once a second root says the same, and never by the word of one alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.statements import record_answers, report_event
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Event, Household, Record, SourceKind
from forewatch.register.rules.sources import corroborates
from forewatch.register.tests.building import household, people_of, source_of
from forewatch.risk.profiles import History

OFFICER = Role.DISTRICT_OFFICER
KINDS = (SourceKind.VOLUNTEER, SourceKind.REGISTER, SourceKind.EMPLOYER, SourceKind.RECRUITER)
Says = Callable[..., Record | None]


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE])


@pytest.fixture
def says(cast: Cast, home: Household) -> Says:
    def said(
        kind: SourceKind, root: str, grade: str = "C", days_ago: int = 0, event: str = "", **answers: str
    ) -> Record | None:
        officer = cast.actor(OFFICER)
        source = source_of(cast[OFFICER], kind, root)
        observation = Observation(officer.today - timedelta(days=days_ago), source, grade)
        if event:
            entry = EventEntry(event, observation.day)
            report_event(by=officer, subject=home, observation=observation, entry=entry)
        person = people_of(home)[0]
        written = record_answers(by=officer, subject=person, observation=observation, answers=answers)
        assert written is not None or event
        return written

    return said


def score(cast: Cast, home: Household) -> int | None:
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    return History.of(definition(), home.pk).profiles(day)[person.pk].assessment.outcomes["S1"].score


def added(cast: Cast, home: Household) -> int:
    """Return what events are worth, also those that count only for whoever means to go."""
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    return sum(one.worth_bp for one in History.of(definition(), home.pk).profiles(day)[person.pk].triggers)


@pytest.mark.parametrize("interested", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("roots", [("one", "one"), ("one", "two")])
def test_two_roots_and_one_who_has_nothing_to_gain(
    roots: tuple[str, str], interested: tuple[bool, bool]
) -> None:
    both = corroborates((roots[0], interested[0]), (roots[1], interested[1]))
    assert both is (roots[0] != roots[1] and not all(interested))


def test_a_second_root_that_says_the_same_makes_it_known(cast: Cast, home: Household, says: Says) -> None:
    says(SourceKind.VOLUNTEER, "one", days_ago=20, papers="none")
    assert score(cast, home) is None
    says(SourceKind.REGISTER, "two", papers="none", schooling="out")
    assert score(cast, home) == 3
    made = Record.objects.get(grade="B")
    assert (made.values, made.root) == ({"papers": "none"}, "one")
    assert made.observed_on == cast.actor(OFFICER).today - timedelta(days=20)


@pytest.mark.parametrize(
    "second",
    [
        {"kind": SourceKind.REGISTER, "root": "one", "papers": "none"},
        {"kind": SourceKind.REGISTER, "root": "two", "papers": "full"},
        {"kind": SourceKind.REGISTER, "root": "two", "grade": "D", "papers": "none"},
        {"kind": SourceKind.REGISTER, "root": "two", "days_ago": 400, "papers": "none"},
    ],
    ids=["a copy", "another answer", "not known", "another time"],
)
def test_what_is_no_second_witness(
    cast: Cast, home: Household, says: Says, second: dict[str, object]
) -> None:
    says(SourceKind.VOLUNTEER, "one", papers="none")
    says(**second)
    assert not Record.objects.filter(grade="B").exists()
    assert score(cast, home) is None


def test_employers_do_not_make_each_other_witnesses(cast: Cast, home: Household, says: Says) -> None:
    says(SourceKind.EMPLOYER, "one", papers="none")
    says(SourceKind.RECRUITER, "two", papers="none")
    assert score(cast, home) is None
    says(SourceKind.VOLUNTEER, "three", papers="none")
    assert score(cast, home) == 3


def test_no_sequence_of_reports_of_one_root_scores_anybody(
    cast: Cast, home: Household, says: Says, assured: Assured, often: Often
) -> None:
    """Copies of one report, whoever hands them in, how often and in which order (threat T2).

    Of answers and of events: neither by itself, nor both together.
    """
    dice, sequences = random.Random(28), often(60, 10_000)  # noqa: S311
    for _sequence in range(sequences):
        for _report in range(dice.randint(1, 8)):
            said: dict[str, Any] = {"grade": dice.choice("CDE"), "days_ago": dice.randint(0, 300)}
            if dice.random() < 0.5:
                says(dice.choice(KINDS), "one", **said, papers=dice.choice(["none", "refused", "expired"]))
            else:
                says(dice.choice(KINDS), "one", **said, event=dice.choice(["T2", "T3", "T7", "T11"]))
            assert score(cast, home) is None
            assert added(cast, home) == 0
        Record.objects.filter(root="one").delete()
        Event.objects.all().delete()
    assured("roots", sequences)
