"""An importer killed at any point leaves nothing of its batch, or all of it; begun again, it ends well."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from forewatch.config.tests.assurance import Assured, Often
from forewatch.intake.rules import State
from forewatch.register.tests.test_surviving import ENVIRONMENT

pytestmark = pytest.mark.sqlite

ROWS = 2_000
PREPARING = f"""
import django
django.setup()
from datetime import date
from django.core.files.base import ContentFile
from django.core.management import call_command
for alias in ("default", "keystore"):
    call_command("migrate", verbosity=0, database=alias)
from forewatch.access.actors import actor_for
from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.config.tests.cast import make_user
from forewatch.intake.actions import receive
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.models import Source
centre = Organisation.objects.create(code="centre", name="Centre")
path, parent = "", None
for level, code in enumerate(("XA", "XA10", "XA1001", "XA100101", "XA10010101")):
    path += code + "/"
    parent = Area.objects.create(
        code=code, level=level, path=path, parent=parent, name="Reach", valid_on=date(2000, 1, 1)
    )
source = Source.objects.create(code="school", name="School", kind="register", agency=centre)
file = ContentFile(csv_of([pupil(serial) for serial in range({ROWS})]))
analyst = actor_for(make_user("analyst", centre, Role.ANALYST, "XA10"))
day = date(2025, 10, 1)
receive(by=analyst, file=file, name="pupils.csv", size=file.size, source=source, observed_on=day)
"""
WORKING = """
import django
django.setup()
from forewatch.intake import jobs
from forewatch.intake.models import Upload
upload = Upload.objects.get()
print("ready", flush=True)
jobs.work(upload.id)
"""


def run(folder: Path, script: str, seconds: float | None = None) -> bool:
    """Run a script on the data of a folder, perhaps killing it in the middle; tell whether it ended."""
    environment = ENVIRONMENT | {"FOREWATCH_DATA_DIR": str(folder)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if seconds is not None:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
    if seconds is None:
        assert process.returncode == 0
    return process.returncode == 0


def ask(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "forewatch.sqlite3")) as database:
        return database.execute(query).fetchall()


def moments(finer: int) -> Iterator[float]:
    """Yield when to kill: ever later, so that some kills hit each part of the work and one comes too late."""
    seconds = 0.02
    while True:
        yield seconds
        seconds += (seconds * 0.6 + 0.03) / finer


def written(folder: Path) -> tuple[int, ...]:
    tables = ("register_person", "register_record", "register_identity", "register_identitykey")
    return tuple(int(str(ask(folder, f"SELECT count(*) FROM {one}")[0][0])) for one in tables)


@pytest.mark.parametrize("checked_first", [True, False], ids=["writing", "reading"])
def test_an_importer_killed_at_any_point_leaves_nothing_or_the_whole_batch(
    tmp_path: Path, checked_first: bool, assured: Assured, often: Often
) -> None:
    (tmp_path / "uploads").mkdir()
    run(tmp_path, PREPARING)
    before, after = (State.COMMITTING, State.IN) if checked_first else (State.READING, State.CHECKED)
    if checked_first:
        run(tmp_path, WORKING)
        with closing(sqlite3.connect(tmp_path / "forewatch.sqlite3")) as database, database:
            database.execute("UPDATE intake_upload SET state = ?", (before,))
    # Somebody is found again by number, by name with birth, and by what the source calls them: three keys.
    whole = (ROWS, ROWS, ROWS, 3 * ROWS) if after == State.IN else (0,) * 4
    kills = 0
    for seconds in moments(often(1, 20)):
        ended = run(tmp_path, WORKING, seconds)
        state = ask(tmp_path, "SELECT state FROM intake_upload")[0][0]
        assert written(tmp_path) == (whole if state == after else (0,) * 4)
        assert ask(tmp_path, "PRAGMA integrity_check") == [("ok",)]
        if state == after:
            break
        # Reading ends in a state of its own before the rows are checked.
        assert state in {before, State.CHECKING}
        assert not ended
        kills += 1
    assert kills >= 3
    ready = ask(tmp_path, "SELECT ready, rejected, people FROM intake_upload")
    assert ready == [(ROWS, 0, ROWS)]
    assured("kill import", kills)
