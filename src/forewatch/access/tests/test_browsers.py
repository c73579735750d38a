"""The browsers in which somebody is signed in: seen and ended by their owner, and ended by a new way in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from forewatch.access.models import Session, User
from forewatch.access.rules import Role
from forewatch.access.sessions import AT_ONCE, browser_of
from forewatch.access.tests.test_passwords import GOOD, change, first
from forewatch.access.tests.test_sessions import enter, held, is_in
from forewatch.audit.models import Event
from forewatch.config.tests.browser import NARROW, WIDE, arrived, code_of, give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast

LIST, OTHERS = "/account/sessions/", "/account/sessions/others/end"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
END = re.compile(r'action="(/account/sessions/[0-9a-f-]{36}/end)"')


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    cache.clear()


@pytest.fixture
def user(cast: Cast) -> User:
    """Return somebody who needs no second factor."""
    return cast[Role.VOLUNTEER]


def somewhere(user: User, agent: str = FIREFOX) -> Client:
    """Return a browser in which a user is signed in."""
    client = Client(headers={"user-agent": agent})
    enter(client, user)
    assert is_in(client)
    return client


def whole(user: User) -> Client:
    """Return a browser in which somebody has just signed in with password and code."""
    client = somewhere_without_code(user)
    cache.clear()
    user.used_codes.all().delete()
    assert client.post("/account/2fa/authenticate/", {"code": code_of(user)}).status_code == 302
    assert is_in(client)
    return client


def somewhere_without_code(user: User) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        (PHONE, "Chrome · Android"),
        (f"{PHONE} SamsungBrowser/25.0", "Samsung Internet · Android"),
        (f"{PHONE} Line/14.9.0", "Line · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.0", ""),
        ("", ""),
        ("<b>Firefox/1</b>" * 500, "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_is_told_roughly(agent: str, name: str) -> None:
    assert browser_of(agent) == name


def test_somebody_sees_each_browser_and_no_key_of_another(user: User, cast: Cast) -> None:
    here, phone = somewhere(user), somewhere(user, PHONE)
    colleague = Client()
    enter(colleague, cast[Role.ANALYST])

    page = here.get(LIST).content.decode()

    assert "Firefox · Linux" in page
    assert "Chrome · Android" in page
    assert page.count("this browser") == 1
    assert page.count('scope="row"') == 2
    for one in (here, phone, colleague):
        assert held(one) not in page


def test_one_browser_is_signed_out_from_another(user: User) -> None:
    here, phone, tablet = somewhere(user), somewhere(user, PHONE), somewhere(user)
    page = here.get(LIST).content.decode()
    (ends,) = {one for one in END.findall(page) if "Chrome" in page.split(one)[1].split("</form>")[0]}

    here.post(ends)

    assert (is_in(here), is_in(phone), is_in(tablet)) == (True, False, True)
    assert Event.objects.filter(subject="session", actor_id=user.pk, reason="by its owner").count() == 1


def test_all_others_are_signed_out_at_once_and_nobody_elses(user: User, cast: Cast) -> None:
    here, phone, tablet = somewhere(user), somewhere(user, PHONE), somewhere(user)
    colleague = Client()
    enter(colleague, cast[Role.ANALYST])

    here.post(OTHERS)

    assert (is_in(here), is_in(phone), is_in(tablet)) == (True, False, False)
    assert Session.objects.filter(user=cast[Role.ANALYST]).count() == 1


def test_nobody_ends_the_session_of_somebody_else(
    user: User, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    phone, other = somewhere(user, PHONE), somewhere(user)
    (ends,) = END.findall(other.get(LIST).content.decode())
    stranger = sign_in(cast[Role.AGENCY])
    stranger.post("/account/reauthenticate/", {"password": PASSWORD})

    assert stranger.post(ends).status_code == 302
    assert Client().post(ends)["Location"].startswith("/account/login/")

    assert is_in(phone)


def test_ending_a_session_takes_a_proof_that_is_fresh(user: User, settings: Settings) -> None:
    here, phone = somewhere(user), somewhere(user, PHONE)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0

    assert here.post(OTHERS)["Location"].startswith("/account/reauthenticate/")
    assert is_in(phone)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    answer = here.post(f"/account/reauthenticate/?next={OTHERS}", {"password": PASSWORD, "next": OTHERS})

    assert answer.status_code == 302
    assert not is_in(phone)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_link_ends_nothing(user: User, method: str) -> None:
    here, phone = somewhere(user), somewhere(user, PHONE)

    assert getattr(here, method)(OTHERS).status_code == 405
    assert getattr(here, method)(f"{LIST}{uuid.uuid4()}/end").status_code == 405
    assert is_in(phone)


def test_a_sixth_browser_signs_out_the_one_that_was_unused_for_longest(user: User) -> None:
    browsers = [somewhere(user) for _number in range(AT_ONCE)]
    assert all(is_in(one) for one in browsers)
    for one in (browsers[0], *browsers[2:]):
        assert is_in(one)

    newest = somewhere(user)

    assert [is_in(one) for one in browsers] == [True, False, True, True, True]
    assert is_in(newest)
    assert Session.objects.filter(user=user).count() == AT_ONCE


def test_a_new_password_ends_the_other_sessions(user: User) -> None:
    here, phone = somewhere(user), somewhere(user, PHONE)

    assert change(here, GOOD)

    assert (is_in(here), is_in(phone)) == (True, False)
    assert Session.objects.filter(user=user).count() == 1


def test_a_password_set_with_a_first_code_ends_all_sessions(user: User) -> None:
    here, phone = somewhere(user), somewhere(user, PHONE)

    assert first(user, GOOD)

    assert (is_in(here), is_in(phone)) == (False, False)


def added(client: Client, user: User) -> Any:
    """Set an authenticator up in the browser."""
    from forewatch.config.tests.browser import code_from

    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    return client.post("/account/2fa/totp/activate/", {"code": code_from(secret)})


def test_a_second_factor_added_taken_away_or_renewed_ends_the_other_sessions(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = cast[Role.VOLUNTEER]

    def after(act: Callable[[Client], Any], here: Client) -> tuple[bool, bool]:
        phone = Client()
        phone.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert is_in(phone)
        with django_capture_on_commit_callbacks(execute=True):
            assert act(here).status_code == 302
        return is_in(here), is_in(phone)

    here = somewhere(user)
    assert after(lambda client: added(client, user), here) == (True, False)
    here = whole(user)
    assert after(lambda client: client.post("/account/2fa/recovery-codes/generate/"), here) == (True, False)
    assert after(lambda client: client.post("/account/2fa/totp/deactivate/"), here) == (True, False)
    assert not Authenticator.objects.filter(user=user).exists()


CHANGES = (
    "/account/password/change/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/recovery-codes/generate/",
)


@pytest.mark.parametrize("address", CHANGES)
def test_changing_the_way_in_takes_all_of_a_sign_in(cast: Cast, settings: Settings, address: str) -> None:
    user = cast[Role.ANALYST]
    give_authenticator(user)
    client = whole(user)
    assert client.get(address).status_code == 200, "who has just signed in has proved it all"
    records = client.session["account_authentication_methods"]

    def older(*methods: str) -> Any:
        session = client.session
        session["account_authentication_methods"] = [
            one | ({"at": one["at"] - 301} if one["method"] in methods else {}) for one in records
        ]
        session.save()
        return client.get(address)

    assert older("password", "mfa")["Location"].startswith("/account/reauthenticate/?next=%2Faccount")
    assert older("password")["Location"].startswith("/account/reauthenticate/?")
    assert older("mfa")["Location"].startswith("/account/2fa/reauthenticate/?")
    assert older().status_code == 200


def test_password_and_code_together_lead_to_the_change(cast: Cast) -> None:
    user, address = cast[Role.ANALYST], "/account/2fa/totp/deactivate/"
    give_authenticator(user)
    client = whole(user)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()

    way = client.get(address)["Location"]
    assert client.post(way, {"password": "a wrong one", "next": address}).status_code == 200
    assert client.post(address)["Location"].startswith("/account/reauthenticate/"), "nothing happened yet"
    assert client.post(way, {"password": PASSWORD, "next": address})["Location"] == address
    way = client.get(address)["Location"]
    assert way.startswith("/account/2fa/reauthenticate/")
    cache.clear()
    user.used_codes.all().delete()
    assert client.post(way, {"code": code_of(user), "next": address})["Location"] == address

    assert client.get(address).status_code == 200


def test_where_one_is_signed_in_looks_right_at_both_widths_in_both_languages(
    user: User, open_page: Callable[..., Page], axe: Callable[..., None], picture: Callable[..., Path]
) -> None:
    for width, language in ((WIDE, "en"), (NARROW, "th")):
        User.objects.filter(pk=user.pk).update(language=language)
        page = open_page(width)
        page.goto("/account/login/")
        page.fill("[name=login]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto(LIST)
        axe(page)
        picture(page, f"sessions-{language}")
    page.locator("form[action$='others/end'] button").click()
    page.locator(".messages").wait_for()
    assert page.locator("main tbody tr").count() == 1


def test_a_page_left_open_past_the_session_shows_nothing_more(
    user: User, open_page: Callable[..., Page], settings: Settings
) -> None:
    settings.SESSION_COOKIE_AGE = 3
    page = open_page()
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    arrived(page, "Today")
    assert user.name in page.content()

    arrived(page, "Sign in")

    assert user.name not in page.content()
    assert "next=%2F" in page.url


def test_a_page_shows_nothing_more_where_the_server_is_gone(
    user: User, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.clock.install()
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    arrived(page, "Today")
    page.route("**/account/login/**", lambda route: route.abort())

    page.clock.fast_forward((configured.SESSION_COOKIE_AGE - 30) * 1000)
    assert user.name in page.content()
    page.evaluate("window.left = document.body")
    page.clock.fast_forward(60_000)

    page.wait_for_function("!document.body || !document.body.textContent.includes('Today')")
    assert user.name not in page.content()


def test_while_somebody_types_the_session_goes_on(user: User, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.clock.install()
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    arrived(page, "Today")
    page.goto("/account/password/change/")
    for _minutes in range(4):
        page.fill("[name=oldpassword]", "typed slowly")
        with page.expect_response(f"**{LIST}"):
            page.clock.fast_forward(6 * 60_000)
        # The page has the answer, too, once it has that to a later question: time goes on only then.
        page.evaluate("() => fetch(location.href)")

    assert page.input_value("[name=oldpassword]") == "typed slowly"


def test_signing_out_in_one_window_clears_the_others(user: User, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    arrived(page, "Today")
    other = page.context.new_page()
    other.goto("/account/2fa/")
    arrived(other, "How you sign in")

    page.goto("/account/logout/")
    page.click("main button")
    arrived(page, "Sign in")

    arrived(other, "Sign in")
    assert user.name not in other.content()
