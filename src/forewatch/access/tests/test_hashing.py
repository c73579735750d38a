"""Whoever floods the sign-in waits for one hash at a time, and beyond a few is sent away at once."""

from __future__ import annotations

import threading
import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password
from django.test import Client
from pytest_django import Settings

from forewatch.access import hashing
from forewatch.access.hashing import WAITING, OneAtATime
from forewatch.config.tests.cast import Cast

PASSWORD = "a password that is made up"
HASHER = "forewatch.access.hashing.OneAtATime"


class Watched:
    """Stands in for Argon2: notes how many hash at once, and waits until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.most = 0
        self.go_on, self.begun = threading.Event(), threading.Event()
        monkeypatch.setattr(Argon2PasswordHasher, "encode", self._encode)

    def _encode(self, password: str, salt: str) -> str:
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.set()
        assert self.go_on.wait(60)
        self.now -= 1
        return "hashed"


def test_it_is_argon2id_as_django_has_it_in_one_lane(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [HASHER]
    made = make_password(PASSWORD)
    assert made.startswith("argon2$argon2id$v=19$m=102400,t=2,p=1$")
    assert check_password(PASSWORD, made)
    assert not check_password(PASSWORD + "!", made)


def test_what_was_hashed_in_eight_lanes_still_opens_and_is_hashed_anew(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [HASHER]
    before = Argon2PasswordHasher().encode(PASSWORD, "a made-up salt of some length")
    assert "p=8" in before
    assert check_password(PASSWORD, before)
    assert identify_hasher(before).must_update(before)


def test_one_hashes_few_wait_and_the_others_are_told_at_once(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = [HASHER]
    watched = Watched(monkeypatch)
    threads = [threading.Thread(target=OneAtATime().encode, args=(PASSWORD, "salt")) for _ in range(WAITING)]
    for one in threads:
        one.start()
    assert watched.begun.wait(20)
    until = time.monotonic() + 20
    while hashing._seats._value and time.monotonic() < until:
        time.sleep(0.01)

    answer = Client().post("/account/login/", {"login": "nobody", "password": PASSWORD})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Many people are signing in just now." in answer.content.decode()
    watched.go_on.set()
    for one in threads:
        one.join(20)
    assert watched.most == 1
    assert OneAtATime().encode(PASSWORD, "salt") == "hashed"
