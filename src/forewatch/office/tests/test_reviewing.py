"""A part of the names shown is looked at again by somebody else, who sees why and not whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.decisions import Refused
from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.office import reviewing
from forewatch.office.reviewing import Verdict
from forewatch.places.models import Area
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.permissions import BudgetSpent
from forewatch.register.tests.building import household
from forewatch.ui.problems import NotFound

SignIn = Callable[[User], Client]
OFFICER, SUPERVISOR, LEAD = Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD
DPO = Role.DATA_PROTECTION_OFFICER
WHY = "to bring the school forms on Monday"


@pytest.fixture(autouse=True)
def _every_one_is_drawn(settings: LazySettings) -> None:
    settings.TERMS = replace(settings.TERMS, review_percent=100)


def shown(user: User, at: datetime | None = None, **said: Any) -> Event:
    with transaction.atomic():
        return record(
            **{
                "at": at or timezone.now(), "actor_id": user.pk, "verb": "reveal", "data_class": "identity",
                "subject": "household", "subject_id": new_id(), "area_code": VILLAGE, "reason": WHY,
                "identities": 3,
            }
            | said
        )  # fmt: skip


def waiting(cast: Cast, role: Role) -> set[Any]:
    return {one.id for one in reviewing.to_review(cast.actor(role))}


def test_chance_draws_the_share_that_is_set(settings: LazySettings) -> None:
    ids = [new_id() for _ in range(20_000)]
    settings.TERMS = replace(settings.TERMS, review_percent=2)
    drawn = {one for one in ids if reviewing.drawn(one)}
    assert 300 < len(drawn) < 500
    assert drawn == {one for one in ids if reviewing.drawn(one)}
    settings.TERMS = replace(settings.TERMS, review_percent=0)
    assert not any(map(reviewing.drawn, ids))
    settings.TERMS = replace(settings.TERMS, review_percent=100)
    assert all(map(reviewing.drawn, ids))


@pytest.mark.parametrize("role", list(Role))
def test_who_reviews_in_their_area_and_never_their_own(cast: Cast, role: Role) -> None:
    theirs, far = shown(cast[OFFICER]), shown(cast.outsider, area_code=OUTSIDE_VILLAGE)
    mine = shown(cast[role])
    expected = {SUPERVISOR: {theirs.pk}, LEAD: {theirs.pk}, DPO: {theirs.pk, far.pk}}.get(role, set())
    assert waiting(cast, role) == expected
    assert mine.pk not in waiting(cast, role)


def test_refusals_old_ones_and_empty_ones_are_not_reviewed(cast: Cast) -> None:
    shown(cast[OFFICER], allowed=False)
    shown(cast[OFFICER], identities=0)
    shown(cast[OFFICER], at=timezone.now() - timedelta(days=31))
    assert not waiting(cast, DPO)


def test_a_list_that_nobody_approved_is_always_looked_at(cast: Cast, settings: LazySettings) -> None:
    settings.TERMS = replace(settings.TERMS, review_percent=0)
    listed, _single = shown(cast[OFFICER], subject="identity list"), shown(cast[OFFICER])
    shown(cast[OFFICER], subject="visit_list")
    for role in (SUPERVISOR, DPO):
        assert waiting(cast, role) == {listed.pk}
    assert not waiting(cast, OFFICER)


def test_a_review_is_written_into_the_trail_and_done_once(cast: Cast) -> None:
    one = shown(cast[OFFICER])
    reviewing.decide(by=cast.actor(SUPERVISOR), event_id=one.pk, verdict=Verdict.DOUBTED)
    row = Event.objects.get(verb="review")
    assert (row.subject_id, row.actor_id, row.reason) == (one.pk, cast[SUPERVISOR].pk, "doubted")
    assert not waiting(cast, LEAD)
    with pytest.raises(NotFound):
        reviewing.decide(by=cast.actor(LEAD), event_id=one.pk, verdict=Verdict.HOLDS)
    assert reviewing.doubted(cast.actor(DPO)) == 1
    assert reviewing.doubted(cast.actor(SUPERVISOR)) == 0


def test_nobody_reviews_for_another_area(cast: Cast) -> None:
    far = shown(cast.outsider, area_code=OUTSIDE_VILLAGE)
    for role in (SUPERVISOR, LEAD, OFFICER, Role.POLICE):
        with pytest.raises((NotFound, Refused)):
            reviewing.decide(by=cast.actor(role), event_id=far.pk, verdict=Verdict.HOLDS)


def test_who_reached_the_limit_is_told_to_those_above(
    cast: Cast, areas: dict[str, Area], settings: LazySettings
) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=2)
    officer, home = cast.actor(OFFICER), household(cast.actor(LEAD), areas[VILLAGE])
    for _time in range(2):
        assert reviewing.at_the_limit(cast.actor(SUPERVISOR)) == []
        reveal_household(by=officer, household=home, reason=WHY, purpose=Purpose.PREVENT)
    assert reviewing.at_the_limit(cast.actor(SUPERVISOR)) == [cast[OFFICER].name]
    assert reviewing.at_the_limit(cast.actor(DPO)) == [cast[OFFICER].name]
    assert reviewing.at_the_limit(officer) == reviewing.at_the_limit(cast.outside()) == []
    with pytest.raises(BudgetSpent):
        reveal_household(by=officer, household=home, reason=WHY, purpose=Purpose.PREVENT)
    assert Event.objects.filter(verb="reveal", allowed=False, actor_id=officer.user_id).count() == 1


def test_the_pages(cast: Cast, areas: dict[str, Area], sign_in: SignIn) -> None:
    home = household(cast.actor(LEAD), areas[VILLAGE])
    reveal_household(by=cast.actor(OFFICER), household=home, reason=WHY, purpose=Purpose.PREVENT)
    client = sign_in(cast[SUPERVISOR])
    assert "is to be looked at again" in client.get("/").content.decode()
    page = client.get("/oversight/reviews/").content.decode()
    assert WHY in page
    assert home.code not in page
    assert str(home.pk) not in page
    one = Event.objects.get(verb="reveal")
    assert client.post(f"/oversight/reviews/{one.pk}", {"verdict": "fine"}).status_code == 400
    client.post(f"/oversight/reviews/{one.pk}", {"verdict": "doubted"})
    assert WHY not in client.get("/oversight/reviews/").content.decode()
    assert "1 reason was doubted" in sign_in(cast[DPO]).get("/oversight/reviews/").content.decode()
    assert sign_in(cast.outsider).get("/oversight/reviews/").status_code == 403
