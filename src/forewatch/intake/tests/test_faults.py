"""A fault at any call while a file comes in leaves nothing or all of it; begun again, it ends the same."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from forewatch.audit.verification import verify
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.faults import Faults, NewRows
from forewatch.intake import actions, jobs
from forewatch.intake.models import Upload
from forewatch.intake.rules import WORKING, State
from forewatch.intake.tests.agency import Agency, csv_of, pupil

PUPILS = 2
REGISTER, ALL = ("register", "informing"), ("register", "informing", "intake", "audit")


def content(turn: int) -> bytes:
    """Return a file of pupils whom no other file has."""
    serials = range(turn * PUPILS, (turn + 1) * PUPILS)
    return csv_of([pupil(one, ชื่อ=f"เด็ก{one:06}") for one in serials])


def bring(agency: Agency, file: bytes) -> None:
    """Do what is left to do until a file is in, as people do who begin again."""
    upload, _new = actions.receive(
        by=agency.by(), file=ContentFile(file), name="pupils.csv", size=len(file), source=agency.source,
        observed_on=date(2025, 10, 1),
    )  # fmt: skip
    while upload.state != State.IN:
        if upload.state in WORKING:
            jobs.work(upload.pk)
        elif upload.state == State.CHECKED:
            actions.hand_over(by=agency.by(), upload=upload)
        else:
            actions.approve(by=agency.approver(), upload=upload)
        upload = Upload.objects.get(pk=upload.pk)


def kept() -> Counter[tuple[str, int]]:
    """Return the files that lie beside the database, without what tells how far a job is."""
    files = Path(settings.DATA_DIR, "intake").rglob("*")
    return Counter(
        (one.name, one.stat().st_size) for one in files if one.is_file() and one.name != "progress"
    )


@pytest.mark.django_db(transaction=True)
def test_a_fault_at_any_call_of_an_import_leaves_nothing_or_all(
    agency: Agency, faults: Faults, assured: Assured
) -> None:
    # Files that another test has left are nobody's here, and would go with the first start again.
    jobs.tidy()
    # Without a fault, once before it counts: whatever a process reads only once is read.
    for turn in range(2):
        rows, before = NewRows(), kept()
        bring(agency, content(turn))
    clean, register, files = rows.hashed(ALL), rows.hashed(REGISTER), kept() - before
    assert register
    for number in count(1):
        rows, before, file = NewRows(), kept(), content(number + 1)
        with faults.at(number):
            bring(agency, file)
        assert rows.hashed(REGISTER) in ("", register), f"something half is there after call {number}"
        # The server starts again, and so does whoever brings the file.
        jobs.tidy()
        bring(agency, file)
        assert rows.hashed(ALL) == clean, f"not the same after call {number} failed"
        jobs.tidy()
        assert kept() - before == files, f"other files lie there after call {number} failed"
        if not faults.happened():
            break
    assert verify().breach is None
    assured("fault import", number - 1)
