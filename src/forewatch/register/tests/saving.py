"""An officer who sends pages of households without pause: the deeds that tests kill, and what they leave."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from functools import cache

from django.db import DatabaseError, InterfaceError, connections
from django.test import Client
from django.urls import reverse

from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.config.tests.cast import DISTRICT, VILLAGE, make_areas, make_user, signed_in
from forewatch.config.tests.forking import say
from forewatch.config.tests.surviving import PATIENCE, Installation
from forewatch.places.models import Area
from forewatch.register.tests.building import page

MEMBERS = 3
BY_HAND = "batch_id IS NULL"
SENT, SAVED, KEPT, REFUSED = "sent", "saved", "kept", "refused"
"""What is said: a page is on its way, it was acknowledged, a draft was acknowledged."""


@cache
def _desk() -> tuple[Client, Area]:
    """Return the officer's browser, and the village they are in; children have them from their parent."""
    centre = Organisation.objects.create(code="centre", name="Centre")
    village = make_areas()[VILLAGE]
    return signed_in(make_user("officer", centre, Role.DISTRICT_OFFICER, DISTRICT)), village


def prepare() -> None:
    """Make the installation ready, and save once so that all of the program is at hand."""
    _desk()
    _send(uuid.uuid4())


def save(sent: str = "") -> None:
    """Send one page, and be told that it is saved."""
    _send(uuid.UUID(sent) if sent else uuid.uuid4())


def save_until_full() -> None:
    """Send page after page until one is refused, in words, for want of room."""
    browser, village = _desk()
    while True:
        draft = uuid.uuid4()
        say(SENT, draft.hex)
        answer = browser.post(reverse("household_new"), page(village, draft))
        if answer.status_code == 507:
            assert "disk of the server is full" in answer.content.decode()
            return
        assert answer.status_code == 302
        say(SAVED, draft.hex)


def save_again_once_there_is_room() -> None:
    """Send a page until it is saved, and find the health of the server to say meanwhile that it cannot be."""
    browser, village = _desk()
    draft, end = uuid.uuid4(), time.monotonic() + PATIENCE
    refused = 0
    while browser.post(reverse("household_new"), page(village, draft)).status_code == 507:
        assert time.monotonic() < end, "there was no room again"
        refused += 1
        told = browser.get("/health")
        assert told.status_code == 503
        assert told.json() == {"status": "the disk is full, nothing can be saved"}
        say(REFUSED)
        time.sleep(0.2)
    assert refused
    assert browser.get("/health").json() == {"status": "well"}
    say(SENT, draft.hex)
    say(SAVED, draft.hex)


def save_on(unsure: str = "") -> None:
    """Send page after page; first, once more, the one of which nobody knows whether it was saved."""
    if unsure:
        _send(uuid.UUID(unsure))
    while True:
        _send(uuid.uuid4())


def save_on_whatever_happens() -> None:
    """Send page after page, each until it is acknowledged, while the database comes and goes."""
    while True:
        draft = uuid.uuid4()
        while not _tried(draft):
            # As a web server does: the next request opens a connection of its own.
            connections.close_all()


def _tried(draft: uuid.UUID) -> bool:
    try:
        return _sent(draft)
    except (InterfaceError, DatabaseError):
        return False


def _send(draft: uuid.UUID) -> None:
    assert _sent(draft)


def _sent(draft: uuid.UUID) -> bool:
    """Keep a draft and send a page, and tell whether both were acknowledged."""
    browser, village = _desk()
    half = uuid.uuid4()
    # Said before each try: where nobody listens any more, the sender ends.
    say(SENT, draft.hex)
    if browser.post(reverse("draft_keep"), page(village, half)).status_code != 204:
        return False
    say(KEPT, half.hex)
    if browser.post(reverse("household_new"), page(village, draft)).status_code != 302:
        return False
    say(SAVED, draft.hex)
    return True


def unsure(said: Sequence[str]) -> str:
    """Return the page that was on its way when its sender was killed; empty where there is none."""
    last = [one for one in said if not one.startswith(KEPT)][-1]
    return last.removeprefix(SENT).strip() if last.startswith(SENT) else ""


def check_whole(installation: Installation, said: Sequence[str]) -> int:
    """Fail where what was acknowledged is lost, half there or there twice; return how much it was."""
    told = [tuple(one.split(" ")) for one in said]
    sent, saved, kept = ({row for what, row in told if what == one} for one in (SENT, SAVED, KEPT))
    installation.check()
    homes = sorted(installation.column(f"SELECT id FROM register_household WHERE {BY_HAND}"))
    # A household has the id that came with its page, so that none can be there under two.
    assert saved <= set(homes) <= sent
    assert kept <= set(installation.column("SELECT id FROM register_draft"))
    belongs = f"SELECT household_id FROM register_membership WHERE {BY_HAND}"
    assert Counter(installation.column(belongs)) == dict.fromkeys(homes, MEMBERS)
    people = sorted(installation.column(f"SELECT id FROM register_person WHERE {BY_HAND}"))
    assert len(people) == MEMBERS * len(homes)
    # Each member is somebody, with a key that opens them, and has answered.
    who = f"SELECT id FROM register_person JOIN register_identity ON id = person_id WHERE {BY_HAND}"
    assert sorted(installation.column(who)) == people
    assert set(people) <= set(installation.column("SELECT subject FROM keystore_datakey", keystore=True))
    answered = f"SELECT person_id FROM register_record WHERE person_id IS NOT NULL AND {BY_HAND}"
    assert sorted(installation.column(answered)) == people
    noted = "SELECT subject_id FROM audit_event WHERE subject = 'household' AND verb = 'create' AND allowed"
    assert sorted(installation.column(noted)) == homes
    return len(saved) + len(kept)
