"""A lost second factor: two colleagues, neither the person, each with their own word; never one alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.models import Organisation, Recovery, User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import OTHER_PROVINCE, PASSWORD, PROVINCE, Cast, make_user
from forewatch.office.recovering import confirm_loss
from forewatch.ui.problems import NotFound, Problem

SignIn = Callable[[User], Client]
CODE = re.compile(r"\b(?:[a-z2-9]{4}-){6}[a-z2-9]{4}\b")


def test_two_colleagues_together_give_a_new_code(cast: Cast, sign_in: SignIn) -> None:
    lost = cast[Role.DISTRICT_OFFICER]
    give_authenticator(lost)
    working = sign_in(lost)
    assert working.get("/").status_code == 200
    address = f"/staff/{lost.pk}/lost"

    one = sign_in(cast[Role.PROVINCIAL_LEAD]).post(address).content.decode()
    assert not CODE.search(one)
    assert Authenticator.objects.filter(user=lost).exists()
    two = sign_in(cast[Role.ADMINISTRATOR]).post(address).content.decode()

    (code,) = CODE.findall(two)
    assert not Authenticator.objects.filter(user=lost).exists()
    assert not User.objects.get(pk=lost.pk).check_password(PASSWORD)
    assert working.get("/").status_code == 302, "sessions of whoever has the phone now end"
    words = "eight words that nobody ever said before"
    typed = {"username": lost.username, "first_code": code, "password1": words, "password2": words}
    assert Client().post("/account/first/", typed).url == "/account/2fa/"
    who = Event.objects.filter(subject="recovery").order_by("id").values_list("actor_id", flat=True)
    assert list(who) == [cast[Role.PROVINCIAL_LEAD].pk, cast[Role.ADMINISTRATOR].pk]


@pytest.mark.parametrize("role", [Role.PROVINCIAL_LEAD, Role.ADMINISTRATOR])
def test_one_colleague_alone_never_does_it(cast: Cast, sign_in: SignIn, role: Role) -> None:
    lost = cast[Role.DISTRICT_OFFICER]
    give_authenticator(lost)
    client = sign_in(cast[role])
    client.post(f"/staff/{lost.pk}/lost")

    again = client.post(f"/staff/{lost.pk}/lost")

    assert again.status_code == 400
    assert "A second colleague" in again.content.decode()
    assert Authenticator.objects.filter(user=lost).exists()
    assert not lost.first_codes.exists()


def test_nobody_confirms_for_themselves(cast: Cast) -> None:
    lead = cast[Role.PROVINCIAL_LEAD]
    confirm_loss(by=cast.actor(Role.ADMINISTRATOR), user=lead)

    with pytest.raises(Problem, match="their own loss"):
        confirm_loss(by=actor_for(lead), user=lead)
    assert not lead.first_codes.exists()


def test_a_word_of_yesterday_no_longer_counts(cast: Cast) -> None:
    lost = cast[Role.DISTRICT_OFFICER]
    confirm_loss(by=cast.actor(Role.PROVINCIAL_LEAD), user=lost)
    Recovery.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert confirm_loss(by=cast.actor(Role.ADMINISTRATOR), user=lost) == ""
    assert not lost.first_codes.exists()


@pytest.mark.parametrize("second", ["themselves", "the first"])
def test_the_database_refuses_it_too(cast: Cast, second: str) -> None:
    lost, first = cast[Role.ANALYST], cast[Role.ADMINISTRATOR]
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(
            user=lost, asked_by=first, asked_at=now, expires_at=now,
            confirmed_by=lost if second == "themselves" else first, confirmed_at=now,
        )  # fmt: skip


def test_a_lead_of_another_province_has_no_word_here(cast: Cast) -> None:
    elsewhere = Organisation.objects.get(code="elsewhere")
    stranger = make_user("stranger", elsewhere, Role.PROVINCIAL_LEAD, OTHER_PROVINCE)

    with pytest.raises(NotFound):
        confirm_loss(by=actor_for(stranger), user=cast[Role.DISTRICT_OFFICER])
    assert not Recovery.objects.exists()


def test_the_only_administrator_is_helped_by_two_leads(cast: Cast) -> None:
    centre = Organisation.objects.get(code="centre")
    other = make_user("second-lead", centre, Role.PROVINCIAL_LEAD, PROVINCE)

    confirm_loss(by=cast.actor(Role.PROVINCIAL_LEAD), user=cast[Role.ADMINISTRATOR])

    assert confirm_loss(by=actor_for(other), user=cast[Role.ADMINISTRATOR])


def test_whoever_left_is_not_let_in_again(cast: Cast) -> None:
    User.objects.filter(pk=cast[Role.ANALYST].pk).update(is_active=False)

    with pytest.raises(Problem, match="may not sign in"):
        confirm_loss(by=cast.actor(Role.ADMINISTRATOR), user=User.objects.get(username="analyst"))
