"""The navigation leads everybody to their work, and on a narrow screen the page one is on stands in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW
from forewatch.config.tests.cast import Cast


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/staff/"])
def test_where_one_is_stands_in_sight(cast: Cast, signed_in: Callable[..., Page], address: str) -> None:
    page = signed_in(cast[Role.PROVINCIAL_LEAD], width=NARROW)
    page.goto(address)
    place = page.locator(".top nav [aria-current]").bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] < NARROW + 1
    assert page.evaluate("scrollY") == 0


@pytest.mark.django_db
def test_whoever_grades_sources_is_led_to_them(cast: Cast, sign_in: Callable[[User], Client]) -> None:
    for role in Role:
        client, entry = sign_in(cast[role]), 'href="/people/sources"'
        assert (entry in client.get("/").content.decode()) is (role is Role.SOURCE_HANDLER), role
    sources = sign_in(cast[Role.SOURCE_HANDLER]).get("/people/sources").content.decode()
    assert 'href="/grading/"' in sources
    assert 'href="/people/sources"' not in sign_in(cast.outsider).get("/").content.decode()
