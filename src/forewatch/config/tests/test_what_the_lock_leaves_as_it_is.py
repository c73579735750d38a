"""The second lock changes no page: whatever a role is shown without it, it is shown with it.

The lock hides rows in silence. A page that counts or lists what its reader may know of, and forgets to look
past the lock, would say that there is nothing; so each page is asked twice and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from forewatch.access import second_lock
from forewatch.access.rules import Protocol, Role
from forewatch.config.tests.cast import Cast
from forewatch.config.tests.test_every_address import ADDRESSES, OURS, SignIn
from forewatch.config.tests.world import World
from forewatch.intake.concerns.models import Concern
from forewatch.register.models import Household

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
GOT = [name for name, method in ADDRESSES if method == "GET"]
CHANGES = re.compile(r"\b\w{64}\b|[0-9a-f]{8}-[0-9a-f-]{27}|\b\d\d:\d\d(:\d\d)?\b")
"""What is another each time that a page is asked for."""


@contextmanager
def unlocked(_user_id: UUID | None, _at: datetime | None = None) -> Iterator[None]:
    yield


@pytest.fixture(autouse=True)
def _everything_is_past_its_time(world: World, settings: LazySettings) -> None:
    """Let each row be old enough for whoever looks after what is kept."""
    settings.TERMS = replace(
        settings.TERMS, **{name: 1 for name in vars(settings.TERMS) if name.endswith("_months")}
    )
    settings.PROTOCOL = Protocol.SINGLE_OFFICE
    old = timezone.now() - timedelta(days=90)
    Household.objects.update(last_seen_on=old.date())
    Concern.objects.update(closed_at=old)


@pytest.mark.parametrize("role", list(Role))
def test_a_page_says_the_same_with_the_lock_as_without(
    cast: Cast, world: World, sign_in: SignIn, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(name: str) -> tuple[int, str]:
        address = reverse(name, kwargs=world.arguments(OURS[name]))
        answer = world.undone(lambda: sign_in(cast[role]).get(address))
        if not answer["Content-Type"].startswith(("text/", "application/json")):
            return answer.status_code, answer["Content-Type"]
        body = b"".join(answer) if answer.streaming else answer.content
        return answer.status_code, CHANGES.sub("", body.decode())

    locked = {name: shown(name) for name in GOT}
    monkeypatch.setattr(second_lock, "shown_to", unlocked)
    other = {name: apart(locked[name], now) for name in GOT if (now := shown(name)) != locked[name]}
    assert not other, "\n".join(f"{name}: {words}" for name, words in other.items())


def apart(locked: tuple[int, str], without: tuple[int, str]) -> list[str]:
    """Return what is said in only one of two pages."""
    pages = [[str(status), *re.split(r"(?=<)|\n", body)] for status, body in (locked, without)]
    return [one.strip() for page, other in (pages, pages[::-1]) for one in page if one not in other]
