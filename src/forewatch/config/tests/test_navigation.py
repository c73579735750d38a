"""On a narrow screen the page one is on stands in sight in the navigation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

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
