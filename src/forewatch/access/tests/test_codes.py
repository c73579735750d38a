"""Codes that open the door: nobody foresees or tries them all, and those of an app live half a minute."""

from __future__ import annotations

import ast
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

import forewatch
from forewatch.access import actions
from forewatch.access.actions import new_password
from forewatch.access.models import UsedCode
from forewatch.access.rules import Role
from forewatch.api.rules import KEY_BYTES
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import PASSWORD, Cast

MAKERS: dict[str, Callable[[], str]] = {
    "first code": new_password,
    "secret of an app": totp.generate_totp_secret,
    "seed of recovery codes": RecoveryCodes.generate_seed,
}
DRAWN = {
    "access/actions.py": ("choice", 28 * math.log2(31)),
    "api/actions.py": ("token_urlsafe token_hex", 256.0),
    "commands/keys.py": ("token_urlsafe token_bytes", 256.0),
}
"""Where secrets are drawn by the system's generator, and how many random bits the least of them has."""
NO_SECRETS = {"lib/ids.py"}
"""Receipts, which open nothing and tell nothing."""
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

    assert len(set(codes)) == 6
    assert all(re.fullmatch(r"[0-9]{40}", code) for code in codes)
    assert 40 * math.log2(10) >= 128
    assert all(re.fullmatch(r"([a-z2-9]{4}-){6}[a-z2-9]{4}", new_password()) for _time in range(100))
    assert 28 * math.log2(31) >= 128
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


def test_each_secret_that_is_drawn_is_listed_with_its_bits() -> None:
    source, found = Path(forewatch.__file__).parent, {}
    for file in source.rglob("*.py"):
        if "tests" in file.parts:
            continue
        names = [
            one.attr
            for one in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Name)
            and one.value.id == "secrets"
        ]
        if names:
            found[file.relative_to(source).as_posix()] = set(names)

    assert found.keys() == DRAWN.keys() | NO_SECRETS
    assert all(found[name] == set(said.split()) for name, (said, _bits) in DRAWN.items())
    assert min(bits for _said, bits in DRAWN.values()) >= 128
    assert KEY_BYTES * 8 >= 128


def test_a_code_opens_once_whichever_process_is_asked(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = False
    user = cast[Role.ANALYST]
    secret = give_authenticator(user)
    for clock in (totp, actions):
        monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: NOON))
    code = totp.format_hotp_value(totp.hotp_value(secret, NOON // PERIOD))

    def opens() -> bool:
        # Another process has a memory of its own.
        cache.clear()
        client = Client()
        client.post("/account/login/", {"login": user.username, "password": PASSWORD})
        client.post("/account/2fa/authenticate/", {"code": code})
        return client.get("/people/").status_code == 200

    assert opens()
    assert not opens()
    assert UsedCode.objects.count() == 1


def test_used_codes_are_forgotten_when_no_app_shows_them_any_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = cast[Role.ANALYST]
    for step in range(5):
        now = NOON + step * PERIOD
        monkeypatch.setattr(actions, "time", SimpleNamespace(time=lambda now=now: now))
        assert actions.spend_code(user=user)
        assert not actions.spend_code(user=user)

    assert user.used_codes.count() <= 2
