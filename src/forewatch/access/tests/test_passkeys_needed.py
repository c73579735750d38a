"""Whoever reads what others wrote signs in with a passkey; a code of an app is for whoever hands in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django import Settings

from forewatch.access.middleware import SESSION_FLAG
from forewatch.access.models import User
from forewatch.access.rules import PASSKEY_ROLES, Role
from forewatch.config.tests.browser import arrived, code_of, give_authenticator, passkey_ready
from forewatch.config.tests.cast import PASSWORD, PROVINCE, Cast, make_user, proven

OpenPage = Callable[..., Page]
TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
RECOVERY = Authenticator.Type.RECOVERY_CODES
SET_UP, USE_IT = "/account/2fa/", "/account/2fa/webauthn/reauthenticate/"


@pytest.fixture(autouse=True)
def _needed(settings: Settings) -> None:
    settings.PASSKEYS = True


def holds(user: User, *kinds: Authenticator.Type) -> User:
    for kind in kinds:
        Authenticator.objects.create(user=user, type=kind, data={})
    return user


def signed_in_by(user: User, kind: Authenticator.Type) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return proven(client, user, kind=kind)


def sent(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    return str(answer["Location"]).split("?")[0] if answer.status_code == 302 else ""


@pytest.mark.parametrize("role", Role)
def test_a_code_opens_the_door_only_to_who_hands_in(cast: Cast, role: Role) -> None:
    client = signed_in_by(holds(cast[role], TOTP), TOTP)
    assert sent(client) == (SET_UP if role in PASSKEY_ROLES else "")


@pytest.mark.parametrize("role", sorted(PASSKEY_ROLES))
def test_a_passkey_opens_it_and_a_code_beside_it_does_not(cast: Cast, role: Role) -> None:
    user = holds(cast[role], TOTP, PASSKEY)
    assert sent(signed_in_by(user, PASSKEY)) == ""
    assert sent(signed_in_by(user, TOTP)) == USE_IT


def test_an_office_without_passkeys_may_say_so(cast: Cast, settings: Settings) -> None:
    settings.PASSKEYS = False
    assert sent(signed_in_by(holds(cast[Role.ANALYST], TOTP), TOTP)) == ""


def test_a_role_that_is_given_meanwhile_takes_a_passkey_at_once(cast: Cast) -> None:
    user = holds(make_user("new", cast[Role.ANALYST].organisation, Role.ENUMERATOR, PROVINCE), TOTP)
    client = signed_in_by(user, TOTP)
    assert sent(client) == ""
    assert client.session[SESSION_FLAG] is True
    officer = make_user("other", cast[Role.ANALYST].organisation, Role.DISTRICT_OFFICER, PROVINCE)
    officer.grants.update(user=user)
    assert sent(client) == SET_UP


def test_the_page_says_what_is_needed_and_offers_no_app(cast: Cast) -> None:
    client = signed_in_by(cast[Role.ANALYST], TOTP)
    page = client.get(SET_UP).content.decode()
    assert "add a passkey" in page
    assert "Set up the app" not in page
    volunteer = signed_in_by(cast[Role.ENUMERATOR], TOTP).get(SET_UP).content.decode()
    assert "Set up the app" in volunteer


def test_a_code_proves_nothing_of_whoever_holds_a_passkey(cast: Cast) -> None:
    user = holds(cast[Role.ANALYST], TOTP, PASSKEY)
    to_change = reverse("mfa_generate_recovery_codes")
    for kind, through in ((TOTP, False), (PASSKEY, True), (RECOVERY, True)):
        client = signed_in_by(user, kind)
        mine = client.session
        [proof] = mine["account_authentication_methods"]
        mine["account_authentication_methods"] = [proof, {"method": "password", "at": proof["at"]}]
        mine.save()
        assert sent(client, to_change) == ("" if through else USE_IT), kind


def test_who_lost_the_passkey_comes_in_by_paper_only_to_add_another(cast: Cast) -> None:
    client = signed_in_by(holds(cast[Role.ANALYST], PASSKEY, RECOVERY), RECOVERY)
    assert sent(client) == SET_UP
    assert sent(client, reverse("households")) == SET_UP


def test_in_a_browser_the_app_leads_to_a_passkey_and_from_then_on_the_passkey_does(
    cast: Cast, open_page: OpenPage
) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    give_authenticator(officer)
    page = open_page()
    passkey_ready(page)

    def by_code() -> None:
        page.goto("/account/login/")
        page.fill("[name=login]", officer.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.fill("[name=code]", code_of(officer))
        page.press("[name=code]", "Enter")

    by_code()
    arrived(page, "How you sign in")
    page.goto("/people/")
    arrived(page, "How you sign in")
    page.get_by_role("link", name="Add a passkey").click()
    page.click("#passkey_add")
    arrived(page, "Recovery codes")
    page.goto("/")
    arrived(page, "Today")
    page.click(".me summary")
    page.get_by_role("button", name="Sign out").click()
    arrived(page, "Sign in")
    by_code()
    arrived(page, "Is it still you?")
    assert not page.get_by_text("Use a code").count()
    page.click("#passkey_use")
    arrived(page, "Today")
