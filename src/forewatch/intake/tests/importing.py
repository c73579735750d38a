"""Files of an agency on their way into the register: the deeds that tests kill."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError

from forewatch.access.actors import actor_for
from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, make_areas, make_user
from forewatch.config.tests.forking import say
from forewatch.intake import jobs
from forewatch.intake.actions import receive
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.register.models import Source
from forewatch.ui.middleware import as_problem
from forewatch.ui.problems import Full

ROWS = 400


def prepare() -> None:
    """Take in two files: one shows how long the work takes, one is for the kills."""
    make_areas()
    centre = Organisation.objects.create(code="centre", name="Centre")
    take_in(centre, range(ROWS), range(ROWS, 2 * ROWS))


def take_in(centre: Organisation, *files: Iterable[int]) -> None:
    """Take in files of pupils with these serial numbers, and say their ids."""
    source = Source.objects.create(code="school", name="School", kind="register", agency=centre)
    analyst = actor_for(make_user("analyst", centre, Role.ANALYST, PROVINCE))
    for serials in files:
        file = ContentFile(csv_of([pupil(serial) for serial in serials]))
        upload, _new = receive(
            by=analyst, file=file, name="pupils.csv", size=file.size, source=source,
            observed_on=date(2025, 10, 1),
        )  # fmt: skip
        say(upload.pk.hex)


def work(upload: str) -> None:
    """Do what the state of a file asks for."""
    jobs.work(uuid.UUID(upload))


def work_until_full(upload: str) -> None:
    """Work on a file for which there is no room, and be told so in words."""
    with pytest.raises(DatabaseError) as caught:
        work(upload)
    assert isinstance(as_problem(caught.value), Full)


def let_in(upload: str) -> None:
    """Agree to a file, as a colleague does."""
    Upload.objects.filter(pk=upload, state=State.CHECKED).update(state=State.COMMITTING)
