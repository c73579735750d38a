"""A disk that fills up at any moment of a save: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connections
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.verification import verify
from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.models import Household, Identity, Membership, Person, Record
from forewatch.register.tests.building import page
from forewatch.ui.middleware import as_problem
from forewatch.ui.problems import Full

MOMENTS, LONG = 24, 200
ENOUGH = 1_000_000
MEMBERS = 3


def pages(alias: str, most: int | None = None) -> int:
    """Return how many pages a database has, or let it have so many at most."""
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA page_count" if most is None else f"PRAGMA max_page_count = {most}")
        return int(cursor.fetchone()[0])


@contextmanager
def room_for(more: int, alias: str) -> Iterator[None]:
    """Let a database grow by so many pages and no more, as a disk does that is nearly full."""
    pages(alias, pages(alias) + more)
    try:
        yield
    finally:
        pages(alias, ENOUGH)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("alias", "room"), [("default", 8), ("keystore", 1)])
def test_whatever_was_acknowledged_is_there_once(
    cast: Cast,
    areas: dict[str, Area],
    sign_in: Callable[[User], Client],
    assured: Assured,
    often: Often,
    alias: str,
    room: int,
) -> None:
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    with connections[alias].cursor() as cursor:
        # No pages that an earlier test left empty.
        cursor.execute("VACUUM")
    refused = lost_or_doubled = 0
    moments = often(MOMENTS, LONG)
    for moment in range(moments):
        sent = page(areas[VILLAGE], uuid.uuid4(), MEMBERS)
        with room_for(moment % room, alias):
            answer = client.post(reverse("household_new"), sent)
            health = client.get("/health")
        assert health.status_code == (503 if answer.status_code == 507 else 200)
        if answer.status_code != 302:
            refused += 1
            assert answer.status_code == 507
            assert "disk of the server is full" in answer.content.decode()
            # Room again: the very same page is sent once more.
            assert health.json() == {"status": "the disk is full, nothing can be saved"}
            assert client.post(reverse("household_new"), sent).status_code == 302
            assert client.get("/health").json() == {"status": "well"}
        homes = moment + 1
        there = [one.objects.count() for one in (Household, Person, Identity, Membership, Record)]
        # Each member answers, and so does the household.
        lost_or_doubled += there != [homes, *[homes * MEMBERS] * 3, homes * (MEMBERS + 1)]
    assert 0 < refused < moments, "the disk never filled up, or was never large enough"
    assured("disk full", moments, lost_or_doubled)
    assert lost_or_doubled == 0
    assert verify().breach is None


@pytest.mark.parametrize(
    ("kind", "why"),
    [(OperationalError, "No space left on device"), (InternalError, "Disk quota exceeded")],
)
def test_what_postgresql_says_of_a_full_disk_is_understood(kind: type[DatabaseError], why: str) -> None:
    assert isinstance(as_problem(kind(f'could not extend file "base/1/2": {why}')), Full)
