"""What a password may be, and that it is taken exactly as it was typed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

import forewatch
from forewatch.access.first_codes import give_code
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PASSWORD, Cast

SignIn = Callable[[User], Client]
GOOD = "five unrelated made up words"
FIELD = re.compile(r"<input[^>]*name=\"(?:old)?password[12]?\"[^>]*>")


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    cache.clear()


@pytest.fixture
def user(cast: Cast) -> User:
    """Return somebody who needs no second factor."""
    return cast[Role.VOLUNTEER]


def done(answer: Any) -> bool:
    """Tell whether a form was taken, and its sender not sent to the door."""
    return answer.status_code == 302 and not answer.url.startswith("/account/login/")


def enters(user: User, password: str) -> bool:
    """Tell whether a password opens the door."""
    return done(Client().post("/account/login/", {"login": user.username, "password": password}))


def just_signed_in(client: Client) -> None:
    """Note in a session that its user has just typed the password, as a sign-in does."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()


def change(client: Client, new: str, old: str = PASSWORD) -> bool:
    """Change a password, and tell whether it was done."""
    just_signed_in(client)
    typed = {"oldpassword": old, "password1": new, "password2": new}
    return done(client.post("/account/password/change/", typed))


def first(user: User, new: str, code: str = "") -> bool:
    """Sign in with a code on paper, and tell whether it was done."""
    typed = {
        "username": user.username,
        "first_code": code or give_code(user=user, now=timezone.now(), by=None),
        "password1": new,
        "password2": new,
    }
    return done(Client().post("/account/first/", typed))


def put(client: Client, user: User, new: str) -> bool:
    """Set the password of somebody who has none, and tell whether it was done."""
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    typed = {"password1": new, "password2": new}
    return done(client.post("/account/password/set/", typed))


@pytest.mark.parametrize(("length", "good"), [(14, False), (15, True), (64, True), (128, True)])
def test_a_password_has_fifteen_signs_or_as_many_more_as_one_likes(
    user: User, sign_in: SignIn, length: int, good: bool
) -> None:
    new = (GOOD * 5)[:length]

    assert change(sign_in(user), new) is good
    assert enters(user, new) is good
    assert first(user, new) is good
    assert put(sign_in(user), user, new) is good


@pytest.mark.parametrize("common", ["1q2w3e4r5t6y7u8i9o0p", "123456789987654321", "123456789123456789"])
def test_a_password_that_many_use_is_refused_however_long(user: User, sign_in: SignIn, common: str) -> None:
    assert not change(sign_in(user), common)
    assert not first(user, common)
    assert not put(sign_in(user), user, common)
    assert not enters(user, common)


def test_only_who_knows_the_password_of_now_changes_it(user: User, sign_in: SignIn) -> None:
    assert not change(sign_in(user), GOOD, old="a guess at the old one")
    assert not change(sign_in(user), GOOD, old="")
    assert enters(user, PASSWORD)
    assert change(sign_in(user), GOOD)
    assert not enters(user, PASSWORD)


@pytest.mark.parametrize("kept", [f" {GOOD}  ", GOOD.title(), "รหัสผ่านที่แต่งขึ้นเพื่อทดสอบ", GOOD * 5])
def test_a_password_is_taken_as_it_was_typed(user: User, sign_in: SignIn, kept: str) -> None:
    assert change(sign_in(user), kept)

    others = {kept.strip(), kept.lower(), kept.upper(), kept[:-1], kept[:64], f"{kept} "} - {kept}
    user.refresh_from_db()
    assert not [other for other in others if user.check_password(other)]
    assert not [
        other for other in (f"{kept} ", kept.swapcase(), kept[:-1]) if other != kept and enters(user, other)
    ]
    assert enters(user, kept)


def test_a_code_on_paper_does_not_become_the_password(user: User, sign_in: SignIn) -> None:
    code = give_code(user=user, now=timezone.now(), by=None)

    for same in (code, code.upper(), f"{code} "):
        assert not first(user, same, code)
        assert not change(sign_in(user), same)
        assert not put(Client(), user, same)
        user.set_password(PASSWORD)
        user.save()
    assert first(user, GOOD, code)
    user.refresh_from_db()
    assert not change(sign_in(user), code, old=GOOD), "not later either"
    assert enters(user, GOOD)


def test_fields_hide_passwords_and_let_managers_fill_them(user: User, sign_in: SignIn) -> None:
    signed_in, found = sign_in(user), []
    just_signed_in(signed_in)
    for client, address in (
        (Client(), "/account/login/"),
        (Client(), "/account/first/"),
        (signed_in, "/account/password/change/"),
        (signed_in, "/account/reauthenticate/"),
    ):
        found += FIELD.findall(client.get(address).content.decode())

    assert len(found) == 7
    for field in found:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "maxlength" not in field


def test_no_script_meddles_with_pasting() -> None:
    ours = Path(forewatch.__file__).parent
    files = [one for end in ("js", "html") for one in ours.rglob(f"*.{end}") if "built" not in one.parts]

    assert len(files) > 100
    assert not [one for one in files if re.search(r"onpaste|['\"]paste['\"]", one.read_text("utf-8"))]


def test_a_password_can_be_pasted(user: User, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/account/login/")
    page.fill("[name=login]", PASSWORD)
    page.press("[name=login]", "Control+a")
    page.press("[name=login]", "Control+x")

    page.press("[name=password]", "Control+v")

    assert page.input_value("[name=password]") == PASSWORD
