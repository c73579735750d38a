"""Users are made without any right, rights end, and nobody gives them to themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from forewatch.access.actions import grant, longest, make_user, new_password
from forewatch.access.actors import actor_for
from forewatch.access.decisions import decide
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.access.words import PURPOSE_NAMES, ROLE_NAMES
from forewatch.audit.models import Event
from forewatch.ui.problems import Problem

START = date(2026, 1, 1)


@pytest.fixture
def user(db: None) -> User:
    centre = Organisation.objects.create(code="centre", name="Centre")
    return make_user(
        username="mali", name="Mali", organisation=centre, password=new_password(), now=timezone.now()
    )


def test_a_new_user_may_do_nothing_and_is_written_down(user: User) -> None:
    actor = actor_for(user)
    for verb in Verb:
        for data_class in DataClass:
            assert not any(decide(actor, verb, data_class, purpose).allowed for purpose in Purpose)
    assert Event.objects.get(subject="user").subject_id == user.pk


def test_a_user_who_may_not_sign_in_has_no_rights_left(user: User) -> None:
    today = timezone.localdate()
    grant(
        user=user,
        role=Role.ANALYST,
        area_code="XA10",
        valid_from=today,
        valid_to=today + timedelta(9),
        now=timezone.now(),
    )
    assert actor_for(user).roles() == {Role.ANALYST}
    user.is_active = False
    user.save()
    assert actor_for(User.objects.get(pk=user.pk)).roles() == frozenset()


def test_a_grant_lasts_a_year_at_most(user: User) -> None:
    day = START + longest()
    grant(user=user, role=Role.ANALYST, area_code="", valid_from=START, valid_to=day, now=timezone.now())
    with pytest.raises(Problem, match="366 days at most"):
        grant(
            user=user,
            role=Role.ANALYST,
            area_code="",
            valid_from=START,
            valid_to=day + timedelta(1),
            now=timezone.now(),
        )


def test_nobody_gives_a_role_to_themselves_not_even_past_the_action(user: User) -> None:
    with pytest.raises(Problem, match="themselves"):
        grant(
            user=user,
            role=Role.ANALYST,
            area_code="",
            valid_from=START,
            valid_to=date(2026, 2, 1),
            now=timezone.now(),
            by=user,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=user, role=Role.ANALYST, valid_from=START, valid_to=date(2026, 2, 1), granted_by=user
        )
    assert not Grant.objects.exists()


@pytest.mark.parametrize("username", ["Mali", "mali mali", "", "มาลี", "-mali", "x" * 41, "mali\n"])
def test_a_user_name_is_plain(db: None, username: str) -> None:
    centre = Organisation.objects.create(code="centre", name="Centre")
    with pytest.raises(ValidationError):
        make_user(username=username, name="Mali", organisation=centre, password="p" * 15, now=timezone.now())
    assert not User.objects.exists()


def test_passwords_are_long_and_differ() -> None:
    assert len({new_password() for _time in range(100)}) == 100
    assert len(new_password()) >= 15


@pytest.mark.parametrize("language", ["en", "th"])
def test_roles_and_purposes_have_names_for_people(language: str) -> None:
    with override(language):
        names = {one: str(ROLE_NAMES[one]) for one in Role} | {
            one: str(PURPOSE_NAMES[one]) for one in Purpose
        }

    assert len(set(names.values())) == len(names)
    assert not any("_" in name for name in names.values())
    if language == "th":
        assert all("\u0e00" <= name[0] <= "\u0e7f" for name in names.values())


def test_a_grant_shows_the_name_of_its_role(user: User) -> None:
    made = Grant(user=user, role=Role.DISTRICT_OFFICER, area_code="XA10")

    assert made.get_role_display() == "district officer"
    assert "district_officer" not in str(made)
