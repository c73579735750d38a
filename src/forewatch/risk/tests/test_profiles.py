"""A profile says what the run said, on any day, as it was known then, to those it is open to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Q
from django.test import Client

from forewatch.access.models import Organisation, User
from forewatch.access.rules import Role
from forewatch.analysis.definition import Level
from forewatch.audit.models import Event as Audit
from forewatch.config.tests.cast import make_user
from forewatch.places.models import Area
from forewatch.register.models import Person, Record, Source
from forewatch.risk import actions
from forewatch.risk.drawing import HEIGHT, WIDTH, picture
from forewatch.risk.families import Family, highest
from forewatch.risk.profiles import History, Point, month_ends, variables_of
from forewatch.risk.sources import who_said
from forewatch.risk.tests.filled import INDEX

AS_OF = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
SignIn = Callable[[User], Client]


def somebody(**conditions: object) -> Person:
    return Person.objects.filter(assessment__isnull=False, **conditions).order_by("pk")[0]


def test_a_profile_says_what_the_run_said(filled: Path) -> None:
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    for person in Person.objects.filter(assessment__isnull=False).select_related("assessment")[:25]:
        profile = History.of(INDEX, person.household_id).profiles(AS_OF)[person.pk]
        stored, index = person.assessment, profile.assessment.index
        assert (index.band, index.band_basis, index.index_bp) == (
            stored.band,
            stored.band_basis,
            stored.index_bp,
        )
        assert [one.indicator.id for one in profile.reasons] == stored.drivers.split()
        assert profile.assessment.expires_on == stored.expires_on


def test_the_past_is_as_it_was_known_then(filled: Path) -> None:
    """What was received after a day does not change what was known on that day."""
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    person = somebody()
    day = date(2026, 3, 31)
    before = History.of(INDEX, person.household_id).profiles(day, known_by=day)[person.pk].assessment
    source = Record.objects.all()[0].source
    Record.objects.create(
        level="household",
        household_id=person.household_id,
        source=source,
        observed_on=day - timedelta(days=1),
        grade="A",
        received_on=date(2026, 6, 1),
        received_at=NOW,
        values={"earner_incapacitated": True},
    )
    history = History.of(INDEX, person.household_id)
    assert history.profiles(day, known_by=day)[person.pk].assessment == before
    assert "H1" in history.profiles(day)[person.pk].assessment.drivers


def test_gaps_are_the_indicators_not_known_with_what_they_wait_for(filled: Path) -> None:
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    person = somebody(assessment__band="not_enough_information")
    profile = History.of(INDEX, person.household_id).profiles(AS_OF)[person.pk]
    unknown = {
        name for name, one in profile.assessment.outcomes.items() if one.applicable and one.score is None
    }
    assert {one.indicator.id for one in profile.gaps} == unknown
    assert all(one.missing or one.stale or one.indicator.applies for one in profile.gaps)


def test_somebody_not_yet_born_or_registered_has_no_profile(filled: Path) -> None:
    person = Person.objects.filter(birth_date__isnull=False).order_by("-birth_date")[0]
    history = History.of(INDEX, person.household_id)
    assert person.pk not in history.profiles(person.birth_date - timedelta(days=1))
    assert history.points(person.pk, person.birth_date - timedelta(days=1)) == []


def test_month_ends_run_back_from_the_day() -> None:
    assert month_ends(date(2026, 3, 15), 4) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 15),
    ]


def test_the_variables_of_an_indicator_are_those_its_rules_read() -> None:
    found = variables_of(INDEX, INDEX.indicators["H1"])
    assert "earner_incapacitated" in found
    assert all(INDEX.variables[one].level is Level.HOUSEHOLD for one in found)


def test_the_picture_breaks_where_nothing_is_known() -> None:
    days = month_ends(AS_OF, 4)
    points = [
        Point(days[0], "low", 0, 0, 10_000),
        Point(days[1], "not_enough_information", None, 0, 10_000),
        Point(days[2], "high", 10_000, 10_000, 10_000),
        Point(days[3], "low", 5_000, 5_000, 5_000),
    ]
    drawn = picture(points, [2000, 4000])
    assert [one.y for one in drawn.marks] == [HEIGHT, None, 0, HEIGHT / 2]
    assert [one.x for one in drawn.marks] == [WIDTH / 8, WIDTH * 3 / 8, WIDTH * 5 / 8, WIDTH * 7 / 8]
    assert drawn.lines == ("375.0,0.0 525.0,100.0",)
    assert drawn.thresholds == (160.0, 120.0)


# Who may read it


@pytest.fixture
def lead(filled: Path) -> User:
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    office = Organisation.objects.create(code="office", name="Office")
    return make_user("lead", office, Role.PROVINCIAL_LEAD, Area.objects.get(level=1).code)


def test_the_page_shows_it_and_writes_down_who_read(lead: User, sign_in: SignIn) -> None:
    person = somebody(assessment__band="high")
    answer = sign_in(lead).get(f"/risk/people/{person.pk}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "outreach now" in page
    assert INDEX.indicators[person.assessment.drivers.split()[0]].label["en"] in page
    assert Audit.objects.get(verb="read", data_class="band").subject_id == person.pk


def test_the_household_page_lists_those_due_first(lead: User, sign_in: SignIn) -> None:
    person = somebody(assessment__band="high")
    page = sign_in(lead).get(f"/risk/households/{person.household_id}").content.decode()
    members = Person.objects.filter(household_id=person.household_id, assessment__isnull=False)
    assert all(one.code in page for one in members)
    assert page.index("outreach now") <= page.index(person.code) + 600


def test_any_day_can_be_asked_and_nonsense_is_named(lead: User, sign_in: SignIn) -> None:
    person, client = somebody(), sign_in(lead)
    page = client.get(f"/risk/people/{person.pk}?on=2025-12-31").content.decode()
    assert "31 December 2025" in page
    assert "Nothing was known" in client.get(f"/risk/people/{person.pk}?on=1901-01-01").content.decode()
    answer = client.get(f"/risk/people/{person.pk}?on=31.2.2026")
    assert answer.status_code == 400
    assert "31.2.2026 is not a day" in answer.content.decode()


def test_who_said_it_and_how_they_know_stands_on_the_page_as_of_the_day(lead: User, sign_in: SignIn) -> None:
    person = somebody(assessment__band="high")
    own = Record.objects.filter(Q(person=person) | Q(household=person.household), superseded_by=None)
    expected = {(one.source.code, one.grade) for one in own.select_related("source")}
    history = History.of(INDEX, person.household_id)
    told = who_said(history.records_about(person.pk), AS_OF)
    assert expected
    assert expected <= {(one.source.code, one.grade) for one in told}
    assert [one.newest for one in told] == sorted((one.newest for one in told), reverse=True)
    client = sign_in(lead)
    for page in (f"/risk/people/{person.pk}", f"/risk/households/{person.household_id}"):
        text = client.get(f"{page}?on={AS_OF}").content.decode()
        assert all(one.source.name in text for one in own)
    assert not who_said(history.records, date(1901, 1, 1))


def test_what_was_corrected_later_still_counted_then(filled: Path) -> None:
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    person = somebody()
    source = Source.objects.create(
        code="visit", name="A visit", kind="register", agency=Organisation.objects.order_by("pk")[0]
    )
    said = {"level": "household", "household_id": person.household_id, "source": source, "grade": "A"}
    seen, corrected = date(2026, 3, 1), date(2026, 5, 1)
    values = {"observed_on": seen, "received_at": NOW, "values": {"earner_incapacitated": True}}
    first = Record.objects.create(received_on=seen, **said, **values)
    Record.objects.create(received_on=corrected, supersedes=first, **said | {"grade": "B"}, **values)
    records = History.of(INDEX, person.household_id).records

    def grades(day: date) -> list[tuple[str, int]]:
        return [(one.grade, one.times) for one in who_said(records, day) if one.source == source]

    assert grades(seen - timedelta(days=1)) == []
    assert grades(seen) == grades(corrected - timedelta(days=1)) == [("A", 1)]
    assert grades(corrected) == [("B", 1)]


def test_what_was_said_of_another_member_is_not_said_of_this_one(filled: Path) -> None:
    actions.rescore(INDEX, as_of=AS_OF, now=NOW)
    other = somebody(records__isnull=False)
    person = Person.objects.filter(household=other.household).exclude(pk=other.pk).order_by("pk")[0]
    history = History.of(INDEX, other.household_id)
    about = {one["record_id"] for one in history.records_about(person.pk)}
    others = {one["record_id"] for one in history.records_about(other.pk)} - about
    assert others
    assert about | others <= {one["record_id"] for one in history.records}


def test_a_household_has_what_weighs_on_all_and_the_highest_index_of_its_year(
    lead: User, sign_in: SignIn
) -> None:
    person = somebody(assessment__band="high")
    history = History.of(INDEX, person.household_id)
    profiles = history.profiles(AS_OF, known_by=AS_OF)
    family = Family(profiles)
    shared = [one for one in INDEX.indicators.values() if one.level is not Level.PERSON]
    mine = profiles[person.pk]
    assert {one.indicator.id for one in family.reasons} >= {
        one.indicator.id for one in mine.reasons if one.indicator in shared
    }
    assert all(one.indicator in shared for one in (*family.reasons, *family.gaps))
    assert len(family.triggers) >= len(mine.triggers)
    points = highest(history, AS_OF)
    assert len(points) == 12
    best = max(one.assessment.index.index_bp or -1 for one in profiles.values())
    assert points[-1].index_bp == best
    page = sign_in(lead).get(f"/risk/households/{person.household_id}?on={AS_OF}").content.decode()
    for said in ("What weighs on everybody in it", "What is left to ask", "What happened", "Who says so"):
        assert said in page
    assert family.reasons[0].indicator.label["en"] in page


def test_an_answer_that_has_expired_says_so(lead: User, sign_in: SignIn) -> None:
    person = somebody(assessment__expires_on__isnull=False)
    page = sign_in(lead).get(f"/risk/people/{person.pk}?on=2026-06-30").content.decode()
    assert "expired on" in page


def test_in_thai_the_words_are_thai(lead: User, sign_in: SignIn) -> None:
    person, client = somebody(assessment__band="high"), sign_in(lead)
    client.post("/language/setlang/", {"language": "th"})
    page = client.get(f"/risk/people/{person.pk}").content.decode()
    assert INDEX.indicators[person.assessment.drivers.split()[0]].label["th"] in page


@pytest.mark.parametrize(
    "role", [Role.VOLUNTEER, Role.POLICE, Role.PLANNER, Role.ADMINISTRATOR, Role.ENUMERATOR]
)
def test_others_are_refused(lead: User, sign_in: SignIn, role: Role) -> None:
    other = make_user("other", lead.organisation, role, "")
    person = somebody()
    for path in (f"people/{person.pk}", f"households/{person.household_id}"):
        assert sign_in(other).get(f"/risk/{path}").status_code == 403


def test_the_outsider_and_the_wrong_address_read_alike(lead: User, sign_in: SignIn) -> None:
    outsider = make_user("outsider", lead.organisation, Role.DISTRICT_OFFICER, "XQ99")
    person, client = somebody(), sign_in(outsider)
    for kind, real in (("people", person.pk), ("households", person.household_id)):
        answers = [client.get(f"/risk/{kind}/{one}") for one in (real, uuid.uuid4())]
        assert [one.status_code for one in answers] == [404, 404]
        assert person.code not in answers[0].content.decode()
    assert not Audit.objects.filter(verb="read", allowed=True).exists()
