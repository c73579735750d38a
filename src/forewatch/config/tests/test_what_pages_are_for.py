"""Every page carries one sentence on what it is for, as `p.lead`.

The sentence is about the page, not about what stands on it: it is one of a catalogue, word for word, and so
has its Thai.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import Cast, proven
from forewatch.config.tests.test_every_address import ADDRESSES
from forewatch.config.tests.world import World
from forewatch.intake.models import Upload
from forewatch.intake.rules import State

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).parents[2]
NOT_PAGES = re.compile(
    r"^(health|alarms|map_(figures|outlines)|area_tiles|intake_(profile|progress|rejected_.*)|api_(?!key).*)$"
)
"""What answers data, a file, or a part of a page."""
ASKED_FIRST = {"account_inactive", "mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"}
"""Pages of sign-in that need a passkey at hand, or somebody who may no longer sign in."""
LEAD = re.compile(r'<p class="lead"[^>]*>(.*?)</p>', re.DOTALL)


def sentences() -> set[str]:
    """Return every sentence of the catalogues that has no place for a figure or a name."""
    found: set[str] = set()
    for file in PACKAGE.rglob("django.po"):
        with file.open("rb") as opened:
            found |= {one.id for one in read_po(opened) if isinstance(one.id, str) and "%(" not in one.id}
    return {one for one in found if one.endswith((".", "?"))}


def leads(page: str) -> list[str]:
    """Return the sentences below the headings of a page."""
    plain = (html.unescape(re.sub(r"<[^>]+>", "", one)) for one in LEAD.findall(page))
    return [" ".join(one.split()) for one in plain]


def patterns(found: Any = None) -> Iterator[URLPattern]:
    for one in get_resolver().url_patterns if found is None else found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


OURS = {one.name: one for one in patterns()}
WORK = [name for name, method in ADDRESSES if method == "GET" and not NOT_PAGES.match(name)]
SIGN_IN = [
    name for name in OURS if name and name.startswith(("account_", "mfa_")) and name not in ASKED_FIRST
]


@pytest.fixture
def pages(cast: Cast, world: World, sign_in: Callable[[User], Client]) -> Callable[[str], str]:
    """Return a function that gives the page of an address, as the first role sees it that may."""

    def page(name: str) -> str:
        if name == "intake_map":
            Upload.objects.filter(pk=world.ids["upload_id"]).update(state=State.MAPPING)
        url = reverse(name, kwargs=world.arguments(OURS[name]))
        for role in Role:
            answer = proven(sign_in(cast[role]), cast[role]).get(url)
            if answer.status_code == 200:
                return answer.content.decode()
        raise AssertionError(f"No role is shown {url}; if it is no page, say so in NOT_PAGES.")

    return page


@pytest.mark.parametrize("name", WORK)
def test_a_page_says_what_it_is_for(name: str, pages: Callable[[str], str]) -> None:
    said = leads(pages(name))
    assert set(said) & sentences(), f"{name} has {said or 'no p.lead'}: say what the page is for"


@pytest.mark.parametrize("name", SIGN_IN)
def test_a_page_of_signing_in_says_what_it_is_for(
    name: str, cast: Cast, sign_in: Callable[[User], Client]
) -> None:
    user = cast[Role.ANALYST]
    client = Client() if name in ("account_login", "account_first", "mfa_login_webauthn") else sign_in(user)
    if name in ("mfa_reauthenticate", "mfa_deactivate_totp", "mfa_generate_recovery_codes"):
        give_authenticator(user)
    answer = client.get(reverse(name), follow=True)
    assert set(leads(answer.content.decode())) & sentences(), name


def test_a_line_of_data_is_no_sentence_about_the_page() -> None:
    said = leads(
        '<p class="lead">3 members live here.</p> <p class="lead">What needs you now,\n and why.</p>'
    )
    assert said == ["3 members live here.", "What needs you now, and why."]
    assert set(said) & sentences() == {"What needs you now, and why."}
