"""A real browser for tests of every folder: Chromium, our server beside it, people signing in as they would.

    def test_something(cast, signed_in, axe, picture):
        page = signed_in(cast[Role.ANALYST], width=360)
        page.goto("/people/")
        axe(page)
        picture(page, "people")

Chromium speaks only with our server. A page that asks another host for anything, or complains in the console
(a script that fails, a style the policy forbids), fails its test at the end.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, sync_playwright

from forewatch.access.models import User
from forewatch.config.tests.cast import PASSWORD

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = 1440, 360
HEIGHTS = {WIDE: 900, NARROW: 740}
TYPING = 4
"""Seconds that a busy machine may need from reading a code to sending it."""
PICTURES = Path(os.environ.get("FOREWATCH_PICTURES", "out/pictures"))
ANSWERED_SO = "Failed to load resource: the server responded with a status of"
"""What Chromium says of a page that answers 403 or 404, as many should."""
SLOW_PICTURE = "GPU stall due to ReadPixels"
"""What a driver says when a picture is taken of a page that WebGL draws on."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[BrowserType, str]]:
    """Return Debian's Chromium; without it tests fail, for nobody would notice that they were skipped."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Pages are tested in a real browser: apt-get install chromium")
    # Playwright runs an event loop in this thread, by which Django would think the tests' own queries async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright.chromium, found


@pytest.fixture(scope="session")
def launch(chromium: tuple[BrowserType, str]) -> Iterator[Callable[[], Browser]]:
    """Return a function that gives the browser; one that has crashed is started again for the next test."""
    kind, found = chromium
    running: list[Browser] = []

    def launched() -> Browser:
        if not running or not running[-1].is_connected():
            running.append(kind.launch(executable_path=found, args=CHROMIUM))
        return running[-1]

    yield launched
    if running and running[-1].is_connected():
        running[-1].close()


@pytest.fixture
def browser(launch: Callable[[], Browser]) -> Browser:
    """Return the browser of this run."""
    return launch()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Return a function that opens a page of our server in a browser of its own.

    `width` in pixels, `javascript=False` turns scripts off, others go to Playwright's `new_context`.
    """
    cache.clear()  # sign-ins are counted by address, and all tests come from the same one
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(width: int = WIDE, *, javascript: bool = True, **others: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=javascript,
            **others,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        _listen(page, live_server.url, complaints)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _listen(page: Page, home: str, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        expected = message.text.startswith(ANSWERED_SO) or SLOW_PICTURE in message.text
        if message.type in ("error", "warning") and not expected:
            complaints.append(f"{page.url}: {message.text}")

    def asked(url: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            complaints.append(f"{page.url} asks another host: {url}")

    page.on("console", said)
    page.on("pageerror", lambda problem: complaints.append(f"{page.url}: {problem}"))
    page.on("request", lambda request: asked(request.url))


def give_authenticator(user: User) -> str:
    """Give a user an authenticator app, and return its secret; see `code_of`."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(user: User) -> str:
    """Return the code that the user's authenticator app shows now."""
    sealed = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    return code_from(get_adapter().decrypt(sealed))


def code_from(secret: str) -> str:
    """Return the code that an app with this secret shows, fresh enough to be typed in time."""
    left = totp.app_settings.TOTP_PERIOD - time.time() % totp.app_settings.TOTP_PERIOD
    if left < TYPING:
        time.sleep(left)
    counters = list(totp.yield_hotp_counters_from_time())
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2]))
    return code


def enter(page: Page, user: User, password: str = PASSWORD) -> None:
    """Sign in through the real pages, with a code where the user has an authenticator app."""
    page.goto("/account/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    if "authenticate" in page.url:
        page.fill("[name=code]", code_of(user))
        page.press("[name=code]", "Enter")
        page.wait_for_url(lambda url: "/authenticate/" not in url)


@pytest.fixture
def signed_in(open_page: OpenPage) -> Callable[..., Page]:
    """Return a function that opens a page where a user has just signed in, with a second factor."""

    def opened(user: User, width: int = WIDE, **others: Any) -> Page:
        if not Authenticator.objects.filter(user=user).exists():
            give_authenticator(user)
        page = open_page(width, **others)
        enter(page, user)
        return page

    return opened


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return a check: axe-core finds nothing serious or critical, and nothing sticks out sideways."""
    checker = Axe()

    def checked(page: Page) -> None:
        found = checker.run(page).response["violations"]
        grave = [
            f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:5]]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert not grave, "\n".join([page.url, *grave])
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) <= 0, f"{page.url} is wider than the screen"

    return checked


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """Return a function that takes a picture of the whole page into `out/pictures`, named with its width."""

    def taken(page: Page, name: str) -> Path:
        PICTURES.mkdir(parents=True, exist_ok=True)
        width = (page.viewport_size or {"width": 0})["width"]
        file = PICTURES / f"{name}-{width}.png"
        page.screenshot(path=file, full_page=True)
        return file

    return taken


def passkey_ready(page: Page) -> None:
    """Give the page's browser a device that holds passkeys and says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def arrived(page: Page, heading: str) -> None:
    """Wait for the page with this heading; what a click or a key leads to takes a moment."""
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()


def tabbed_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{page.url}: Tab does not reach {selector}")
