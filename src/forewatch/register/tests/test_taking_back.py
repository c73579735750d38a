"""An event that was told wrongly is taken back: it stays, struck through, and counts for nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from forewatch.access.decisions import Refused
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event as Trail
from forewatch.config.tests.cast import VILLAGE, Cast, signed_in
from forewatch.places.models import Area
from forewatch.register.actions.erasing import remove_people
from forewatch.register.actions.statements import report_event, take_back_event
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Correction, Draft, Event, Household, SourceKind, TakenBack
from forewatch.register.queries.events import happenings
from forewatch.register.signals import communities_changed, households_changed
from forewatch.register.tests.building import household, member, people_of, source_of
from forewatch.risk.communities import Community
from forewatch.risk.profiles import History
from forewatch.ui.problems import Conflict, Problem

OFFICER, ANALYST = Role.DISTRICT_OFFICER, Role.ANALYST
SignIn = Callable[[User], Client]
DEBT = "Default on a debt"


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE], member(answers={"papers": "none"}))


@pytest.fixture
def told(cast: Cast, home: Household) -> Event:
    """Return what was told twenty days ago of that day."""
    officer, source = cast.actor(OFFICER), source_of(cast[OFFICER], SourceKind.REGISTER, "one")
    day = officer.today - timedelta(days=20)
    return Event.objects.create(
        level="household", household=home, source=source, received_on=day,
        received_at=officer.now - timedelta(days=20), event="T7", occurred_on=day, grade="A",
    )  # fmt: skip


def counted(cast: Cast, home: Household, known_days_ago: int = 0) -> list[str]:
    """Return the events that enter the index of the household, from what was known so many days ago."""
    today, [person] = cast.actor(OFFICER).today, people_of(home)
    known_by = today - timedelta(days=known_days_ago)
    triggers = History.of(definition(), home.pk).profiles(today, known_by)[person.pk].triggers
    return [one.code for one in triggers]


def test_what_was_taken_back_counted_until_then(cast: Cast, home: Household, told: Event) -> None:
    officer = cast.actor(OFFICER)
    before = Event.objects.values().get()
    assert counted(cast, home) == ["T7"]
    written = take_back_event(by=officer, event=told)
    assert (written.taken_back_on, written.made_by_id) == (officer.today, officer.user_id)
    assert Event.objects.values().get() == before
    assert (counted(cast, home), counted(cast, home, known_days_ago=1)) == ([], ["T7"])
    [one] = happenings(Event.objects.all())
    assert (one.counts, one.waits, one.taken_back_on) == (False, False, officer.today)
    row = Trail.objects.latest("id")
    assert (row.verb, row.subject_id, row.reason) == ("correct", told.pk, "taken back")


def test_what_another_told_of_the_same_day_still_counts(cast: Cast, home: Household, told: Event) -> None:
    officer = cast.actor(OFFICER)
    seen, entry = Observation(told.occurred_on), EventEntry("T7", told.occurred_on)
    report_event(by=officer, subject=home, observation=seen, entry=entry)
    take_back_event(by=officer, event=told)
    assert counted(cast, home) == ["T7"]
    assert [one.counts for one in happenings(Event.objects.order_by("pk"))].count(True) == 1
    assert len(happenings(Event.objects.all())) == 2


def test_what_was_taken_back_can_be_told_again(cast: Cast, home: Household) -> None:
    officer = cast.actor(OFFICER)
    seen, entry = Observation(officer.today), EventEntry("T7", officer.today)

    def tell() -> Event:
        return report_event(by=officer, subject=home, observation=seen, entry=entry)

    first = tell()
    take_back_event(by=officer, event=first)
    again = tell()
    assert (again == first, again == tell(), counted(cast, home)) == (False, True, ["T7"])


def test_nobody_takes_back_twice_and_nothing_of_it_is_changed(cast: Cast, told: Event) -> None:
    officer = cast.actor(OFFICER)
    written = take_back_event(by=officer, event=told)
    with pytest.raises(Conflict, match="meanwhile"):
        take_back_event(by=officer, event=told)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        TakenBack.objects.update(taken_back_on=told.occurred_on)
    assert list(TakenBack.objects.all()) == [written]


def test_the_household_is_assessed_again_at_once(cast: Cast, home: Household, told: Event) -> None:
    changed: set[UUID] = set()

    def hear(*, households: Sequence[UUID], **_signal: object) -> None:
        changed.update(households)

    households_changed.connect(hear)
    try:
        take_back_event(by=cast.actor(OFFICER), event=told)
    finally:
        households_changed.disconnect(hear)
    assert changed == {home.pk}


def test_an_event_of_a_community_is_taken_back_by_whoever_corrects_there(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    lead, village, heard = cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], []
    seen, entry = Observation(lead.today), EventEntry("T8", lead.today)
    told = report_event(by=lead, subject=village, observation=seen, entry=entry)
    with pytest.raises(Refused):
        take_back_event(by=cast.outside(), event=told)

    def hear(**_signal: object) -> None:
        heard.append(True)

    communities_changed.connect(hear)
    try:
        take_back_event(by=lead, event=told)
    finally:
        communities_changed.disconnect(hear)
    assert heard
    assert not Community.of(definition(), village, lead.today).profile.triggers
    page = sign_in(cast[Role.PROVINCIAL_LEAD]).get(f"/risk/areas/{village.code}?on={lead.today}")
    assert "taken back on" in page.content.decode()


def test_pages_show_it_struck_through(cast: Cast, home: Household, told: Event, sign_in: SignIn) -> None:
    client, [person] = sign_in(cast[OFFICER]), people_of(home)
    page, take = reverse("household", args=[home.pk]), reverse("event_take_back", args=[told.pk])
    assert take in client.get(page).content.decode()
    shown = client.post(take, follow=True)
    assert shown.redirect_chain == [(page, 302)]
    text = shown.content.decode()
    assert "counts for nothing from now on" in text
    assert f"<s>{DEBT}" in text
    assert take not in text
    assert client.post(take).status_code == 409
    for profile in (f"/risk/people/{person.pk}", f"/risk/households/{home.pk}"):
        today, day = cast.actor(OFFICER).today, told.occurred_on
        assert f"<s>{DEBT}" in client.get(f"{profile}?on={today}").content.decode()
        assert "<s>" not in client.get(f"{profile}?on={day}").content.decode()


def test_only_whoever_corrects_there_takes_back(cast: Cast, home: Household, told: Event) -> None:
    take, page = reverse("event_take_back", args=[told.pk]), reverse("household", args=[home.pk])
    assert signed_in(cast.outsider).post(take).status_code == 404
    for role in Role:
        if role not in (OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD, ANALYST):
            client = signed_in(cast[role])
            assert client.post(take).status_code in (403, 404), role
            assert take not in client.get(page).content.decode(), role
    assert not TakenBack.objects.exists()
    assert not Correction.objects.exists()
    with pytest.raises(Refused):
        take_back_event(by=cast.outside(), event=told)


def test_an_analyst_takes_back_with_a_colleagues_check(
    cast: Cast, home: Household, told: Event, sign_in: SignIn
) -> None:
    with pytest.raises(Problem, match="colleague"):
        take_back_event(by=cast.actor(ANALYST), event=told)
    analyst, officer = sign_in(cast[ANALYST]), sign_in(cast[OFFICER])
    analyst.post(reverse("event_take_back", args=[told.pk]))
    waits = Correction.objects.get()
    assert (counted(cast, home), waits.event) == (["T7"], told)
    assert "An event of" in officer.get(reverse("checks")).content.decode()
    address = reverse("check", args=[waits.pk])
    page = officer.get(address).content.decode()
    assert DEBT in page
    assert "did not happen so" in page
    officer.post(address, {"do": "agree"})
    assert (counted(cast, home), TakenBack.objects.get().made_by) == ([], cast[ANALYST])
    waits.refresh_from_db()
    assert (waits.agreed, waits.decided_by) == (True, cast[OFFICER])


def test_a_colleague_does_not_agree_and_nothing_changes(
    cast: Cast, home: Household, told: Event, sign_in: SignIn
) -> None:
    analyst, officer = sign_in(cast[ANALYST]), sign_in(cast[OFFICER])
    analyst.post(reverse("event_take_back", args=[told.pk]))
    address = reverse("check", args=[Correction.objects.get().pk])
    officer.get(address)
    officer.post(address, {"do": "decline", "words": "it did happen"})
    assert counted(cast, home) == ["T7"]
    assert not Draft.objects.exists()
    page = analyst.get(reverse("checks")).content.decode()
    assert "it did happen" in page
    assert reverse("household_edit", args=[home.pk]) not in page


def test_what_was_taken_back_meanwhile_is_agreed_to_no_more(cast: Cast, told: Event, sign_in: SignIn) -> None:
    sign_in(cast[ANALYST]).post(reverse("event_take_back", args=[told.pk]))
    officer, address = sign_in(cast[OFFICER]), reverse("check", args=[Correction.objects.get().pk])
    officer.get(address)
    take_back_event(by=cast.actor(OFFICER), event=told)
    assert "It no longer fits" in officer.post(address, {"do": "agree"}).content.decode()
    assert TakenBack.objects.get().made_by == cast[OFFICER]


def test_it_goes_with_whoever_is_erased(cast: Cast, home: Household, told: Event, sign_in: SignIn) -> None:
    sign_in(cast[ANALYST]).post(reverse("event_take_back", args=[told.pk]))
    take_back_event(by=cast.actor(OFFICER), event=told)
    remove_people([one.pk for one in people_of(home)])
    assert not TakenBack.objects.exists()
    assert not Event.objects.exists()
    assert not Correction.objects.exists()
