"""An emergency of two, from asking to the names, on the real pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.sessions import SessionStore
from forewatch.config.tests.browser import NARROW, WIDE, arrived, passkey_ready
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member, people_of

OFFICER, LEAD = Role.DATA_PROTECTION_OFFICER, Role.PROVINCIAL_LEAD


def ten_minutes_pass(user: User) -> None:
    """Let what a user proved in any browser be of ten minutes ago."""
    for one in user.sessions.all():
        store = SessionStore(one.session_key)
        for proof in store["account_authentication_methods"]:
            proof["at"] -= 600
        store.modified = True
        store.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_an_emergency_of_two(
    cast: Cast,
    areas: dict[str, Area],
    signed_in: Callable[..., Page],
    axe: Any,
    picture: Any,
    settings: LazySettings,
    width: int,
) -> None:
    settings.DEMO = False
    [person, _other] = people_of(household(cast.actor(LEAD), areas[VILLAGE], member("Mali"), member("Ben")))
    page = signed_in(cast[OFFICER], width=width)
    page.goto("/oversight/")
    page.get_by_role("main").get_by_role("link", name="Emergency").click()
    # Who came in by a code is asked for a passkey, and gets one; it counts a day later.
    axe(page)
    picture(page, "emergency-no-passkey")
    passkey_ready(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.click("#passkey_add")
    page.get_by_text("I have kept them").click()
    page.goto("/people/emergency")
    arrived(page, "A passkey is needed")
    picture(page, "emergency-new-passkey")
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=2))
    ten_minutes_pass(cast[OFFICER])
    page.goto("/people/emergency")
    axe(page)
    page.click("#passkey_use")
    arrived(page, "Open somebody in an emergency")
    axe(page)
    picture(page, "emergency-ask")
    page.fill("[name=code]", person.code)
    page.fill("[name=incident]", "made-up-1300-9")
    page.fill("[name=reason]", "A raid tonight at a made-up pier; she must be warned.")
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_text("It waits for a second person")).to_be_visible()
    axe(page)

    lead = signed_in(cast[LEAD], width=width)
    lead.goto("/oversight/reviews/")
    axe(lead)
    picture(lead, "emergency-waits")
    lead.get_by_role("link", name="Look at it").click()
    axe(lead)
    picture(lead, "emergency-second")
    lead.get_by_role("button", name="Agree", exact=True).click()
    expect(lead.get_by_text("Your word is noted")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Show names").click()
    expect(page.get_by_text("Mali")).to_be_visible()
    axe(page)
    picture(page, "emergency-names")
