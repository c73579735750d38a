"""Whoever watches the server hears whether it is well, before a full disk stops it, and nothing else."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator

import pytest
from django.test import Client

from forewatch.intake.actions import LEAST_FREE
from forewatch.ui import room

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def _room() -> Iterator[None]:
    """Begin and end with nobody refused."""
    room.note_saved()
    yield
    room.note_saved()


@pytest.mark.django_db
def test_it_is_not_well_while_the_disk_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, status in ((LEAST_FREE, 200), (LEAST_FREE - 1, 503), (0, 503), (LEAST_FREE, 200)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, free=free: Usage(10 * LEAST_FREE, 0, free))
        answer = Client().get("/health")
        said = "well" if status == 200 else "the disk is nearly full"
        assert (answer.status_code, answer.json()) == (status, {"status": said})


@pytest.mark.django_db
def test_whoever_was_refused_for_want_of_room_is_forgotten_when_nobody_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk of a database elsewhere may have room again, and nobody be at work."""
    now = 1_000.0
    monkeypatch.setattr(room, "monotonic", lambda: now)
    room.note_refused()
    for later, status in ((0.0, 503), (room.REMEMBERED - 1, 503), (room.REMEMBERED, 200)):
        now = 1_000.0 + later
        assert Client().get("/health").status_code == status
