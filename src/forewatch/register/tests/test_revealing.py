"""Names are shown with a reason, within a budget, and never without a row in the audit trail."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.access.typed import reasons_of
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.keystore.models import DataKey
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign, end_assignment
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import Household, Identity
from forewatch.register.permissions import BudgetSpent
from forewatch.register.sealed import Address
from forewatch.register.tests.building import household, member, people_of
from forewatch.ui.problems import Problem

Areas = dict[str, Area]
SignIn = Callable[[User], Client]
WHY = "visit on Friday"


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    return household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member(), member("Ben", "2560"))


def shown(by: Actor, home: Household, purpose: Purpose = Purpose.PREVENT, reason: str = WHY) -> Any:
    return reveal_household(by=by, household=home, reason=reason, purpose=purpose)


def reveals() -> Any:
    return AuditEvent.objects.filter(verb="reveal")


def test_a_reveal_shows_names_and_address_and_is_written_down(cast: Cast, home: Household) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    found = shown(officer, home)
    assert {one.given for one in found.names.values()} == {"Ann", "Ben"}
    assert found.address == Address(hamlet="Upper end", house="12/3")
    row = reveals().get()
    assert (row.identities, row.reason, row.purpose) == (2, "", "prevent")
    assert reasons_of([row]) == {row.pk: WHY}
    assert (row.subject_id, row.area_code, row.actor_id) == (home.pk, VILLAGE, officer.user_id)
    assert row.grant_id in {one.id for one in officer.grants}


def test_when_the_row_cannot_be_written_nothing_is_shown(
    cast: Cast, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("forewatch.access.noting.record", full)
    with pytest.raises(OSError, match="full"):
        shown(cast.actor(Role.DISTRICT_OFFICER), home)


@pytest.mark.parametrize("reason", ["", "see them", "          ", "too short"])
def test_without_a_reason_of_ten_characters_there_are_no_names(
    cast: Cast, home: Household, reason: str
) -> None:
    with pytest.raises(Problem, match="at least 10"):
        shown(cast.actor(Role.DISTRICT_OFFICER), home, reason=reason)
    assert not reveals().exists()


@pytest.mark.parametrize("role", Role)
def test_who_may_show_names_of_a_household_not_theirs(cast: Cast, home: Household, role: Role) -> None:
    staff = {Role.ANALYST, Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
    if role in staff:
        assert shown(cast.actor(role), home).names
        return
    for purpose in Purpose:
        with pytest.raises(Refused):
            shown(cast.actor(role), home, purpose)
    assert not reveals().exists()


def test_a_purpose_that_no_grant_carries_shows_nothing(cast: Cast, home: Household) -> None:
    with pytest.raises(Refused):
        shown(cast.actor(Role.DISTRICT_OFFICER), home, Purpose.AUDIT)


def test_a_responder_sees_names_while_the_household_is_theirs(cast: Cast, home: Household) -> None:
    officer, worker = cast.actor(Role.DISTRICT_OFFICER), Role.SOCIAL_WORKER
    given = assign(by=officer, household=home, user=cast[worker])
    assert shown(cast.actor(worker), home, Purpose.ASSIST).names
    end_assignment(by=officer, assignment=given)
    with pytest.raises(Refused):
        shown(cast.actor(worker), home, Purpose.ASSIST)


def test_an_enumerator_reads_back_what_they_wrote(cast: Cast, areas: Areas, home: Household) -> None:
    enumerator = cast.actor(Role.ENUMERATOR)
    own = household(enumerator, areas[VILLAGE])
    assert shown(enumerator, own).names
    Household.objects.filter(pk=own.pk).update(made_at=enumerator.now.replace(year=2020))
    own.refresh_from_db()
    with pytest.raises(Refused):
        shown(enumerator, own)


def test_the_budget_counts_single_reveals_of_a_day(
    cast: Cast, areas: Areas, home: Household, settings: Any
) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=2)
    officer = cast.actor(Role.DISTRICT_OFFICER)
    shown(officer, home)
    reveal_list(by=officer, area=areas[VILLAGE], people=people_of(home), reason=WHY, purpose=Purpose.PREVENT)
    shown(officer, home)
    with pytest.raises(BudgetSpent, match="2 times today"):
        shown(officer, home)
    assert shown(cast.actor(Role.DISTRICT_SUPERVISOR), home).names
    assert (reveals().filter(allowed=True).count(), reveals().filter(allowed=False).count()) == (4, 1)


def test_lists_have_a_budget_of_their_own(
    cast: Cast, areas: Areas, home: Household, settings: LazySettings
) -> None:
    settings.TERMS = replace(settings.TERMS, daily_lists=2, singly_names=0)
    officer, people = cast.actor(Role.DISTRICT_OFFICER), people_of(home)

    def listed() -> None:
        reveal_list(by=officer, area=areas[VILLAGE], people=people, reason=WHY, purpose=Purpose.PREVENT)

    listed()
    listed()
    with pytest.raises(BudgetSpent, match="2 lists today"):
        listed()
    assert reveals().filter(allowed=False, actor_id=officer.user_id).count() == 1


def test_a_list_is_one_decision_with_all_its_names(cast: Cast, areas: Areas, home: Household) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    names = reveal_list(
        by=officer, area=areas[VILLAGE], people=people_of(home), reason=WHY, purpose=Purpose.PREVENT
    )
    assert {one.given for one in names.values()} == {"Ann", "Ben"}
    row = reveals().get()
    assert (row.subject, row.identities) == ("identity list", 2)


def test_a_reveal_that_is_rolled_back_was_no_reveal(cast: Cast, home: Household) -> None:
    with transaction.atomic():
        shown(cast.actor(Role.DISTRICT_OFFICER), home)
        transaction.set_rollback(True)
    assert not reveals().exists()


@pytest.mark.parametrize("lost", ["keystore", "key", "bytes"])
def test_what_does_not_open_is_a_page_that_says_so_and_nothing_else(
    cast: Cast, home: Household, sign_in: SignIn, settings: LazySettings, lost: str, assured: Assured
) -> None:
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    if lost == "keystore":
        DataKey.objects.all().delete()
    elif lost == "key":
        settings.SEAL_KEY = os.urandom(32)
    else:
        Identity.objects.update(sealed=b"\x02" + bytes(60))
    asked = {"reason": WHY, "purpose": "prevent"}
    answer = client.post(f"/people/households/{home.pk}/names", asked)
    said = answer.content.decode()
    assert answer.status_code == 503
    assert "administrator" in said
    assert not any(one in said for one in ("Ann Reed", "Ben", "Upper end", "Traceback", home.code))
    assert not reveals().exists()
    assured("said", 1)
