"""Signing in, in a real browser, as each kind of person does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page
from pytest_django import Settings

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import (
    NARROW,
    arrived,
    code_from,
    code_of,
    enter,
    give_authenticator,
    passkey_ready,
    tabbed_to,
)
from forewatch.config.tests.cast import PASSWORD, Cast

OpenPage = Callable[..., Page]


@pytest.fixture
def analyst(cast: Cast) -> User:
    give_authenticator(cast[Role.ANALYST])
    return cast[Role.ANALYST]


def password(page: Page, user: User, typed: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", typed)
    page.press("[name=password]", "Enter")


def sign_out(page: Page) -> None:
    page.click(".me summary")
    page.get_by_role("button", name="Sign out").click()
    arrived(page, "Sign in")


def test_a_password_and_a_code_lead_to_the_first_page(analyst: User, open_page: OpenPage) -> None:
    page = open_page()

    enter(page, analyst)

    arrived(page, "Today")
    assert page.inner_text(".me summary b") == "The analyst"


def test_after_signing_out_nothing_is_shown(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    enter(page, analyst)

    sign_out(page)

    assert page.inner_text(".messages") == "You are signed out."
    page.goto("/")
    arrived(page, "Sign in")


def test_one_lands_where_one_wanted_to_go(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/account/2fa/")
    page.fill("[name=login]", analyst.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.fill("[name=code]", code_of(analyst))
    page.press("[name=code]", "Enter")

    arrived(page, "How you sign in")


def test_a_wrong_password_does_not_say_which_half_was_wrong(analyst: User, open_page: OpenPage) -> None:
    page = open_page()

    password(page, analyst, "a password of somebody else")
    wrong = page.inner_text("[role=alert]")
    page.fill("[name=login]", "nobody-of-that-name")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")

    assert wrong == page.inner_text("[role=alert]") == "The user name or the password is not right."


def test_a_wrong_code_opens_nothing(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    password(page, analyst)
    right = code_of(analyst)

    page.fill("[name=code]", f"{(int(right) + 1) % 1_000_000:06}")
    page.press("[name=code]", "Enter")

    assert "This code is not right" in page.inner_text(".field .error")
    page.goto("/")
    assert page.inner_text("h1") != "Today"


def test_a_code_opens_the_door_once(analyst: User, open_page: OpenPage, settings: Settings) -> None:
    settings.DEMO = False
    page = open_page()
    password(page, analyst)
    code = code_of(analyst)
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")
    arrived(page, "Today")
    other = open_page()
    password(other, analyst)

    other.fill("[name=code]", code)
    other.press("[name=code]", "Enter")

    assert "was used already" in other.inner_text(".field .error")


def test_five_wrong_passwords_lock_the_door_even_for_the_right_one(
    analyst: User, open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    page = open_page(NARROW)
    for number in range(5):
        password(page, analyst, f"guess number {number}")

    arrived(page, "Locked for a while")
    axe(page)
    password(page, analyst)
    assert page.inner_text("h1") != "Today"
    assert "Wait 15 minutes" in page.inner_text("main")


def test_who_has_no_second_factor_sets_one_up_first(cast: Cast, open_page: OpenPage) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    page = open_page()

    password(page, officer)

    arrived(page, "How you sign in")
    arrived(page, "How you sign in")
    assert "add a second proof" in page.inner_text(".lead")
    page.goto("/people/")
    arrived(page, "How you sign in")


def test_a_volunteer_who_only_hands_in_needs_none(cast: Cast, open_page: OpenPage) -> None:
    page = open_page()

    password(page, cast[Role.VOLUNTEER])

    arrived(page, "Today")


def test_an_app_is_set_up_and_its_recovery_codes_open_the_door(cast: Cast, open_page: OpenPage) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    page = open_page()
    password(page, officer)
    page.click("text=Set up the app")
    page.click("text=The camera does not work")
    secret = page.inner_text("b.code")

    page.fill("[name=code]", code_from(secret))
    page.click("text=Finish")

    arrived(page, "Recovery codes")
    recovery = page.locator(".codes li").all_inner_texts()
    assert len(recovery) == 6
    page.click("text=I have kept them")
    arrived(page, "Today")
    page.goto("/account/2fa/recovery-codes/")
    assert recovery[0] not in page.content(), "codes are shown once"
    sign_out(page)
    for tries, heading in ((1, "Today"), (2, "Your second factor")):
        password(page, officer)
        page.fill("[name=code]", recovery[0])
        page.press("[name=code]", "Enter")
        arrived(page, heading)
        if tries == 1:
            sign_out(page)


def test_a_passkey_alone_signs_in(cast: Cast, open_page: OpenPage) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    page = open_page()
    passkey_ready(page)
    password(page, officer)
    page.click("text=Add a passkey")
    page.click("#passkey_add")
    page.click("text=I have kept them")
    sign_out(page)

    page.click("#passkey_login")

    arrived(page, "Today")
    assert page.inner_text(".me summary b") == officer.name


def test_a_passkey_is_the_second_factor_of_a_password(cast: Cast, open_page: OpenPage) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    page = open_page()
    passkey_ready(page)
    password(page, officer)
    page.click("text=Add a passkey")
    page.uncheck("[name=passwordless]")
    page.fill("[name=name]", "The office computer")
    page.click("#passkey_add")
    page.click("text=I have kept them")
    sign_out(page)

    password(page, officer)
    page.click("#passkey_use")

    arrived(page, "Today")
    page.goto("/account/2fa/webauthn/")
    assert "The office computer" in page.inner_text("table")


def test_a_passkey_that_is_not_there_is_said(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    passkey_ready(page)
    page.goto("/account/login/")

    page.click("#passkey_login")

    page.locator("[data-passkey-problem]").wait_for(state="visible")


def test_who_takes_the_last_factor_away_is_asked_for_a_new_one(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    enter(page, analyst)
    page.goto("/account/2fa/totp/deactivate/")

    page.get_by_role("button", name="Take the app away").click()
    page.goto("/people/")

    arrived(page, "How you sign in")
    assert "add a second proof" in page.inner_text(".lead")
    assert not Authenticator.objects.filter(user=analyst).exists()


def test_a_change_long_after_signing_in_asks_who_it_is(
    analyst: User, open_page: OpenPage, settings: Settings
) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page = open_page()
    enter(page, analyst)

    page.goto("/account/2fa/totp/deactivate/")

    arrived(page, "Is it still you?")


def test_a_new_password_opens_the_door(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    enter(page, analyst)
    page.goto("/account/password/change/")
    page.fill("[name=oldpassword]", PASSWORD)
    page.fill("[name=password1]", "five unrelated made up words")
    page.fill("[name=password2]", "five unrelated made up words")
    page.click("text=Change it")
    page.locator(".messages").wait_for()
    sign_out(page)

    password(page, analyst, "five unrelated made up words")

    arrived(page, "Your second factor")


def test_without_javascript_a_password_and_a_code_are_enough(analyst: User, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/account/login/")
    assert not page.locator("#passkey_login").is_visible()

    enter(page, analyst)

    arrived(page, "Today")


def test_the_keyboard_alone_signs_in_and_out(analyst: User, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/account/login/")
    page.keyboard.type(analyst.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    arrived(page, "Your second factor")
    page.keyboard.type(code_of(analyst))
    page.keyboard.press("Enter")
    arrived(page, "Today")

    tabbed_to(page, ".me summary")
    page.keyboard.press("Enter")
    tabbed_to(page, ".me button")
    page.keyboard.press("Enter")

    arrived(page, "Sign in")
