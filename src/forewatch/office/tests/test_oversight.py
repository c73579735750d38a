"""Oversight counts who did what how often, tells of nobody concerned, and is itself in the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import nobody
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.actions import record
from forewatch.audit.heads import file_of
from forewatch.audit.models import Event
from forewatch.audit.queries import head
from forewatch.audit.tests.trails import chained, signed
from forewatch.config.tests.cast import VILLAGE, Cast, make_user
from forewatch.lib.ids import new_id
from forewatch.office.oversight import Keeping, Period, doings, kept_away, refusals
from forewatch.places.models import Area
from forewatch.register.actions.conflicts import Ground, declare_conflict, declare_own_conflict, end_conflict
from forewatch.register.tests.building import household

SignIn = Callable[[User], Client]
DAY = date(2026, 3, 10)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_current_timezone())


def did(user: User, when: datetime, **said: Any) -> None:
    with transaction.atomic():
        record(
            **{
                "at": when, "actor_id": user.pk, "verb": "read", "data_class": "observation",
                "subject": "person", "subject_id": new_id(), "reason": "the Reeds at the mill",
            }
            | said
        )  # fmt: skip


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Have an analyst look at names by day and night, print, and be refused once."""
    analyst = cast[Role.ANALYST]
    did(analyst, at(DAY, 9), verb="reveal", data_class="identity", identities=3)
    did(analyst, at(DAY, 10), verb="reveal", data_class="identity", identities=4)
    did(analyst, at(DAY + timedelta(days=1), 23), verb="reveal", data_class="identity", identities=1)
    did(analyst, at(DAY, 11), verb="print")
    did(analyst, at(DAY, 12), verb="export")
    did(analyst, at(DAY, 5), data_class="source", allowed=False, area_code="XA1001")
    did(cast[Role.SOCIAL_WORKER], at(DAY, 6), identities=2)
    did(cast[Role.SOCIAL_WORKER], at(DAY - timedelta(days=40), 6), identities=99)
    return cast


def test_what_each_colleague_did_in_figures(busy: Cast) -> None:
    first, second = doings(Period(DAY - timedelta(days=5), DAY + timedelta(days=5)))
    assert (first.name, first.roles) == ("The analyst", "provincial analyst")
    assert (first.names, first.days, first.left, first.refused, first.late, first.deeds) == (8, 2, 2, 1, 2, 6)
    assert (second.name, second.names, second.late, second.deeds) == ("The social-worker", 2, 0, 1)


@pytest.mark.parametrize(
    ("first", "last", "seen"),
    [
        (DAY, DAY, 7),
        (DAY + timedelta(days=1), DAY + timedelta(days=1), 1),
        (DAY + timedelta(days=2), DAY + timedelta(days=9), 0),
    ],
)
def test_both_days_of_a_period_count(busy: Cast, first: date, last: date, seen: int) -> None:
    assert sum(one.names for one in doings(Period(first, last)) if one.name == "The analyst") == seen


def test_a_period_is_in_order_and_thirty_days_long_when_nothing_is_said() -> None:
    assert Period.of(None, None, DAY) == Period(DAY - timedelta(days=29), DAY)
    assert Period.of(DAY, DAY - timedelta(days=3), DAY) == Period(DAY - timedelta(days=3), DAY)


def test_what_a_command_did_is_no_colleagues(cast: Cast) -> None:
    with transaction.atomic():
        record(at=at(DAY, 9), actor_id=nobody().user_id, verb="import", data_class="reference")
    (one,) = doings(Period(DAY, DAY))
    assert (one.name, one.roles, one.deeds) == ("a command on the machine", "", 1)


def test_refusals_are_told_with_who_and_where(busy: Cast) -> None:
    (one,) = refusals(Period(DAY, DAY))
    assert (one.name, one.verb, one.data_class, one.area) == ("The analyst", "read", "source", "XA1001")


