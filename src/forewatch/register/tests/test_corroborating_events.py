"""An event enters the index as a record would: known directly, or told by two roots; never by one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from forewatch.access import second_lock
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.sources import grade_source
from forewatch.register.actions.statements import report_event, take_back_event
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Event, Household, Reliability, Source, SourceKind
from forewatch.register.models.sources import INTERESTED
from forewatch.register.signals import households_changed
from forewatch.register.tests.building import household, people_of, source_of
from forewatch.risk.communities import Community
from forewatch.risk.profiles import History
from forewatch.ui.problems import Problem

OFFICER = Role.DISTRICT_OFFICER
SignIn = Callable[[User], Client]
Tells = Callable[..., Event]


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE])


@pytest.fixture
def tells(cast: Cast, home: Household) -> Tells:
    def told(
        kind: SourceKind, root: str = "", grade: str = "C", days_ago: int = 0, code: str = "T7", **more: str
    ) -> Event:
        officer = cast.actor(OFFICER)
        source = source_of(cast[OFFICER], kind, root, **more)
        day = officer.today - timedelta(days=days_ago)
        observation = Observation(day, source, grade)
        return report_event(by=officer, subject=home, observation=observation, entry=EventEntry(code, day))

    return told


def days_counted(cast: Cast, home: Household, known_days_ago: int = 0) -> list[int]:
    """Return how many days ago the events happened that enter the index."""
    today, person = cast.actor(OFFICER).today, people_of(home)[0]
    known_by = today - timedelta(days=known_days_ago)
    triggers = History.of(definition(), home.pk).profiles(today, known_by)[person.pk].triggers
    return [(today - one.happened.occurred_on).days for one in triggers]


def test_a_witness_whose_first_report_was_taken_out_is_one_for_the_next(
    cast: Cast, home: Household, tells: Tells
) -> None:
    first = tells(SourceKind.VOLUNTEER, "one")
    tells(SourceKind.REGISTER, "two")
    assert days_counted(cast, home) == [0]
    Event.objects.filter(pk=first.pk)._raw_delete("default")
    assert days_counted(cast, home) == []
    tells(SourceKind.VOLUNTEER, "three")
    assert days_counted(cast, home) == [0]


@pytest.mark.parametrize("kind", [SourceKind.VOLUNTEER, SourceKind.REGISTER, *sorted(INTERESTED)])
def test_an_event_that_one_knows_indirectly_waits(
    cast: Cast, home: Household, tells: Tells, kind: SourceKind, sign_in: SignIn
) -> None:
    told = tells(kind, grade="A" if kind in INTERESTED else "C")
    assert (told.grade, days_counted(cast, home)) == ("C", [])
    person, client = people_of(home)[0], sign_in(cast[OFFICER])
    assert "waits to be checked" in client.get(f"/people/households/{home.pk}").content.decode()
    page = client.get(f"/risk/people/{person.pk}?on={cast.actor(OFFICER).today}").content.decode()
    assert "Check this first" in page
    assert page.count("Default on a debt") == 1


@pytest.mark.parametrize("grade", ["A", "B", ""])
def test_an_event_that_is_known_counts(cast: Cast, home: Household, tells: Tells, grade: str) -> None:
    tells(SourceKind.REGISTER, grade=grade)
    assert days_counted(cast, home) == [0]


@pytest.mark.parametrize("grade", ["D", "E"])
def test_an_event_that_is_not_known_does_not(
    cast: Cast, home: Household, tells: Tells, grade: str, sign_in: SignIn
) -> None:
    tells(SourceKind.REGISTER, grade=grade)
    assert days_counted(cast, home) == []
    assert (
        "counts for nothing" in sign_in(cast[OFFICER]).get(f"/people/households/{home.pk}").content.decode()
    )


def test_an_event_of_a_source_that_is_not_reliable_weighs_nothing(
    cast: Cast, home: Household, tells: Tells
) -> None:
    tells(SourceKind.REGISTER, grade="A", reliability=Reliability.UNRELIABLE)
    assert days_counted(cast, home) == []


def test_a_second_root_makes_an_event_known_from_the_day_of_the_first(
    cast: Cast, home: Household, tells: Tells, sign_in: SignIn
) -> None:
    first = tells(SourceKind.VOLUNTEER, "one", days_ago=20)
    second = tells(SourceKind.REGISTER, "two", days_ago=10)
    third = tells(SourceKind.REGISTER, "three", days_ago=5)
    assert (second.confirms, third.confirms) == (first, first)
    assert days_counted(cast, home) == [20]
    assert days_counted(cast, home, known_days_ago=1) == []
    page = sign_in(cast[OFFICER]).get(f"/people/households/{home.pk}").content.decode()
    assert "waits to be checked" not in page
    assert "counts for nothing" not in page


@pytest.mark.parametrize(
    "second",
    [
        {"root": "one"},
        {"root": "two", "code": "T2"},
        {"root": "two", "grade": "D"},
        {"root": "two", "days_ago": 40},
        {"root": "two", "reliability": Reliability.UNRELIABLE},
    ],
    ids=["a copy", "another event", "not known", "another time", "not reliable"],
)
def test_what_is_no_second_witness_of_an_event(
    cast: Cast, home: Household, tells: Tells, second: dict[str, str]
) -> None:
    tells(SourceKind.VOLUNTEER, "one")
    tells(SourceKind.REGISTER, **second)
    assert days_counted(cast, home) == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_witness_who_turns_out_not_to_be_reliable_is_none_any_more(
    cast: Cast, home: Household, tells: Tells, which: int
) -> None:
    both = tells(SourceKind.VOLUNTEER, "one", days_ago=9), tells(SourceKind.REGISTER, "two")
    assert days_counted(cast, home) == [9]
    Source.objects.filter(pk=both[which].source_id).update(reliability=Reliability.UNRELIABLE)
    assert days_counted(cast, home) == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_witness_whose_report_was_taken_back_is_none_any_more(
    cast: Cast, home: Household, tells: Tells, which: int
) -> None:
    both = tells(SourceKind.VOLUNTEER, "one", days_ago=9), tells(SourceKind.REGISTER, "two", days_ago=5)
    assert days_counted(cast, home) == [9]
    take_back_event(by=cast.actor(OFFICER), event=both[which])
    assert days_counted(cast, home) == []
    third, left = tells(SourceKind.VOLUNTEER, "three"), both[1 - which]
    assert (third.confirms, days_counted(cast, home)) == (left, [9 if which else 5])


def test_whose_event_a_source_told_is_assessed_again_when_it_turns_out_not_to_be_reliable(
    cast: Cast, home: Household, tells: Tells
) -> None:
    told = tells(SourceKind.REGISTER, grade="A")
    changed: set[UUID] = set()

    def hear(*, households: Sequence[UUID], **_signal: object) -> None:
        changed.update(households)

    by, bad = cast.actor(Role.SOURCE_HANDLER), Reliability.UNRELIABLE
    households_changed.connect(hear)
    try:
        with second_lock.shown_to(by.user_id):
            grade_source(by=by, source=told.source, reliability=bad, reason="Made up")
    finally:
        households_changed.disconnect(hear)
    assert (changed, days_counted(cast, home)) == ({home.pk}, [])


def test_employers_are_no_second_witness_of_an_event_to_each_other(
    cast: Cast, home: Household, tells: Tells
) -> None:
    tells(SourceKind.EMPLOYER, "one")
    tells(SourceKind.RECRUITER, "two")
    assert days_counted(cast, home) == []
    tells(SourceKind.VOLUNTEER, "three")
    assert days_counted(cast, home) == [0]


def test_a_visit_makes_an_event_known_that_was_told_before(
    cast: Cast, home: Household, tells: Tells, sign_in: SignIn
) -> None:
    tells(SourceKind.VOLUNTEER, "one")
    officer, person = cast.actor(OFFICER), people_of(home)[0]
    for _twice in range(2):
        report_event(
            by=officer,
            subject=home,
            observation=Observation(officer.today),
            entry=EventEntry("T7", officer.today),
        )
    assert Event.objects.count() == 2
    assert days_counted(cast, home) == [0]
    client = sign_in(cast[OFFICER])
    page = client.get(f"/people/households/{home.pk}").content.decode()
    assert page.count("Default on a debt") == 1
    assert "waits to be checked" not in page
    assert "Check this first" not in client.get(f"/risk/people/{person.pk}").content.decode()


@pytest.mark.parametrize("kind", sorted(INTERESTED))
@pytest.mark.parametrize("code", ["T1", "T5"])
def test_events_of_which_whoever_stands_to_gain_is_not_asked(
    tells: Tells, kind: SourceKind, code: str
) -> None:
    with pytest.raises(Problem, match="not asked about health"):
        tells(kind, code=code)
    assert not Event.objects.exists()
    assert tells(SourceKind.VOLUNTEER, code=code)


def test_an_event_of_a_community_waits_too(cast: Cast, areas: dict[str, Area], sign_in: SignIn) -> None:
    lead, village = cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE]
    source = Source.objects.create(
        code="made-up", name="Made-up", kind=SourceKind.VOLUNTEER, agency=cast[OFFICER].organisation
    )
    for grade, counted in (("C", []), ("A", ["T8"])):
        report_event(
            by=lead,
            subject=village,
            observation=Observation(lead.today, source, grade),
            entry=EventEntry("T8", lead.today),
        )
        about = Community.of(definition(), village, lead.today)
        assert [one.code for one in about.profile.triggers] == counted
        page = sign_in(cast[Role.PROVINCIAL_LEAD]).get(f"/risk/areas/{village.code}?on={lead.today}")
        assert ("Check this first" in page.content.decode()) is not bool(counted)
