"""Words of this place, what many use and what leaked elsewhere make no password."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from forewatch.access import breached
from forewatch.access.models import User
from forewatch.access.passwords import LocalWords, NotBreached, NotGuessedFirst
from forewatch.access.rules import Role
from forewatch.access.tests.test_passwords import GOOD, change, enters, first, put
from forewatch.config import settings as installed
from forewatch.config.tests.cast import Cast

SignIn = Callable[[User], Client]
LOCAL = LocalWords(words=["Riverside", "ริมน้ำ"], sources=["forewatch.places.queries.names_above_villages"])
COMMON = sorted(CommonPasswordValidator().passwords)


@pytest.fixture
def user(cast: Cast) -> User:
    """Return somebody who needs no second factor."""
    return cast[Role.VOLUNTEER]


def refuses(validator: Any, password: str, user: User | None = None) -> bool:
    """Tell whether a validator refuses a password."""
    try:
        validator.validate(password, user)
    except ValidationError as problem:
        return bool(re.fullmatch(r"[A-Z].+\.", problem.messages[0]))
    return False


def everywhere(user: User, sign_in: SignIn, password: str) -> set[bool]:
    """Return whether a password is taken at each of the three places where one is set."""
    return {change(sign_in(user), password), first(user, password), put(sign_in(user), user, password)}


@pytest.mark.parametrize(
    "password",
    ["Forewatch2026!!!", "upper-reach-2026", "Upper Reach First Ford", "แดนทรายเหนือคุ้ง1234",
     "volunteer.volunteer", "forewatch forewatch", "password-for-forewatch"],
)  # fmt: skip
def test_a_name_of_this_place_is_refused_wherever_a_password_is_set(
    user: User, sign_in: SignIn, password: str
) -> None:
    assert everywhere(user, sign_in, password) == {False}
    assert not enters(user, password)


def test_the_words_are_those_of_offices_areas_and_the_account(user: User) -> None:
    words = LOCAL.all(user)

    for name in (
        "forewatch",
        "riverside",
        "ริมน้ำ",
        "upper",
        "reach",
        "upperreach",
        "firstford",
        "เหนือคุ้ง",
        "volunteer",
    ):
        assert name in words, name
    assert {one for one in words if "village" in one} == set(), "names of villages are ordinary words"
    assert not [one for one in words if len(one) < 4]


def test_a_word_among_enough_others_is_no_reason_to_refuse(user: User) -> None:
    assert not refuses(LOCAL, "riverside lantern biscuit", user)
    assert refuses(LOCAL, "riverside lantern", user)
    assert not refuses(LOCAL, GOOD, user)


def test_an_installation_names_its_own_words() -> None:
    from forewatch.config.environment import read
    from forewatch.config.tests.test_environment import whole

    assert read(whole(FOREWATCH_PASSWORD_WORDS="Riverside, ริมน้ำ ,")).password_words == ("Riverside", "ริมน้ำ")
    assert read(whole()).password_words == ()


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("passwordpassword", True),
        ("qwertyuiop123456789", True),
        ("iloveyou iloveyou 2026", True),
        ("dragon.dragon.monkey", True),
        ("aaaaaaaaaaaaaaaaaaaa", True),
        ("abcabcabcabcabcabc", True),
        ("1q2w3e4r5t6y7u8i9o0p", True),
        (GOOD, False),
        ("correct lantern battery biscuit", False),
    ],
)
def test_what_is_tried_first_is_refused(password: str, refused: bool) -> None:
    assert refuses(NotGuessedFirst(), password) is refused


@given(st.sampled_from(COMMON), st.sampled_from(COMMON), st.integers(1, 3))
def test_any_two_common_passwords_joined_are_refused(one: str, two: str, times: int) -> None:
    def letters(text: str) -> str:
        return "".join(sign for sign in text.casefold() if sign.isalnum())

    if min(len(letters(one)), len(letters(two))) >= 3:
        assert refuses(NotGuessedFirst(), f"{one} {two}" * times) or times > 1
        assert refuses(NotGuessedFirst(), one * 4)


def test_more_than_three_thousand_that_are_long_enough_are_refused() -> None:
    """Of the common ones few have fifteen signs; people repeat them to get there."""
    long = {one * (15 // len(one) + 1) for one in COMMON if len(one) >= 4}

    assert len(long) > 15_000
    assert not [one for one in sorted(long)[::25] if not refuses(NotGuessedFirst(), one)]


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def in_order(folder: Path, passwords: list[str]) -> Path:
    """Write a list of leaked passwords as one file."""
    lines = sorted(f"{sha1(one)}:{number + 1}" for number, one in enumerate(passwords))
    file = folder / "leaked.txt"
    file.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return file


def in_ranges(folder: Path, passwords: list[str], ending: str = ".txt") -> Path:
    """Write a list of leaked passwords as a folder of ranges."""
    for one in [*passwords, GOOD]:
        file = folder / f"{sha1(one)[:5]}{ending}"
        said = f"{sha1(one)[5:]}:3\n" if one in passwords else f"{'0' * 35}:1\n"
        with file.open("a", encoding="ascii") as sink:
            sink.write(said)
    return folder


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_each_leaked_password_is_found_in_a_file_and_no_other(tmp_path: Path, count: int) -> None:
    leaked = [f"a leaked password no. {number}" for number in range(count)]
    file = in_order(tmp_path, leaked)

    assert all(breached.holds(file, one) for one in leaked)
    assert not [n for n in range(300) if breached.holds(file, f"another password no. {n}")]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "leaked.txt").write_bytes(b"")
    assert not breached.holds(tmp_path / "leaked.txt", GOOD)


@pytest.mark.parametrize("ending", [".txt", ""])
def test_each_leaked_password_is_found_in_a_folder(tmp_path: Path, ending: str) -> None:
    leaked = [f"a leaked password no. {number}" for number in range(20)]
    folder = in_ranges(tmp_path, leaked, ending)

    assert all(breached.holds(folder, one) for one in leaked)
    assert not breached.holds(folder, GOOD)


def test_a_list_with_a_hole_lets_nothing_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="has no file"):
        NotBreached(str(tmp_path)).validate(GOOD)


def test_a_leaked_password_is_refused_wherever_one_is_set(
    user: User, sign_in: SignIn, settings: Settings, tmp_path: Path
) -> None:
    leaked = "lantern biscuit harbour violin"
    assert change(sign_in(user), leaked)
    where = {
        "NAME": "forewatch.access.passwords.NotBreached",
        "OPTIONS": {"where": str(in_order(tmp_path, [leaked]))},
    }
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, where]

    assert everywhere(user, sign_in, leaked) == {False}
    assert everywhere(user, sign_in, GOOD) == {True}


def test_an_installation_names_a_list_that_is_there(tmp_path: Path) -> None:
    from forewatch.config.environment import SettingMissing, read
    from forewatch.config.tests.test_environment import whole

    assert read(whole(FOREWATCH_BREACHED=str(tmp_path))).breached == str(tmp_path)
    with pytest.raises(SettingMissing, match=r"FOREWATCH_BREACHED names .* where nothing is"):
        read(whole(FOREWATCH_BREACHED=str(tmp_path / "gone")))


def test_every_installation_has_all_of_them() -> None:
    names = [one["NAME"].rpartition(".")[2] for one in installed.AUTH_PASSWORD_VALIDATORS]

    assert names == [
        "MinimumLengthValidator", "UserAttributeSimilarityValidator", "CommonPasswordValidator",
        "NotGuessedFirst", "LocalWords", "NotBreached",
    ]  # fmt: skip