def test_the_page_names_nobody_concerned_and_the_look_is_in_the_trail(busy: Cast, sign_in: SignIn) -> None:
    officer = busy[Role.DATA_PROTECTION_OFFICER]
    said = {"first": DAY.isoformat(), "last": DAY.isoformat()}
    page = sign_in(officer).get("/oversight/", said).content.decode()
    assert "The analyst" in page
    assert "Reed" not in page
    for one in Event.objects.exclude(subject_id=None).values_list("subject_id", flat=True):
        assert str(one) not in page
    assert re.search(r'value="2026-03-10"', page)
    look = Event.objects.get(subject="oversight")
    assert (look.actor_id, look.data_class) == (officer.pk, "audit")


def test_who_kept_colleagues_away_is_seen_and_from_whom_is_not(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    by, overseer = cast.actor(Role.DISTRICT_OFFICER), cast[Role.DATA_PROTECTION_OFFICER]
    home = household(by, areas[VILLAGE])
    declare_own_conflict(by=cast.actor(Role.ANALYST), household=home)
    assert "Colleagues were kept away" not in sign_in(overseer).get("/").content.decode()
    for role in (Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD):
        declare_conflict(by=by, household=home, user=cast[role], ground=Ground.NAMED)
    week = Period(by.today, by.today)
    assert kept_away(week) == [Keeping("The district-officer", colleagues=2, households=1, let_back=0)]
    outside = make_user("made-up", cast.outsider.organisation, Role.DISTRICT_OFFICER, VILLAGE)
    declare_conflict(by=by, household=home, user=outside, ground=Ground.OTHER)
    end_conflict(by=by, household=home, user=outside)
    assert kept_away(week) == [Keeping("The district-officer", colleagues=3, households=1, let_back=1)]
    for address in ("/", "/oversight/"):
        page = sign_in(overseer).get(address).content.decode()
        assert "kept away" in page
        assert "The district-officer" in page
        assert home.code not in page
    for role in {*Role} - {Role.DATA_PROTECTION_OFFICER}:
        assert "Colleagues were kept away" not in sign_in(cast[role]).get("/").content.decode()


def test_a_day_that_is_none_is_said_plainly(busy: Cast, sign_in: SignIn) -> None:
    answer = sign_in(busy[Role.DATA_PROTECTION_OFFICER]).get("/oversight/", {"first": "yesterday"})
    assert answer.status_code == 200
    assert "Enter a valid date" in answer.content.decode()


@pytest.mark.parametrize("role", [*(one for one in Role if one is not Role.DATA_PROTECTION_OFFICER), None])
def test_nobody_else_oversees(cast: Cast, sign_in: SignIn, role: Any) -> None:
    client = sign_in(cast[role] if role else cast.outsider)
    assert client.get("/oversight/").status_code in (403, 404)
    assert not Event.objects.filter(subject="oversight").exists()


def test_the_page_says_how_far_the_trail_goes_and_when_each_place_got_its_head(
    busy: Cast, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR, one, two = tmp_path, tmp_path / "one", tmp_path / "two"
    settings.AUDIT_HEADS, settings.AUDIT_HEADS_ALSO = one, (two,)
    chained()
    signed()
    file_of(two, settings.NODE).unlink()
    newest = head()
    page = sign_in(busy[Role.DATA_PROTECTION_OFFICER]).get("/oversight/").content.decode()
    assert f'<dd class="number">{newest.number}</dd>' in page
    assert newest.short() in page
    assert f'not yet · <span class="code">{two}</span>' in page
    assert f'· <span class="code">{one}</span>' in page
    beside = "heads lie beside the trail"
    assert beside in page
    settings.AUDIT_HEADS_ALSO = ()
    page = sign_in(busy[Role.DATA_PROTECTION_OFFICER]).get("/oversight/").content.decode()
    assert str(one) not in page
    settings.DATA_DIR = tmp_path / "home"
    assert beside not in sign_in(busy[Role.DATA_PROTECTION_OFFICER]).get("/oversight/").content.decode()
