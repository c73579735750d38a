"""Without keys concerns are still taken in, under the same page and receipt, and nothing opens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from forewatch.access.adapters import MFAAdapter
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.sealing import Locked, keys_at_hand, lookup_key, seal, unseal
from forewatch.audit.models import Event
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.locking import Keys
from forewatch.intake.concerns import actions
from forewatch.intake.concerns.held import take_in
from forewatch.intake.concerns.models import Concern, HeldConcern
from forewatch.intake.concerns.rules import Seen
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member

SignIn = Callable[[User], Client]
SECRET = "Zanderlyn"


def hands_in(cast: Cast, areas: dict[str, Area], token: uuid.UUID) -> str:
    return actions.hand_in(
        by=cast.actor(Role.VOLUNTEER), token=token, area=areas[VILLAGE], seen=[Seen.DEBT], who=SECRET,
        where="", words="", urgent=True, risky_visit=False,
    )  # fmt: skip


def test_what_is_handed_in_waits_and_is_taken_in_once_under_its_receipt(
    cast: Cast, areas: dict[str, Area], keys: Keys
) -> None:
    keys.drop()
    token = uuid.uuid4()
    receipt = hands_in(cast, areas, token)
    assert hands_in(cast, areas, token) == receipt
    held = HeldConcern.objects.get()
    assert SECRET.encode() not in bytes(held.sealed)
    assert not Concern.objects.exists()
    assert Event.objects.filter(subject="concern", subject_id=held.pk).count() == 1
    keys.come_back()
    assert (take_in(), take_in()) == (1, 0)
    concern = Concern.objects.get()
    assert (concern.receipt, concern.token, concern.urgent) == (receipt, token, True)
    assert concern.received_at == held.received_at
    assert not HeldConcern.objects.exists()
    assert hands_in(cast, areas, token) == receipt
    assert actions.open_concern(by=cast.actor(Role.DISTRICT_OFFICER), concern=concern).who == SECRET


def test_the_volunteer_sees_the_page_they_always_see(
    cast: Cast, areas: dict[str, Area], keys: Keys, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.VOLUNTEER])
    typed = {"area": str(areas[VILLAGE].pk), "seen": ["debt"], "who": SECRET, "where": "", "words": ""}
    open_page = client.post("/concerns/report", typed | {"token": str(uuid.uuid4())}, follow=True)
    keys.drop()
    locked_page = client.post("/concerns/report", typed | {"token": str(uuid.uuid4())}, follow=True)
    assert (locked_page.status_code, len(locked_page.content)) == (200, len(open_page.content))
    assert HeldConcern.objects.count() == Concern.objects.count() == 1


def test_who_reads_is_told_that_it_is_locked(
    cast: Cast, areas: dict[str, Area], keys: Keys, sign_in: SignIn
) -> None:
    home = household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member("Mali"))
    keys.drop()
    typed = {"reason": "made-up reason", "purpose": "prevent"}
    answer = sign_in(cast[Role.DISTRICT_OFFICER]).post(f"/people/households/{home.pk}/names", typed)
    assert answer.status_code == 503
    assert "Forewatch is locked" in answer.content.decode()
    assert "Mali" not in answer.content.decode()
    assert Client().get("/health").status_code == 200


@pytest.mark.parametrize(
    "deed",
    [
        lambda: seal("x", table="t", row=uuid.uuid4()),
        lambda: unseal(b"\x02x", table="t", row=uuid.uuid4()),
        lambda: lookup_key("citizen_id", "1"),
        lambda: keys_at_hand([]).__enter__(),
        lambda: MFAAdapter().encrypt("x"),
        lambda: MFAAdapter().decrypt("eA=="),
    ],
)
def test_nothing_opens_and_nothing_is_sealed(keys: Keys, deed: Callable[[], Any]) -> None:
    keys.drop()
    with pytest.raises(Locked, match="Forewatch is locked"):
        deed()


def test_without_an_inbox_nothing_is_taken_in_either(cast: Cast, areas: dict[str, Area], keys: Keys) -> None:
    keys.drop()
    keys.settings.INBOX = ""
    with pytest.raises(Locked):
        hands_in(cast, areas, uuid.uuid4())
    assert not HeldConcern.objects.exists()
