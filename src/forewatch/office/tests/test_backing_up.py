"""The page of backups: what it asks for, what it tells, and that its button makes files that come back."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.environment import RECIPIENTS
from forewatch.config.tests.cast import Cast
from forewatch.config.today import needs
from forewatch.office import backing_up
from forewatch.storage import archive
from forewatch.storage.backups import Kind

SignIn = Callable[[User], Client]


@pytest.fixture
def disks(settings, tmp_path: Path) -> tuple[Path, Path]:
    """Have two disks and a key, and a data folder of its own."""
    data, keys, here = (tmp_path / name for name in ("data", "keys", "here"))
    for folder in (data, keys, here):
        folder.mkdir()
    settings.BACKUP_INTO, settings.BACKUP_KEYS_INTO, settings.DATA_DIR = data, keys, here
    settings.BACKUP_RECIPIENTS = {kind: archive.new_key()[1] for kind in Kind}
    return data, keys


def page_of(client: Client) -> str:
    return client.get("/backups/").content.decode()


def test_without_disks_the_page_says_what_to_set(cast: Cast, sign_in: SignIn, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    client = sign_in(cast[Role.ADMINISTRATOR])
    page = page_of(client)
    for name in ("FOREWATCH_BACKUP_INTO", "FOREWATCH_BACKUP_KEYS_INTO", *RECIPIENTS.values()):
        assert name in page
    assert "Back up now" not in page
    refused = client.post("/backups/")
    assert refused.status_code == 400
    assert "has no disks for backups yet" in refused.content.decode()
    assert not backing_up.known().waiting


@pytest.mark.django_db(transaction=True)
def test_the_button_has_a_backup_made(cast: Cast, sign_in: SignIn, disks: tuple[Path, Path]) -> None:
    client = sign_in(cast[Role.ADMINISTRATOR])
    assert "There is no backup on this disk yet." in page_of(client)
    assert client.post("/backups/").status_code == 302
    assert "A backup is being made. Leave the disks in." in page_of(client)
    asked = Event.objects.get(subject="backup")
    assert (asked.verb, asked.data_class, asked.purpose) == ("create", "system", "support")
    backing_up.back_up()
    page = page_of(client)
    assert [len(list(one.glob("*.age"))) for one in disks] == [1, 1]
    assert next(disks[0].iterdir()).name in page
    assert "being made" not in page


def test_a_disk_that_is_not_in_is_told(cast: Cast, sign_in: SignIn, disks: tuple[Path, Path]) -> None:
    disks[1].rmdir()
    backing_up.back_up()
    page = page_of(sign_in(cast[Role.ADMINISTRATOR]))
    assert "The last backup was not made." in page
    assert f"There is no folder {disks[1]}." in page
    assert list(disks[0].iterdir()) == []


def test_a_backup_that_was_cut_off_is_asked_for_again(cast: Cast, disks: tuple[Path, Path], settings) -> None:
    backing_up._say(state="waiting")
    assert backing_up.known().waiting
    before = timezone.now() - backing_up.CUT_OFF - timedelta(minutes=1)
    os.utime(settings.DATA_DIR / "backup.json", (before.timestamp(), before.timestamp()))
    assert not backing_up.known().waiting
    assert "It is time for a backup" in [one.what for one in needs(cast.actor(Role.ADMINISTRATOR))]


def test_a_disk_that_fails_takes_no_page_down(cast: Cast, disks: tuple[Path, Path], monkeypatch) -> None:
    def broken(*_said: object) -> None:
        raise OSError("Input/output error")

    monkeypatch.setattr(backing_up.backups, "made", broken)
    assert backing_up.known().made == []
    assert needs(cast.actor(Role.ADMINISTRATOR))


def test_the_first_page_asks_for_a_backup_after_a_week(cast: Cast, disks: tuple[Path, Path]) -> None:
    def asked() -> list[str]:
        return [one.why for one in needs(cast.actor(Role.ADMINISTRATOR)) if "backup" in one.what]

    assert asked() == ["There is none yet on the disk for backups."]
    file = disks[0] / f"forewatch-test-1-{timezone.now() - timedelta(days=6):%Y%m%d-%H%M%S}.data.age"
    file.touch()
    assert asked() == []
    os.rename(
        file, disks[0] / f"forewatch-test-1-{timezone.now() - timedelta(days=8):%Y%m%d-%H%M%S}.data.age"
    )
    assert len(asked()) == 1


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_nobody_else_sees_or_makes_backups(cast: Cast, sign_in: SignIn, disks, role: Role) -> None:
    client = sign_in(cast[role])
    assert client.get("/backups/").status_code in (403, 404)
    assert client.post("/backups/").status_code in (403, 404)
    assert not backing_up.known().waiting
    assert not [one for one in needs(cast.actor(role)) if "backup" in one.what]


def test_an_outsider_is_sent_to_sign_in_or_refused(cast: Cast, sign_in: SignIn, disks) -> None:
    assert Client().get("/backups/").status_code == 302
    assert sign_in(cast.outsider).get("/backups/").status_code in (403, 404)
