"""Names and keys travel in bodies and headers, never in an address, and no cache of the server holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.api.tests.conftest import Program, program
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS
from forewatch.config.tests.world import SECRET, World

__all__ = ("program",)
SignIn = Callable[[User], Client]
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
LINK = re.compile(r'(?:href|action)="([^"]*)"')
ABOUT_NOBODY = {
    "age", "area", "by", "children", "code", "colleague", "day", "district", "first", "last", "level", "mine",
    "on", "order", "papers", "q", "seen_before", "sex", "show",
}  # fmt: skip
"""Areas, days, groups and orders; codes and a colleague's id are random, and `q` looks for areas alone."""
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*\bname=\"([^\"]+)\"")


@pytest.fixture
def pages(cast: Cast, world: World, sign_in: SignIn) -> dict[str, str]:
    """Return every page, as each role sees it."""
    cache.clear()
    seen = {}
    for role in Role:
        client = sign_in(cast[role])
        for name, method in ADDRESSES:
            if method == "GET":
                answer = client.get(reverse(name, kwargs=world.arguments(OURS[name])))
                if not answer.streaming and answer.status_code == 200:
                    seen[f"{role} {name}"] = answer.content.decode(errors="ignore")
    return seen


def asked_by_address(pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the fields that a browser writes behind the question mark, with their page."""
    for name, page in pages.items():
        for attributes, inside in FORM.findall(page):
            if 'method="post"' not in attributes.lower():
                yield from ((name.split()[1], field) for field in FIELD.findall(inside))


def test_no_form_writes_a_name_into_an_address(pages: dict[str, str]) -> None:
    asked = dict.fromkeys(field for _page, field in asked_by_address(pages))

    assert asked.keys() == ABOUT_NOBODY
    assert not [name for name, page in pages.items() for link in LINK.findall(page) if SECRET[:6] in link]


def test_a_key_or_a_password_in_an_address_opens_nothing(cast: Cast, program: Program) -> None:
    for name in ("key", "token", "access_token", "Authorization", "api_key"):
        for said in (program.secret, f"Bearer {program.secret}"):
            assert Client().get("/api/v1/areas", {name: said}).status_code == 401
    assert Client().get("/api/v1/areas", headers={"Authorization": program.secret}).status_code == 401
    assert program.get("areas").status_code == 200


def test_no_cache_of_the_server_holds_a_name_that_was_shown(
    cast: Cast, world: World, sign_in: SignIn, pages: dict[str, str]
) -> None:
    client = sign_in(cast[Role.PROVINCIAL_LEAD])
    where = reverse("household_names", kwargs=world.arguments(OURS["household_names"]))
    shown = client.post(where, {"purpose": "prevent", "reason": "made up to be looked for"}, follow=True)
    assert SECRET.split()[0] in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"

    cache.set("here", "Lookedfor")
    held = str(cache._cache).encode() + b"".join(bytes(one) for one in cache._cache.values())

    assert b"Lookedfor" in held, "this search finds what lies there"
    assert not [word for word in SECRET.split() if word.encode() in held]
