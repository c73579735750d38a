"""Without keys rows and files are still taken in, nothing opens, and none of it is lost or read twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forewatch.access.models import User
from forewatch.access.sealing import CannotOpen, Locked
from forewatch.api.models import Submission
from forewatch.api.tests.conftest import Program, Row, rows_of
from forewatch.config.tests.locking import Keys
from forewatch.intake import jobs
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.safe import Safe
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.register.models import Person

SignIn = Callable[[User], Client]
NAME = "Zanderlyn"


@pytest.fixture
def pupils() -> list[Row]:
    return rows_of(pupil(1, ชื่อ=NAME), pupil(2))


def kept(upload: Upload) -> bytes:
    """Return every byte that lies on the disk for an upload."""
    return b"".join(one.read_bytes() for one in Safe(upload.pk).folder.glob("*"))


def test_rows_of_a_program_wait_sealed_and_go_in_once_there_are_keys(
    program: Program, pupils: list[Row], keys: Keys
) -> None:
    keys.drop()
    answer = program.send(pupils)
    assert answer.status_code == 202
    assert program.send(pupils).content == answer.content, "said again, it is the same"
    upload = Submission.objects.get().upload
    assert upload.state == State.READING
    assert NAME.encode() not in kept(upload)
    with pytest.raises(Locked):
        jobs.work(upload.pk)
    assert Upload.objects.get().state == State.READING, "it waits, whoever tried"
    keys.come_back()
    checked = program.batch(answer)
    assert (checked.state, checked.ready) == (State.CHECKED, 2)
    assert NAME.encode() not in kept(upload)
    assert [one.name for one in Safe(upload.pk).folder.glob("*held*")] == []
    assert program.agency.commit(checked).state == State.IN
    assert Person.objects.count() == 2


def test_a_file_of_whoever_is_still_signed_in_is_kept_and_they_are_told(
    program: Program, keys: Keys, sign_in: SignIn
) -> None:
    client, agency = sign_in(program.agency.analyst), program.agency
    keys.drop()
    file = SimpleUploadedFile("pupils.csv", csv_of([pupil(1, ชื่อ=NAME)]))
    said = {"file": file, "source": str(agency.source.pk), "observed_on": "2025-10-01"}
    page = client.post("/intake/upload", said, follow=True)
    assert page.status_code == 200
    assert "It is read once Forewatch is unlocked." in page.content.decode()
    upload = Upload.objects.get()
    assert NAME.encode() not in kept(upload)
    keys.come_back()
    jobs.work(upload.pk)
    assert Upload.objects.get().state == State.CHECKED


def test_a_job_that_was_cut_off_while_it_took_a_file_in_begins_again(
    program: Program, pupils: list[Row], keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.drop()
    answer = program.send(pupils)
    keys.come_back()
    with monkeypatch.context() as power:
        power.setattr(Path, "unlink", lambda *_all, **_more: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            program.batch(answer)
    assert program.batch(answer).state == State.CHECKED


def test_with_another_inbox_it_says_so_and_the_file_stays(
    program: Program, pupils: list[Row], keys: Keys
) -> None:
    keys.drop()
    answer = program.send(pupils)
    keys.come_back()
    keys.settings.INBOX_KEY = str(pyrage.x25519.Identity.generate())
    with pytest.raises(CannotOpen, match="is damaged, or was"):
        program.batch(answer)
    keys.come_back()
    assert program.batch(answer).state == State.CHECKED


def test_without_an_inbox_a_program_is_told_to_come_back(
    program: Program, pupils: list[Row], keys: Keys, settings: LazySettings
) -> None:
    keys.drop()
    settings.INBOX = ""
    answer = program.send(pupils)
    assert answer.status_code == 503
    assert "Forewatch is locked" in answer.content.decode()
    assert not Submission.objects.exists()
    assert not Upload.objects.exists()


def test_what_is_about_nobody_is_read_while_it_is_locked(program: Program, keys: Keys) -> None:
    keys.drop()
    assert program.get("indicators").status_code == 200
