"""The volunteer's minute and the desk's, in a real browser, on a phone and on a screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE, tabbed_to
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.intake.concerns.models import Concern
from forewatch.places.models import Area

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[..., Page]
Check = Callable[[Page], None]
Picture = Callable[[Page, str], Path]


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_volunteer_hands_in_and_an_officer_closes_it(
    cast: Cast, signed_in: SignedIn, axe: Check, picture: Picture, width: int, javascript: bool
) -> None:
    page = signed_in(cast[Role.VOLUNTEER], width=width, javascript=javascript)
    page.get_by_role("link", name="Hand in a concern").first.click()
    page.get_by_label("Work or the crop is lost").check()
    page.get_by_label("Who is it about?").fill("Made-up Mali")
    if javascript:
        axe(page)
        picture(page, "concern-report")
    page.get_by_role("button", name="Hand in").click()
    receipt = page.locator("#receipt").inner_text()
    if javascript:
        axe(page)
        picture(page, "concern-receipt")
    desk = signed_in(cast[Role.DISTRICT_OFFICER], width=width, javascript=javascript)
    desk.get_by_role("link", name="Look at them").click()
    if javascript:
        axe(desk)
        picture(desk, "concern-desk")
    desk.get_by_role("button", name=f"Open {receipt}").click()
    expect(desk.get_by_text("Made-up Mali")).to_be_visible()
    if javascript:
        axe(desk)
        picture(desk, "concern-opened")
    desk.get_by_label("The household was visited and its answers recorded").check()
    desk.get_by_role("button", name="Close it").click()
    expect(desk.get_by_text("No concern waits.")).to_be_visible()
    assert Concern.objects.get().outcome == "visited"


def test_by_keyboard_alone(cast: Cast, areas: dict[str, Area], signed_in: SignedIn) -> None:
    page = signed_in(cast[Role.VOLUNTEER])
    page.goto("/concerns/report")
    tabbed_to(page, "[value=debt]")
    page.keyboard.press("Space")
    tabbed_to(page, "main button:not([name])")
    page.keyboard.press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    assert Concern.objects.get().area == areas[VILLAGE]
