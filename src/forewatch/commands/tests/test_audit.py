"""`forewatch audit verify` needs no key, changes nothing, and says by its exit status what it found."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from forewatch.commands.keys import demonstration

RECORD = """
from forewatch.commands.serving import open_database
open_database()
from django.db import transaction
from django.utils import timezone
from forewatch.audit.actions import record
with transaction.atomic():
    for number in range(5):
        record(at=timezone.now(), verb="read", data_class="identity")
"""

ACCOUNT = (
    RECORD
    + """
from forewatch.access.models import Organisation, User
agency = Organisation.objects.create(code="made-up", name="Made-up")
User.objects.create(username="made-up", organisation=agency)
"""
)


def plain() -> dict[str, str]:
    """Return an environment that knows nothing of an installation."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}


def forewatch(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "forewatch.cli", *words]
    return subprocess.run(command, env=plain() | environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation")
    ours = demonstration(folder)
    subprocess.run([sys.executable, "-c", RECORD], env=plain() | ours, check=True)
    assert forewatch("audit", "sign", **ours).returncode == 0
    return folder


def verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return forewatch("audit", "verify", "--data-dir", str(folder), *more)


def test_a_whole_trail_a_changed_one_and_none(installation: Path, tmp_path: Path) -> None:
    said = verify(installation)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "6 events, all as they were written, and as the signed heads say (1).\n"
    file = installation / "forewatch.sqlite3"
    with sqlite3.connect(file) as broken:
        broken.execute("DROP TRIGGER audit_event_no_UPDATE")
        third = "(SELECT event_id FROM audit_link WHERE number = 3)"
        broken.execute(f"UPDATE audit_event SET role = 'x' WHERE id = {third}")
    said = verify(installation)
    assert (said.returncode, said.stdout) == (4, "")
    assert said.stderr.startswith("Event no. 3 of ")
    for nowhere in (verify(tmp_path), verify(installation, "--heads", str(tmp_path / "none"))):
        assert nowhere.returncode == 2
        assert "There is no" in nowhere.stderr


def test_a_trail_that_was_taken_away_whole_is_missed_where_there_are_accounts(tmp_path: Path) -> None:
    ours = demonstration(tmp_path)
    subprocess.run([sys.executable, "-c", ACCOUNT], env=plain() | ours, check=True)
    assert verify(tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "forewatch.sqlite3") as broken:
        for (name,) in broken.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            broken.execute(f"DROP TRIGGER {name}")
        broken.execute("DELETE FROM audit_link")
        broken.execute("DELETE FROM audit_event")
    for one in (*tmp_path.glob("audit-heads/*"), *tmp_path.glob("audit-*.key")):
        one.unlink()
    said = verify(tmp_path)
    assert (said.returncode, said.stdout) == (4, "")
    assert said.stderr == (
        "There are accounts, and no event tells who made them: the whole trail was taken away.\n"
    )


def test_what_the_supervisor_starts_each_hour_is_a_command_that_is_there() -> None:
    assert forewatch("audit", "sign", "--help").returncode == 0
    assert forewatch("audit").returncode == 2


def test_heads_of_any_of_several_folders_show_that_the_end_was_cut_off(tmp_path: Path) -> None:
    one, two, lost = tmp_path / "one", tmp_path / "two", tmp_path / "lost"
    lost.write_text("a file stands where the folder should be")
    folder = tmp_path / "data"
    ours = demonstration(folder) | {"FOREWATCH_AUDIT_HEADS": os.pathsep.join(map(str, (one, lost, two)))}
    subprocess.run([sys.executable, "-c", RECORD], env=plain() | ours, check=True)
    said = forewatch("audit", "sign", "--quiet", **ours)
    assert (said.returncode, said.stdout) == (1, "")
    assert f"cannot be written into {lost}" in said.stderr
    assert said.stderr.strip().endswith("the other folders have them.")
    whole = forewatch("audit", "verify", **ours)
    assert f"as the signed heads say (1). None was found in {lost}.\n" in whole.stdout
    (head,) = one.glob("audit-heads-*")
    head.unlink()
    with sqlite3.connect(folder / "forewatch.sqlite3") as broken:
        for table in ("audit_event", "audit_link"):
            broken.execute(f"DROP TRIGGER {table}_no_DELETE")
        last = "(SELECT event_id FROM audit_link WHERE number = 6)"
        broken.execute(f"DELETE FROM audit_event WHERE id = {last}")
        broken.execute("DELETE FROM audit_link WHERE number = 6")
    cut = forewatch("audit", "verify", **ours)
    assert (cut.returncode, "the newest events were cut off" in cut.stderr) == (4, True)
    for found in two.glob("audit-heads-*"):
        assert verify(folder, "--heads", str(found)).returncode == 4
    gone = forewatch("audit", "verify", **ours | {"FOREWATCH_AUDIT_HEADS": str(one)})
    assert (gone.returncode, "heads were taken away" in gone.stderr) == (4, True)
