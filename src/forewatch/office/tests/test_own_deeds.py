"""Everybody who reads sees what the trail has of themselves, and nothing that would warn or lead them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from forewatch.access.actors import actor_for
from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.office.own_deeds import own_deeds
from forewatch.places.models import Area
from forewatch.register.actions.canaries import note_canaries
from forewatch.register.actions.planting import plant
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import Canary, Household
from forewatch.register.rules.canaries import How
from forewatch.register.tests.building import household, member, people_of

SignIn = Callable[[User], Client]
ADDRESS, OFFICER = "/oversight/of-me/", Role.DISTRICT_OFFICER
WHY = {"reason": "to bring the school forms", "purpose": Purpose.PREVENT}


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member("Zanderlyn"), member("Ben"))


def test_ones_own_deeds_stand_there_without_whom_they_were_about(
    cast: Cast, home: Household, sign_in: SignIn, areas: dict[str, Area]
) -> None:
    reveal_household(by=cast.actor(OFFICER), household=home, **WHY)
    reveal_list(by=cast.actor(OFFICER), area=areas[VILLAGE], people=people_of(home), **WHY)
    client = sign_in(cast[OFFICER])
    client.get("/people/households/00000000-0000-0000-0000-000000000001")

    page = client.get(ADDRESS).content.decode()
    assert page.count("saw the name") == 2
    assert page.count("to bring the school forms") == 2
    assert "not allowed" in page
    hidden = (home.code, str(home.pk), "Zanderlyn", *(one.code for one in people_of(home)))
    assert not any(one in page for one in hidden)
    assert [one.words for one in own_deeds(cast.actor(Role.SOCIAL_WORKER))] == []


def test_whoever_came_upon_somebody_who_does_not_exist_learns_nothing_of_it(
    cast: Cast, areas: dict[str, Area]
) -> None:
    for name in ("Ann", "Ben", "Cid", "Dan", "Eve", "Fay", "Gil", "Hal"):
        household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member(name), member(f"{name}a"))
    plant(by=cast.actor(Role.DATA_PROTECTION_OFFICER), area=areas[VILLAGE].parent.parent, families=1)  # type: ignore[union-attr]
    officer, canary = cast.actor(OFFICER), Canary.objects.first()
    assert canary is not None
    before = own_deeds(officer)
    note_canaries(by=officer, how=How.NAMES, person__in=[canary.person_id])
    assert own_deeds(officer) == before


@pytest.mark.parametrize("role", list(Role))
def test_all_but_those_who_only_hand_in_are_led_there(cast: Cast, sign_in: SignIn, role: Role) -> None:
    client = sign_in(cast[role])
    may = client.get(ADDRESS).status_code == 200
    assert may is (role not in {Role.VOLUNTEER, Role.POLICE})
    assert (ADDRESS in client.get("/").content.decode()) is may


def test_the_outsider_sees_their_own(cast: Cast, home: Household, sign_in: SignIn) -> None:
    reveal_household(by=cast.actor(OFFICER), household=home, **WHY)
    assert "to bring the school forms" not in sign_in(cast.outsider).get(ADDRESS).content.decode()
    assert own_deeds(actor_for(cast.outsider)) == []
