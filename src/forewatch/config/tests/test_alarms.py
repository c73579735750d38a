"""What is urgent reaches whoever oversees within a minute, on whatever page they have open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from forewatch.access.decisions import Actor
from forewatch.access.models import Session, User
from forewatch.access.rules import Purpose, Role
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.config.today import NEWS, alarms
from forewatch.office import emergencies
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass, second
from forewatch.register.actions.canaries import note_if_canary
from forewatch.register.actions.planting import plant
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.models import BreakGlass, Canary, Household
from forewatch.register.rules.canaries import How
from forewatch.register.tests.building import household, member, people_of

SignIn = Callable[[User], Client]
WHY = "she calls from a truck at the border"
OFFICER, SUPERVISOR, LEAD = Role.DATA_PROTECTION_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD
OVERSEE = {OFFICER, SUPERVISOR, LEAD}


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(LEAD), areas[VILLAGE], member(answers={"papers": "none"}))


def later(actor: Actor, by: timedelta) -> Actor:
    return replace(actor, now=actor.now + by)


def told(cast: Cast, after: timedelta = timedelta(seconds=1)) -> set[Role]:
    return {role for role in Role if alarms(later(cast.actor(role), after))}


def emergency(by: Actor, home: Household) -> BreakGlass:
    break_glass(by=by, code=people_of(home)[0].code, incident="1300-77", reason=WHY)
    return BreakGlass.objects.latest("made_at")


def test_an_emergency_is_told_to_all_who_oversee_and_not_for_ever(cast: Cast, home: Household) -> None:
    assert told(cast) == set()
    emergency(cast.outside(), home)
    assert told(cast) == OVERSEE
    assert not alarms(cast.outside())
    assert told(cast, NEWS + timedelta(seconds=1)) == set()


def test_one_that_takes_two_is_told_when_it_is_asked_for_and_when_it_opens(
    cast: Cast, home: Household
) -> None:
    asked = emergency(cast.actor(OFFICER), home)
    assert told(cast) == {SUPERVISOR, LEAD}
    hour = timedelta(hours=1)
    second(by=later(cast.actor(LEAD), hour), opened=asked.pk, agree=True)
    assert told(cast, hour + timedelta(seconds=1)) == {SUPERVISOR}
    (shown,) = emergencies.to_review(later(cast.actor(SUPERVISOR), hour))
    assert shown.opened_at == later(cast.actor(LEAD), hour).now or shown.opened_at > asked.made_at


def test_a_canary_and_a_spent_day_are_told(
    cast: Cast, home: Household, areas: dict[str, Area], settings: Any
) -> None:
    note_if_canary(by=cast.actor(Role.DISTRICT_OFFICER), code=people_of(home)[0].code, how=How.LOOKED_UP)
    assert told(cast) == set(), "nobody whom they came upon was planted"
    plant(by=cast.actor(OFFICER), area=areas[PROVINCE], families=1)
    note_if_canary(by=cast.actor(LEAD), code=Canary.objects.latest("pk").code, how=How.LOOKED_UP)
    assert told(cast) == {OFFICER}
    settings.TERMS = replace(settings.TERMS, singly_names=1)
    reveal_household(by=cast.actor(LEAD), household=home, reason=WHY, purpose=Purpose.ASSIST)
    assert told(cast) == {OFFICER, SUPERVISOR}


@pytest.mark.parametrize("role", [*Role, None])
def test_the_address_says_nothing_to_others(
    cast: Cast, home: Household, sign_in: SignIn, role: Role | None
) -> None:
    emergency(cast.outside(), home)
    page = sign_in(cast[role] if role else cast.outsider).get("/alarms")
    assert page.status_code == 200
    assert ("An emergency" in page.content.decode() or "in an emergency" in page.content.decode()) is (
        role in OVERSEE
    )
    for hidden in (home.code, people_of(home)[0].code, "Ann", WHY):
        assert hidden not in page.content.decode()
    assert Client().get("/alarms").status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast[OFFICER])
    client.get("/")
    before = Session.objects.get().expire_date
    answer = client.get("/alarms")
    assert Session.objects.get().expire_date == before
    assert not answer.cookies
    client.get("/")
    assert Session.objects.get().expire_date > before
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/alarms").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_it_comes_to_a_page_that_stands_open(
    cast: Cast, home: Household, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(cast[OFFICER])
    page.clock.install()
    page.goto("/oversight/")
    expect(page.get_by_role("alert")).to_have_count(0)
    emergency(cast.outside(), home)
    with page.expect_response("**/alarms"):
        page.clock.fast_forward(60_000)
    expect(page.get_by_role("alert")).to_contain_text("was opened in an emergency")
