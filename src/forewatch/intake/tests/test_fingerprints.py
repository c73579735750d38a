"""The very same file is known again, and whoever holds the database and guesses a file confirms nothing."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from forewatch.config.tests.cast import Cast
from forewatch.config.tests.locking import Keys, keys
from forewatch.intake import actions, jobs
from forewatch.intake.fingerprints import key_plain_ones
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.register.models import Person

__all__ = ("keys",)
FILE = csv_of([pupil(1), pupil(2)])
PLAIN = hashlib.sha256(FILE).hexdigest()


@pytest.fixture
def agency(cast: Cast) -> Agency:
    return Agency(cast)


def kept() -> str:
    """Return every value of every column of what intake and register keep."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in ("intake", "register", "audit"):
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                found += [one for row in cursor.fetchall() for one in row]
    return " ".join(bytes(one).hex() if isinstance(one, (bytes, memoryview)) else str(one) for one in found)


def handed_in(agency: Agency) -> tuple[Upload, bool]:
    return actions.receive(
        by=agency.by(), file=ContentFile(FILE), name="pupils.csv", size=len(FILE), source=agency.source,
        observed_on=date(2025, 10, 1),
    )  # fmt: skip


def test_a_guess_at_a_whole_file_finds_nothing_in_the_database(agency: Agency) -> None:
    agency.bring(FILE)
    said = kept()
    assert "pupils.csv" in said
    assert PLAIN[:16] not in said
    for key in (b"", b"a made-up key of whoever holds the database"):
        for guess in (PLAIN.encode(), FILE):
            assert hmac.new(key, guess, "sha256").hexdigest()[:16] not in said


def test_the_very_same_file_is_known_by_its_key(agency: Agency, settings: Any) -> None:
    first = agency.upload(FILE)
    assert handed_in(agency) == (first, False)
    settings.LOOKUP_KEY = b"k" * 32
    second, new = handed_in(agency)
    assert new
    assert second.fingerprint not in ("", first.fingerprint)


def test_what_earlier_versions_kept_plain_is_keyed_without_the_file(agency: Agency) -> None:
    first, other = agency.upload(FILE), agency.upload(csv_of([pupil(3)]))
    Upload.objects.filter(pk=first.pk).update(fingerprint=PLAIN)
    assert (key_plain_ones(), key_plain_ones()) == (1, 0)
    assert PLAIN not in kept()
    assert handed_in(agency) == (first, False)
    assert Upload.objects.get(pk=other.pk).fingerprint == other.fingerprint


def test_a_file_that_came_while_locked_is_known_once_it_was_read(agency: Agency, keys: Keys) -> None:
    keys.drop()
    first, _new = handed_in(agency)
    second, new = handed_in(agency)
    assert new, "without a key nobody can tell"
    assert (first.fingerprint, second.fingerprint) == ("", "")
    assert PLAIN not in kept()
    keys.come_back()
    for one in (first, second):
        jobs.work(one.pk)
    known = Upload.objects.get(pk=first.pk)
    assert (known.state, len(known.fingerprint)) == (State.CHECKED, 32)
    assert handed_in(agency) == (second, False)
    for one in (first, second):
        agency.commit(Upload.objects.get(pk=one.pk))
    # In twice it says nothing twice.
    assert Person.objects.count() == 2
    assert Upload.objects.get(pk=second.pk).written == 0


def test_a_start_with_the_keys_keys_what_is_plain_and_a_locked_one_leaves_it(
    agency: Agency, keys: Keys, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    from forewatch.commands import serving

    settings.DATA_DIR = tmp_path
    for name in ("open_database", "lock_pages_out"):
        monkeypatch.setattr(serving, name, lambda: None)
    monkeypatch.setattr("django.core.management.call_command", lambda *_said, **_more: None)
    first, _new = handed_in(agency)
    Upload.objects.filter(pk=first.pk).update(fingerprint=PLAIN)
    keys.drop()
    serving.prepare()
    assert Upload.objects.get(pk=first.pk).fingerprint == PLAIN
    keys.come_back()
    serving.prepare()
    assert Upload.objects.get(pk=first.pk).fingerprint == first.fingerprint != PLAIN
