"""Signing in, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from forewatch.access.rules import Role
from forewatch.config.tests.cast import Cast


def test_a_password_and_a_code_lead_to_the_first_page(
    cast: Cast, signed_in: Callable[..., Page], picture: Callable[[Page, str], Path]
) -> None:
    page = signed_in(cast[Role.ANALYST])

    assert page.inner_text("h1") == "Today"
    assert page.inner_text(".me summary b") == "The analyst"
