"""A session: new at each proof of who one is, over after a while or at once, and never told by a guess."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from forewatch.access.models import Session, User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import code_of, give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS
from forewatch.config.tests.world import World

SignIn = Callable[[User], Client]
DOOR = "/account/login/"
MINUTES = 15


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    cache.clear()


@pytest.fixture
def user(cast: Cast) -> User:
    """Return somebody who needs no second factor."""
    return cast[Role.VOLUNTEER]


def enter(client: Client, user: User) -> str:
    """Sign in, and return the id of the session."""
    client.post(DOOR, {"login": user.username, "password": PASSWORD})
    return held(client)


def held(client: Client) -> str:
    """Return the id of the session that a browser holds."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    """Tell whether a browser is let in."""
    answer = client.get("/")
    assert answer.status_code == 200 or answer.url.startswith(DOOR)
    return bool(answer.status_code == 200)


def with_cookie(value: str) -> Client:
    """Return another browser that sends the id of a session."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = value
    return client


def test_each_sign_in_makes_a_session_that_nobody_foresees(user: User) -> None:
    ids = set()
    for _time in range(5):
        random.seed(7)
        ids.add(enter(Client(), user))

    assert len(ids) == 5
    # 32 of 36 signs are 165 random bits.
    assert all(re.fullmatch(r"[a-z0-9]{32}", one) for one in ids)
    assert not is_in(with_cookie("a" * 32))


def test_a_session_from_before_the_sign_in_is_not_the_one_after_it(user: User) -> None:
    client = Client()
    client.post(DOOR, {"login": user.username, "password": "a wrong password"})
    session = client.session
    session["made_up"] = 1
    session.save()
    before = held(client)

    after = enter(client, user)

    assert before != after
    assert is_in(client)
    assert not is_in(with_cookie(before))
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.ANALYST])
def test_proving_again_who_one_is_makes_a_new_session(cast: Cast, sign_in: SignIn, role: Role) -> None:
    user, address, typed = cast[role], "/account/reauthenticate/", {"password": PASSWORD}
    if role == Role.ANALYST:
        give_authenticator(user)
        address, typed = "/account/2fa/reauthenticate/", {"code": code_of(user)}
    client = sign_in(user)
    before = held(client)
    client.post(address, dict.fromkeys(typed, "123"))
    assert held(client) == before, "a wrong proof changes nothing"

    assert client.post(address, typed).status_code == 302

    assert held(client) != before
    assert is_in(client)
    assert not is_in(with_cookie(before))


def test_a_session_ends_when_nothing_was_done_for_a_quarter_of_an_hour(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start = Client(), timezone.now()
    enter(client, user)

    def after(minutes: float) -> bool:
        now: datetime = start + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda: now)
        return is_in(client)

    assert after(MINUTES - 1)
    assert after(2 * MINUTES - 2), "each page begins the quarter anew"
    assert not after(3 * MINUTES - 1.9)
    assert not is_in(with_cookie(held(client)))


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(user: User) -> None:
    client = Client()
    kept = enter(client, user)
    assert is_in(with_cookie(kept))

    assert "Clear-Site-Data" not in client.get("/")
    out = client.post("/account/logout/")

    assert out["Clear-Site-Data"] == '"cache", "storage"', "nothing stays in the browser"
    assert "Clear-Site-Data" not in client.get("/account/login/")
    assert not is_in(with_cookie(kept))
    assert not Session.objects.filter(pk=kept).exists()


def test_every_page_lets_one_sign_out(cast: Cast, world: World, sign_in: SignIn) -> None:
    pages = set()
    for role in Role:
        client = sign_in(cast[role])
        for name, method in ADDRESSES:
            if method != "GET":
                continue
            where = reverse(name, kwargs=world.arguments(OURS[name]))
            answer = client.get(where)
            if "<html" not in ("" if answer.streaming else answer.content.decode(errors="ignore")):
                continue
            pages.add(name)
            assert f'action="{reverse("account_logout")}"' in answer.content.decode(), name

    assert len(pages) > 40


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start = Client(), timezone.now()
    enter(client, user)

    def after(minutes: float) -> bool:
        now: datetime = start + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda: now)
        return is_in(client)

    assert all(after(minutes) for minutes in range(10, 12 * 60, 10))
    assert after(12 * 60 - 1)
    assert not after(12 * 60 + 1)
    assert not is_in(with_cookie(held(client)))
    enter(client, user)
    assert is_in(client), "signing in begins a new one"


def test_proving_again_who_one_is_does_not_make_the_day_longer(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start = Client(), timezone.now()
    enter(client, user)
    for minutes in range(10, 12 * 60, 10):
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=minutes))  # noqa: B023
        assert is_in(client)
    before = held(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert held(client) != before

    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(hours=12, minutes=1))

    assert not is_in(client)


def test_an_office_may_say_how_long_its_day_is(
    user: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.TERMS = replace(settings.TERMS, session_hours=1)
    client, start = Client(), timezone.now()
    enter(client, user)
    for minutes in (14, 28, 42, 56):
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=minutes))  # noqa: B023
        assert is_in(client)

    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=61))

    assert not is_in(client)
