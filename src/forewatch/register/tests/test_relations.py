"""Whoever shows names of their own family name in their own village is reviewed, and kept from nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from forewatch.access.actions import village_key
from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.office import reviewing
from forewatch.places.models import Area
from forewatch.register.actions.revealing import reveal_list
from forewatch.register.models import ConflictOfInterest
from forewatch.register.rules.names import family_of
from forewatch.register.tests.building import household, people_of

SignIn = Callable[[User], Client]
OFFICER, SUPERVISOR = Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR
NOTICE = "Somebody here bears your family name"
WHY = {"reason": "to bring the school forms on Monday", "purpose": "prevent"}


@pytest.fixture(autouse=True)
def _chance_draws_none(settings: LazySettings) -> None:
    settings.TERMS = replace(settings.TERMS, review_percent=0)


@pytest.mark.parametrize(
    ("name", "village", "flagged"),
    [
        ("Olga Reed", VILLAGE, True),
        ("Mrs Olga REED", VILLAGE, True),
        # Nobody said where she lives: it may be here.
        ("Olga Reed", "", True),
        ("Olga Reed", OUTSIDE_VILLAGE, False),
        ("Olga Reeding", VILLAGE, False),
        ("Reed", VILLAGE, False),
    ],
)
def test_the_same_family_name_in_the_same_village_only_flags(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn, name: str, village: str, flagged: bool
) -> None:
    home = household(cast.actor(SUPERVISOR), areas[VILLAGE])
    officer = cast[OFFICER]
    User.objects.filter(pk=officer.pk).update(name=name, village_key=village_key(village))

    page = sign_in(officer).post(reverse("household_names", args=[home.pk]), WHY).content.decode()

    assert "Ann Reed" in page
    assert (NOTICE in page) is flagged
    waiting = reviewing.to_review(cast.actor(SUPERVISOR))
    assert [one.may_be_related for one in waiting] == [True] * flagged
    assert Event.objects.filter(verb="flag").count() == flagged
    assert not ConflictOfInterest.objects.exists()


def test_whoever_looks_again_is_told_why(cast: Cast, areas: dict[str, Area], sign_in: SignIn) -> None:
    home = household(cast.actor(SUPERVISOR), areas[VILLAGE])
    User.objects.filter(pk=cast[OFFICER].pk).update(name="Olga Reed")
    sign_in(cast[OFFICER]).post(reverse("household_names", args=[home.pk]), WHY)

    client = sign_in(cast[SUPERVISOR])
    page = client.get(reverse("reviews")).content.decode()
    assert "may be related: same family name" in page
    assert "Reed" not in page.replace("Olga Reed", "")
    (one,) = reviewing.to_review(cast.actor(SUPERVISOR))
    assert client.post(reverse("review", args=[one.id]), {"verdict": "holds"}).status_code == 302
    assert not reviewing.to_review(cast.actor(SUPERVISOR))
    assert sign_in(cast.outsider).post(reverse("review", args=[one.id])).status_code in {403, 404}


@pytest.mark.parametrize("village", [VILLAGE, OUTSIDE_VILLAGE])
def test_a_list_of_names_is_looked_at_again_too(cast: Cast, areas: dict[str, Area], village: str) -> None:
    home = household(cast.actor(SUPERVISOR), areas[VILLAGE])
    User.objects.filter(pk=cast[OFFICER].pk).update(name="Olga Reed", village_key=village_key(village))
    shown = reveal_list(
        by=cast.actor(OFFICER), area=areas[VILLAGE], people=people_of(home), reason=WHY["reason"],
        purpose=Purpose.PREVENT,
    )  # fmt: skip
    assert len(shown) == 1
    waiting = reviewing.to_review(cast.actor(SUPERVISOR))
    assert [one.may_be_related for one in waiting] == [village == VILLAGE]


@pytest.mark.parametrize(
    ("name", "family"),
    [("สมชาย  สมมติ", "สมมติ"), ("นาย สมชาย สมมติ", "สมมติ"), ("Ann de Reed", "reed"), ("Ann", ""), ("", "")],
)
def test_the_family_name_is_the_last_of_several_words(name: str, family: str) -> None:
    assert family_of(name) == family
