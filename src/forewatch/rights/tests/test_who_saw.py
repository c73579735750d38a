"""A person who asks learns in which role and when they were looked at, alone or with their household then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.revealing import reveal_list
from forewatch.register.models import Household, Membership, Person
from forewatch.register.tests.building import household, member, people_of
from forewatch.rights import who_saw
from forewatch.rights.who_saw import looks_at
from forewatch.ui.problems import Problem

SignIn = Callable[[User], Client]
NOW = timezone.now()


def looked(user: User, subject: Any, at: datetime = NOW, **said: Any) -> None:
    with transaction.atomic():
        record(
            **{
                "at": at, "actor_id": user.pk, "role": "analyst", "verb": "read", "data_class": "observation",
                "purpose": "prevent", "subject_id": getattr(subject, "pk", subject),
            }
            | said
        )  # fmt: skip


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    """Register a household of one, whose member has lived there for a month."""
    made = household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member())
    Membership.objects.update(valid_from=timezone.localdate() - timedelta(days=30))
    return made


@pytest.fixture
def person(home: Household) -> Person:
    return people_of(home)[0]


def deeds(person: Person) -> list[str]:
    return [one.deed for one in looks_at(person.code)[1] if one.deed in ("read", "saw the name")]


def test_looks_at_the_person_and_at_their_household_count(
    cast: Cast, home: Household, person: Person
) -> None:
    looked(cast[Role.ANALYST], person)
    looked(cast[Role.ANALYST], home, NOW + timedelta(minutes=1), verb="reveal", identities=2)
    looked(cast[Role.ANALYST], new_id())
    looked(cast[Role.ANALYST], person, allowed=False)
    newest, oldest = (one for one in looks_at(person.code)[1] if one.deed in ("read", "saw the name"))
    assert (newest.deed, newest.names) == ("saw the name", True)
    assert (newest.roles, newest.purpose) == ("provincial analyst", "prevention")
    assert (oldest.deed, oldest.names) == ("read", False)


def test_nobody_pushes_a_look_out_of_sight_by_looking_again_and_again(
    cast: Cast, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(who_saw, "SHOWN", 4)
    looked(cast[Role.ANALYST], person, NOW - timedelta(days=1), verb="reveal", identities=1)
    for minutes in range(6):
        looked(cast[Role.DISTRICT_OFFICER], person, NOW + timedelta(minutes=minutes))
    looked(cast.outsider, person, NOW + timedelta(minutes=9))
    assert deeds(person) == ["read", "read", "saw the name"]


def test_a_household_counts_only_while_they_lived_in_it(cast: Cast, home: Household, person: Person) -> None:
    Membership.objects.update(valid_to=timezone.localdate() - timedelta(days=10))
    looked(cast[Role.ANALYST], home, NOW - timedelta(days=12))
    assert deeds(person) == ["read"]
    looked(cast[Role.ANALYST], home, NOW - timedelta(days=2))
    looked(cast[Role.ANALYST], home, NOW - timedelta(days=40))
    assert deeds(person) == ["read"]


def test_what_was_seen_of_somebody_merged_into_them_counts(
    cast: Cast, areas: dict[str, Area], person: Person
) -> None:
    other = people_of(household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member()))[0]
    looked(cast[Role.ANALYST], other)
    assert deeds(person) == []
    Person.objects.filter(pk=other.pk).update(merged_into=person)
    assert deeds(person) == ["read"]


def test_the_page_tells_roles_and_no_colleague_and_is_in_the_trail(
    cast: Cast, person: Person, sign_in: SignIn
) -> None:
    looked(cast[Role.ANALYST], person)
    client = sign_in(cast[Role.DATA_PROTECTION_OFFICER])
    page = client.post("/oversight/who-saw-me/", {"code": person.code.lower()}).content.decode()
    assert "provincial analyst" in page
    assert "The analyst" not in page
    assert Event.objects.get(subject="who saw").subject_id == person.pk


def test_a_code_that_nobody_has_is_said_plainly(cast: Cast, sign_in: SignIn) -> None:
    with pytest.raises(Problem, match="No person has the code"):
        looks_at("P-NOBODY")
    client = sign_in(cast[Role.DATA_PROTECTION_OFFICER])
    page = client.post("/oversight/who-saw-me/", {"code": "P-NOBODY"}).content.decode()
    assert "No person has the code P-NOBODY." in page
    assert not Event.objects.filter(subject="who saw").exists()


@pytest.mark.parametrize("role", [*(one for one in Role if one is not Role.DATA_PROTECTION_OFFICER), None])
def test_nobody_else_may_ask(cast: Cast, sign_in: SignIn, person: Person, role: Any) -> None:
    client = sign_in(cast[role] if role else cast.outsider)
    assert client.get("/oversight/who-saw-me/").status_code in (403, 404)
    assert client.post("/oversight/who-saw-me/", {"code": person.code}).status_code in (403, 404)


def test_lists_on_which_somebody_stood_count_with_their_names(
    cast: Cast, areas: dict[str, Area], home: Household, person: Person
) -> None:
    other = people_of(household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Ben")))[0]
    why = {"reason": "forms for the school", "purpose": Purpose.PREVENT}
    reveal_list(by=cast.actor(Role.DISTRICT_OFFICER), area=areas[VILLAGE], people=[person], **why)
    newest = looks_at(person.code)[1][0]
    assert (newest.deed, newest.names) == ("saw the name", True)
    assert (newest.roles, newest.purpose) == ("district officer", "prevention")
    assert "saw the name" not in [one.deed for one in looks_at(other.code)[1]]
