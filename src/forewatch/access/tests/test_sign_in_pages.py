"""The sign-in pages: each looked at on both sizes and in both languages, and no address too many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.templatetags.signing_in import code_on_the_phone
from forewatch.audit.models import Event
from forewatch.config.tests.browser import NARROW, WIDE, code_of, give_authenticator, passkey_ready
from forewatch.config.tests.cast import PASSWORD, Cast

PAGES = {
    "how": "/account/2fa/",
    "app-away": "/account/2fa/totp/deactivate/",
    "passkeys": "/account/2fa/webauthn/",
    "passkey-new": "/account/2fa/webauthn/add/",
    "codes-new": "/account/2fa/recovery-codes/generate/",
    "password": "/account/password/change/",
    "again": "/account/reauthenticate/",
    "again-code": "/account/2fa/reauthenticate/",
    "out": "/account/logout/",
}


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_page_is_open_to_everybody(
    cast: Cast,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    language: str,
) -> None:
    user = cast[Role.ANALYST]
    User.objects.filter(pk=user.pk).update(language=language)
    page = open_page(width, locale=language)

    def looked_at(name: str) -> None:
        axe(page)
        picture(page, f"sign-in-{name}-{language}")

    passkey_ready(page)
    page.goto("/account/login/")
    looked_at("door")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/2fa/")
    looked_at("first")
    page.goto("/account/2fa/totp/activate/")
    looked_at("app")
    page.goto("/account/2fa/webauthn/add/")
    page.click("#passkey_add")
    page.wait_for_url("**/recovery-codes/")
    looked_at("codes")
    give_authenticator(user)
    for name, address in PAGES.items():
        page.goto(address)
        looked_at(name)
    page.click("main button")
    page.wait_for_url("**/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/authenticate/")
    looked_at("second")


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "password/reset/", "confirm-email/", "login/code/", "social/"],
)
def test_there_is_no_way_in_but_the_door(client: Client, db: None, address: str) -> None:
    assert client.get(f"/account/{address}").status_code == 404


def test_the_demonstration_shows_the_code_that_opens(cast: Cast) -> None:
    user = cast[Role.ANALYST]
    give_authenticator(user)

    right = code_of(user)  # waits for a fresh one where the code is about to change

    assert code_on_the_phone(user).replace(" ", "") == right


def test_a_real_installation_never_shows_a_code(cast: Cast, settings: Settings, client: Client) -> None:
    user = cast[Role.ANALYST]
    give_authenticator(user)
    asked = {"login": user.username, "password": PASSWORD}
    shown = client.post("/account/login/", asked, follow=True).content.decode()
    assert "your phone would now show" in shown

    settings.DEMO = False
    page = client.get("/account/2fa/authenticate/").content.decode()

    assert code_on_the_phone(user) == ""
    assert 'name="code"' in page
    assert "phone would now show" not in page
    assert code_of(user) not in page.replace(" ", "")


def test_the_secret_of_an_app_lies_sealed(cast: Cast) -> None:
    from allauth.mfa.models import Authenticator

    secret = give_authenticator(cast[Role.ANALYST])

    assert secret not in str(Authenticator.objects.get().data)


def test_pages_speak_the_language_of_whoever_signs_in(cast: Cast, client: Client) -> None:
    user = cast[Role.VOLUNTEER]
    User.objects.filter(pk=user.pk).update(language="th")

    client.post("/account/login/", {"login": user.username, "password": PASSWORD})

    assert '<html lang="th"' in client.get("/").content.decode()


def test_a_visitor_chooses_a_language_and_stays_on_the_page(client: Client, db: None) -> None:
    answer = client.post("/language/setlang/", {"language": "th", "next": "/account/login/?next=/people/"})

    assert answer.url == "/account/login/?next=/people/"
    assert '<html lang="th"' in client.get("/account/login/").content.decode()


def test_a_language_chosen_once_is_there_at_the_next_sign_in(
    cast: Cast, client: Client, sign_in: Callable[[User], Client]
) -> None:
    user = cast[Role.VOLUNTEER]
    sign_in(user).post("/language/setlang/", {"language": "th", "next": "/"})

    client.post("/account/login/", {"login": user.username, "password": PASSWORD})

    assert '<html lang="th"' in client.get("/").content.decode()
    assert Event.objects.filter(subject_id=user.pk, verb="correct").count() == 1


def test_who_has_no_password_yet_sets_one(cast: Cast, sign_in: Callable[[User], Client]) -> None:
    user = cast[Role.VOLUNTEER]
    user.set_unusable_password()
    user.save()
    client = sign_in(user)

    asked = client.get("/account/password/change/", follow=True)
    typed = {"password1": "five made-up words in a row", "password2": "five made-up words in a row"}
    done = client.post("/account/password/set/", typed)

    assert asked.status_code == 200
    assert "New password, once more" in asked.content.decode()
    assert done.status_code == 302
    assert User.objects.get(pk=user.pk).check_password(typed["password1"])


def test_setting_a_password_does_not_go_past_the_old_one(
    cast: Cast, sign_in: Callable[[User], Client]
) -> None:
    user = cast[Role.VOLUNTEER]
    typed = {"password1": "five made-up words in a row", "password2": "five made-up words in a row"}

    sign_in(user).post("/account/password/set/", typed)

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_nobody_sets_a_password_without_signing_in(client: Client, db: None) -> None:
    assert client.get("/account/password/set/").url.startswith("/account/login/")


@pytest.mark.parametrize("language", ["xx", "", "th; drop"])
def test_no_other_language_is_remembered(
    cast: Cast, sign_in: Callable[[User], Client], language: str
) -> None:
    user = cast[Role.VOLUNTEER]

    sign_in(user).post("/language/setlang/", {"language": language})

    assert User.objects.get(pk=user.pk).language == "en"


def test_a_language_does_not_lead_elsewhere(client: Client, db: None) -> None:
    answer = client.post("/language/setlang/", {"language": "th", "next": "https://elsewhere.example/"})

    assert answer.url == "/"
