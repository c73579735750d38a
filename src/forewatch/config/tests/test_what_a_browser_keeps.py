"""A laptop that is lost holds no name that was shown on it: Chromium keeps none once its user signs out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserType
from pytest_django.live_server_helper import LiveServer

from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.browser import CHROMIUM, enter, give_authenticator
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member

HOMES, MEMBERS = 34, 6
CODES = ("utf-8", "utf-16-le")


@pytest.mark.django_db(transaction=True)
def test_two_hundred_names_that_were_shown_lie_nowhere_in_the_profile(
    cast: Cast,
    areas: dict[str, Area],
    live_server: LiveServer,
    chromium: tuple[BrowserType, str],
    tmp_path: Path,
    assured: Assured,
) -> None:
    lead = cast[Role.PROVINCIAL_LEAD]
    give_authenticator(lead)
    names = [[f"Canary{home:02}{one}Madeup" for one in range(MEMBERS)] for home in range(HOMES)]
    homes = [
        household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], *(member(name) for name in some))
        for some in names
    ]
    kind, found = chromium
    context = kind.launch_persistent_context(
        tmp_path, executable_path=found, args=CHROMIUM, base_url=live_server.url
    )
    page = context.new_page()
    enter(page, lead)
    for home, some in zip(homes, names, strict=True):
        page.goto(f"/people/households/{home.pk}")
        page.locator("details:has([name=reason]) summary").click()
        page.fill("[name=reason]", "made up to be looked for")
        page.locator("form:has([name=reason]) button").click()
        page.get_by_text(some[0]).first.wait_for()
        assert all(name in page.content() for name in some)
    page.goto("/account/logout/")
    page.locator("main form button").click()
    page.wait_for_load_state()
    context.close()
    held = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    # The profile was written, and this search finds what lies in it.
    assert any(b"/people/households/" in one for one in held)
    every = [name for some in names for name in some]
    kept = [name for name in every if any(name.encode(code) in one for one in held for code in CODES)]
    assert kept == []
    assured("browser", len(every), len(kept))
