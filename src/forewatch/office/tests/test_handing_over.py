"""A colleague leaves: nothing of theirs opens any more, nothing they had in hand is lost, in one step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import OTHER_PROVINCE, PASSWORD, PROVINCE, VILLAGE, Cast, make_user, proven
from forewatch.intake.concerns import actions as concerns
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import Seen, Status
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.office.handing_over import Work, hand_over, heirs
from forewatch.places.models import Area
from forewatch.register.models import Assignment, CitizenshipStep, Household, Person
from forewatch.ui.problems import NotFound, Problem

SignIn = Callable[[User], Client]


def make(cast: Cast, name: str, role: Role, area: str) -> User:
    return make_user(name, cast[Role.ANALYST].organisation, role, area)


@pytest.fixture
def second(cast: Cast) -> User:
    """Make a colleague who holds the analyst's role in the same province."""
    return make(cast, "second", Role.ANALYST, PROVINCE)


@pytest.fixture
def leaver(cast: Cast, areas: dict[str, Area]) -> User:
    """Have an analyst with a household, a step, a concern and a file in hand."""
    user = cast[Role.ANALYST]
    lead = cast[Role.PROVINCIAL_LEAD]
    agency = Agency(cast)
    agency.commit(agency.upload(csv_of([pupil(1)])))
    home, person = Household.objects.get(), Person.objects.get()
    today = timezone.localdate()
    Assignment.objects.create(household=home, user=user, valid_from=today - timedelta(days=9), made_by=lead)
    CitizenshipStep.objects.create(
        person=person, what="talk", due_on=today, helper=user, made_at=timezone.now(), made_by=lead
    )
    concerns.hand_in(
        by=cast.actor(Role.VOLUNTEER), token=uuid.uuid4(), area=areas[VILLAGE], seen=[Seen.DEBT],
        who="somebody", where="", words="", urgent=False, risky_visit=False,
    )  # fmt: skip
    Concern.objects.update(taken_by=user, status=Status.TAKEN)
    agency.upload(csv_of([pupil(2)]))
    return user


def in_hand(user: User) -> list[str]:
    return Work.of(user, actor_for(user)).words()


ALL = ["1 household", "1 step to papers", "1 concern", "1 file not in yet"]


def test_all_open_work_goes_to_the_heir_in_one_step(
    cast: Cast, sign_in: SignIn, leaver: User, second: User
) -> None:
    assert in_hand(leaver) == ALL
    page = sign_in(cast[Role.ADMINISTRATOR]).get(f"/staff/{leaver.pk}/").content.decode()
    assert "In hand: 1 household, 1 step to papers, 1 concern, 1 file not in yet." in page
    client = proven(sign_in(cast[Role.ADMINISTRATOR]), cast[Role.ADMINISTRATOR])
    said = client.post(f"/staff/{leaver.pk}/leaves", {"heir": str(second.pk)})
    assert said.status_code == 302
    assert (in_hand(leaver), in_hand(second)) == ([], ALL)
    event = Event.objects.get(subject="leaver")
    assert (event.actor_id, event.subject_id) == (cast[Role.ADMINISTRATOR].pk, leaver.pk)
    assert Assignment.objects.filter(user=leaver).count() == 1, "who looked after whom is not rewritten"


def test_without_an_heir_the_work_waits_for_whoever_takes_it(cast: Cast, leaver: User) -> None:
    hand_over(by=cast.actor(Role.PROVINCIAL_LEAD), leaver=leaver, heir=None)
    assert in_hand(leaver) == ["1 file not in yet"]
    assert list(Concern.objects.values_list("status", "taken_by")) == [(Status.NEW, None)]
    assert list(CitizenshipStep.objects.values_list("status", "helper")) == [("open", None)]


