"""Codes that open the door: nobody foresees or tries them all, and those of an app live half a minute."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from forewatch.access.actions import new_password
from forewatch.access.rules import Role
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast

MAKERS: dict[str, Callable[[], str]] = {
    "first code": new_password,
    "secret of an app": totp.generate_totp_secret,
    "seed of recovery codes": RecoveryCodes.generate_seed,
}
PERIOD = 30
NOON = 1_800_000_000
"""A moment at which a code becomes valid."""


@pytest.mark.parametrize("what", MAKERS)
def test_nobody_foresees_a_code_by_knowing_the_numbers_before(what: str) -> None:
    made = set()
    for _time in range(20):
        random.seed(7)
        made.add(MAKERS[what]())

    assert len(made) == 20


def test_codes_are_too_long_to_try_them_all(cast: Cast) -> None:
    codes = RecoveryCodes.activate(cast[Role.ANALYST]).get_unused_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9]{8}", code) for code in codes)
    assert all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", new_password()) for _time in range(100))
    assert len({letter for _time in range(200) for letter in new_password()} - {"-"}) >= 31


@pytest.mark.parametrize(
    ("later", "opens"), [(0, True), (PERIOD - 1, True), (PERIOD, False), (PERIOD + 1, False), (-1, False)]
)
def test_a_code_of_an_app_lives_half_a_minute(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, later: int, opens: bool
) -> None:
    settings.DEMO = False
    cache.clear()
    user, client = cast[Role.ANALYST], Client()
    secret = give_authenticator(user)
    code = totp.format_hotp_value(totp.hotp_value(secret, NOON // PERIOD))
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: NOON + later))

    answer = client.post("/account/2fa/authenticate/", {"code": code})

    assert (answer.status_code == 302) is opens
    assert (client.get("/people/").status_code == 200) is opens
