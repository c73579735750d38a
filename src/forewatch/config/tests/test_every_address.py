"""Every address x method x role, against the matrix: docs/addresses.csv says what each does to which class.

The oracle is made of the tables in docs/ alone. Each address is asked with the ids of real rows of the
made-up world, by every role inside its area, by the outsider, and by somebody who has not signed in.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forewatch.access.guarding import guards_of
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.world import World

DOCS = Path(__file__).parents[4] / "docs"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LIBRARIES = ("account/", "language/", "static/")
"""Addresses of sign-in and of the language, whose views are Django's and allauth's own."""
SignIn = Callable[[User], Client]


def table(name: str) -> list[dict[str, str]]:
    with (DOCS / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


ADDRESSES = {(row["address"], row["method"]): row for row in table("addresses.csv")}
PURPOSES = {row["role"]: row["purposes"].split() for row in table("access-purposes.csv")}
MATRIX = {(row["class"], row["verb"]): row for row in table("access-matrix.csv")}


def ours(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address that is ours, with its pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from ours(one.url_patterns, route)
        elif not route.startswith(LIBRARIES):
            yield route, one


OURS = {pattern.name: pattern for _route, pattern in ours()}


def may(role: Role, row: Mapping[str, str]) -> bool:
    """Tell whether the tables let a role do this at all."""
    if row["class"] == "-":
        return True
    purposes = PURPOSES[role.value]
    for_this = bool(purposes) if row["purpose"] == "any" else row["purpose"] in purposes
    return for_this and MATRIX[row["class"], row["verb"]][role.value] != "-"


OF_A_HOUSEHOLD = {"household_id", "person_id", "record_id"}
"""Arguments that name the one household of the world, which nobody was given, wrote today or opened."""
WIDE = {"area", "checked", "everywhere"}


def is_of_others(role: Role, name: str, row: Mapping[str, str]) -> bool:
    """Tell whether an address names a household that the tables let a role reach only if it is theirs."""
    if row["class"] == "-" or not OF_A_HOUSEHOLD & set(OURS[name].pattern.converters):
        return False
    return not WIDE & set(MATRIX[row["class"], row["verb"]][role.value].split("+"))


def test_every_address_has_a_name_and_stands_in_the_table_with_each_method() -> None:
    found = {
        (name, method) for name, pattern in OURS.items() for method in guards_of(pattern.callback) or ("GET",)
    }
    assert None not in OURS
    assert found == set(ADDRESSES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_an_address_says_of_itself_is_what_the_table_says(name: str) -> None:
    guards = guards_of(OURS[name].callback)
    if guards is None:
        assert ADDRESSES[name, "GET"]["verb"] == "open", f"{name} is open to everybody, and nobody said so"
        return
    for method, guard in guards.items():
        row = ADDRESSES[name, method]
        said = ("-", "signed-in", "-")
        if guard is not None:
            said = (guard.data_class.value, guard.verb.value, guard.purpose.value if guard.purpose else "any")
        assert said == (row["class"], row["verb"], row["purpose"])


def asked(client: Client, method: str, name: str, world: World) -> int:
    answer = client.generic(method, reverse(name, kwargs=world.arguments(OURS[name])))
    assert answer.status_code < 500, f"{method} {name} broke"
    for secret in world.secrets if answer.status_code >= 400 else ():
        assert secret.encode() not in answer.content
    return answer.status_code


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_what_the_table_gives_it(
    cast: Cast, world: World, sign_in: SignIn, role: Role, assured: Assured
) -> None:
    wrong = []
    for (name, method), row in ADDRESSES.items():
        # A browser for each: no deed may change the world for the next.
        status = world.undone(
            lambda name=name, method=method: asked(sign_in(cast[role]), method, name, world)
        )
        if (status == 403) is may(role, row):
            wrong.append(f"{method} {name}: {status}")
        if is_of_others(role, name, row) and status not in (403, 404):
            wrong.append(f"{method} {name}: {status}, for a household that was not given to them")
    assert not wrong
    assured("address", len(ADDRESSES), len(wrong))


def test_the_outsider_finds_nothing_of_another_province(
    cast: Cast, world: World, sign_in: SignIn, assured: Assured
) -> None:
    asked_for, wrong = 0, []
    for (name, method), row in ADDRESSES.items():
        if not OURS[name].pattern.converters or row["class"] in ("-", "reference", "system", "account"):
            continue
        asked_for += 1
        status = world.undone(
            lambda name=name, method=method: asked(sign_in(cast.outsider), method, name, world)
        )
        if status not in (403, 404):
            wrong.append(f"{method} {name}: {status}")
    assert not wrong
    assured("outside", asked_for, len(wrong))


def test_nobody_gets_in_without_signing_in(cast: Cast, world: World, assured: Assured) -> None:
    wrong = []
    for (name, method), row in ADDRESSES.items():
        answer = Client().generic(method, reverse(name, kwargs=world.arguments(OURS[name])))
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
        # A program has no use for the page of signing in.
        if (to_sign_in or answer.status_code == 401) is (row["verb"] == "open"):
            wrong.append(f"{method} {name}: {answer.status_code}")
    assert not wrong
    assured("stranger", len(ADDRESSES), len(wrong))


@pytest.mark.parametrize("name", sorted(OURS))
def test_methods_not_in_the_table_are_refused(cast: Cast, world: World, sign_in: SignIn, name: str) -> None:
    client = sign_in(cast[Role.ANALYST])
    for method in METHODS:
        if (name, method) not in ADDRESSES and ADDRESSES.get((name, "GET"), {}).get("verb") != "open":
            assert asked(client, method, name, world) == 405


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_every_address_works_outside_the_transaction_of_a_test(
    cast: Cast, world: World, sign_in: SignIn
) -> None:
    """What a page writes into the trail stands in a transaction of its own, also where no test opened one.

    Most addresses open to somebody by their id alone; some first ask for a proof, or for more than an id.
    """
    opened = set()
    # The lead first: what others wrote and asked for reads otherwise to themselves.
    for role in sorted(Role, key=lambda one: one is not Role.PROVINCIAL_LEAD):
        client = sign_in(cast[role])
        for (name, method), row in ADDRESSES.items():
            if method == "GET" and name not in opened and may(role, row):
                status = asked(client, method, name, world)
                opened |= {name} if status == 200 else set()
    read = {name for name, method in ADDRESSES if method == "GET"}
    assert len(opened) > 0.8 * len(read), sorted(read - opened)
