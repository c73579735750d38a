"""The map in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.risk.tests.province import Province


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_look(
    transactional_db: None,
    province: Province,
    signed_in: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
) -> None:
    page = signed_in(province.lead, width=width)
    page.goto("/map/")
    picture(page, "map")
    axe(page)
    page.goto("/map/first")
    picture(page, "first")
    axe(page)
    page.goto("/map/?show=high&since=2025-12-31")
    picture(page, "map-share")
