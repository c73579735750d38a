"""Whoever guesses is locked out by their own address, and locks out nobody whose name they guess for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from forewatch.access.rules import Role
from forewatch.config.tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
GUESSER, COLLEAGUE = "203.0.113.9", "198.51.100.2"
Tries = Callable[[str, str], str]


@pytest.fixture
def tries(cast: Cast, settings: LazySettings) -> Tries:
    """Return a try to sign in as the volunteer: from where by the proxy's word, and with which password."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()

    def tried(forwarded: str, password: str) -> str:
        typed = {"login": cast[Role.VOLUNTEER].username, "password": password}
        answer = Client().post("/account/login/", typed, HTTP_X_FORWARDED_FOR=forwarded, follow=True)
        return answer.content.decode()

    return tried


def test_five_guesses_lock_the_one_who_guesses_and_not_the_colleague(tries: Tries) -> None:
    for number in range(5):
        tries(GUESSER, f"guess number {number}")
    assert "<h1>Today</h1>" not in tries(GUESSER, PASSWORD)
    assert "<h1>Today</h1>" in tries(COLLEAGUE, PASSWORD)


def test_what_a_browser_writes_before_the_proxys_word_changes_nothing(tries: Tries) -> None:
    for number in range(5):
        tries(f"{COLLEAGUE}, 192.0.2.{number}, {GUESSER}", f"guess number {number}")
    assert {one.ip_address for one in AccessAttempt.objects.all()} == {GUESSER}
    assert "<h1>Today</h1>" not in tries(f"192.0.2.77, {GUESSER}", PASSWORD)
    assert "<h1>Today</h1>" in tries(COLLEAGUE, PASSWORD)


def test_without_a_proxy_the_header_is_not_believed(tries: Tries, settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(5):
        tries(f"192.0.2.{number}", f"guess number {number}")
    assert "<h1>Today</h1>" not in tries(COLLEAGUE, PASSWORD)