def test_one_press_without_a_choice_ends_nobody(cast: Cast, sign_in: SignIn, leaver: User) -> None:
    client = proven(sign_in(cast[Role.ADMINISTRATOR]), cast[Role.ADMINISTRATOR])
    for said in ({}, {"heir": ""}, {"heir": "somebody"}):
        assert client.post(f"/staff/{leaver.pk}/leaves", said).status_code == 400
    User.objects.filter(pk=leaver.pk).update(village_key=b"made up")
    assert User.objects.get(pk=leaver.pk).is_active
    assert client.post(f"/staff/{leaver.pk}/leaves", {"heir": "nobody"}).status_code == 302
    left = User.objects.get(pk=leaver.pk)
    assert not left.is_active
    assert left.village_key is None, "where somebody lives is nobody's concern once they have left"


def test_a_session_alone_ends_nobody_and_what_was_chosen_holds_after_the_proof(
    cast: Cast, sign_in: SignIn, leaver: User, second: User
) -> None:
    client = proven(sign_in(cast[Role.ADMINISTRATOR]), cast[Role.ADMINISTRATOR], "password", 301)
    asked = client.post(f"/staff/{leaver.pk}/leaves", {"heir": str(second.pk)})
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert User.objects.get(pk=leaver.pk).is_active
    client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert not User.objects.get(pk=leaver.pk).is_active
    assert in_hand(second) == ALL


def test_whoever_left_gets_in_no_more(cast: Cast, sign_in: SignIn, leaver: User, second: User) -> None:
    give_authenticator(leaver)
    working = sign_in(leaver)
    assert working.get("/").status_code == 200
    hand_over(by=cast.actor(Role.ADMINISTRATOR), leaver=leaver, heir=second)
    assert working.get("/").status_code == 302
    gone = User.objects.get(pk=leaver.pk)
    assert not gone.check_password(PASSWORD)
    assert actor_for(gone).grants == ()
    assert not [one for one in gone.grants.all() if one.valid_to > timezone.localdate() + timedelta(days=1)]
    with pytest.raises(Problem, match="has left already"):
        hand_over(by=cast.actor(Role.ADMINISTRATOR), leaver=gone, heir=second)


def test_only_who_may_do_all_of_it_can_be_an_heir(cast: Cast, leaver: User, second: User) -> None:
    elsewhere = make(cast, "elsewhere", Role.ANALYST, OTHER_PROVINCE)
    smaller = make(cast, "smaller", Role.ANALYST, VILLAGE)
    wide = make(cast, "wide", Role.ANALYST, "")
    actor = cast.actor(Role.ADMINISTRATOR)
    assert {one.username for one in heirs(actor, leaver)} == {"second", "second-analyst", "wide"}
    for wrong in (elsewhere, smaller, cast[Role.VOLUNTEER], leaver):
        with pytest.raises(Problem, match="Choose somebody else"):
            hand_over(by=actor, leaver=leaver, heir=wrong)
    assert in_hand(leaver) == ALL
    wide.is_active = False
    wide.save()
    assert {one.username for one in heirs(actor, leaver)} == {"second", "second-analyst"}


def test_nobody_ends_their_own_or_reaches_further_than_their_area(cast: Cast, leaver: User) -> None:
    with pytest.raises(Problem, match="their own work"):
        hand_over(by=cast.actor(Role.ADMINISTRATOR), leaver=cast[Role.ADMINISTRATOR], heir=None)
    with pytest.raises(NotFound):
        hand_over(by=cast.actor(Role.PROVINCIAL_LEAD), leaver=cast.outsider, heir=None)
    with pytest.raises(NotFound):
        hand_over(by=cast.actor(Role.PROVINCIAL_LEAD), leaver=cast[Role.ADMINISTRATOR], heir=None)


@pytest.mark.parametrize(
    "role", [*(one for one in Role if one not in (Role.ADMINISTRATOR, Role.PROVINCIAL_LEAD)), None]
)
def test_nobody_else_ends_anybody(cast: Cast, sign_in: SignIn, leaver: User, role: Any) -> None:
    user = cast[role] if role else cast.outsider
    client = proven(sign_in(user), user)
    assert client.post(f"/staff/{leaver.pk}/leaves", {"heir": "nobody"}).status_code in (403, 404)
    assert User.objects.get(pk=leaver.pk).is_active
