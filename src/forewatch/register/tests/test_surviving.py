"""An acknowledged save survives kill -9: whatever the killed process had answered is there, and whole."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forewatch.config.tests.assurance import Assured, Often

pytestmark = pytest.mark.sqlite

SAVING = """
import os, sys, tempfile
os.environ["FOREWATCH_DATA_DIR"] = sys.argv[1]
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
for alias in ("default", "keystore"):
    call_command("migrate", verbosity=0, database=alias)
from datetime import date
from forewatch.access.actors import actor_for
from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.config.tests.cast import make_user
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member
from forewatch.register.actions.drafts import keep_draft
centre, _ = Organisation.objects.get_or_create(code="centre", defaults={"name": "Centre"})
area = Area.objects.filter(code="XA10").first() or Area.objects.create(
    code="XA10", level=1, path="XA10/", name="Reach", valid_on=date(2000, 1, 1)
)
from forewatch.access.models import User
user = User.objects.first() or make_user("lead", centre, Role.PROVINCIAL_LEAD, "XA10")
def save():
    actor = actor_for(user)
    home = household(actor, area, *(member(f"Name {n}", answers={"papers": "none"}) for n in range(6)))
    print("household", home.pk.hex, flush=True)
    print("draft", keep_draft(by=actor, typed={"m0-given": ["Half"]}).pk.hex, flush=True)
print("ready", flush=True)
"""
"""Make a program ready that saves one household and one draft at a time, and says so."""
FOR_EVER = "while True: save()"
ROUNDS, LONG, DELAYS = 4, 200, 11
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "forewatch.config.settings",
    "SECRET_KEY": "only for tests " * 5,
    "FOREWATCH_SEAL_KEY": "c2VhbHMgbm90aGluZyBidXQgbWFkZS11cCBwZW9wbGU=",
    "FOREWATCH_LOOKUP_KEY": "c2VhbHMgbm90aGluZyBidXQgbWFkZS11cCBwZW9wbGU=",
    "FOREWATCH_NODE": "test-1",
    "ALLOWED_HOSTS": "localhost",
    "FOREWATCH_DEMO": "1",
    "DATABASE_URL": "",
    "FOREWATCH_KEYSTORE_URL": "",
}


def killed_after(folder: Path, seconds: float) -> list[tuple[str, str]]:
    """Save without pause, be killed after so many seconds, and return what had been acknowledged."""
    command = [sys.executable, "-c", SAVING + FOR_EVER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | ENVIRONMENT) as saving:
        assert saving.stdout is not None
        assert saving.stdout.readline() == "ready\n"
        time.sleep(seconds)
        saving.send_signal(signal.SIGKILL)
        said = saving.stdout.read().splitlines()
    # The last line may have been cut by the kill; what was not said whole was not acknowledged.
    return [(what, row) for what, _, row in (one.partition(" ") for one in said) if len(row) == 32]


def test_what_was_acknowledged_is_there_and_whole_after_every_kill(
    tmp_path: Path, assured: Assured, often: Often
) -> None:
    told: list[tuple[str, str]] = []
    rounds = often(ROUNDS, LONG)
    for turn in range(rounds):
        told += killed_after(tmp_path, 0.4 + 0.173 * (turn % DELAYS))
    assert len(told) > rounds
    with sqlite3.connect(tmp_path / "forewatch.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

        def column(query: str) -> list[object]:
            return [row[0] for row in database.execute(query)]

        saved = {row for what, row in told if what == "household"}
        assert saved <= set(column("SELECT id FROM register_household"))
        kept = {row for what, row in told if what == "draft"}
        assert kept <= set(column("SELECT id FROM register_draft"))
        # Nothing half: each household has all six, each member what was said, and there is an audit row.
        members = column("SELECT count(*) FROM register_membership GROUP BY household_id")
        assert set(members) == {6}
        people = len(column("SELECT id FROM register_person"))
        assert people == len(column("SELECT person_id FROM register_identity"))
        assert people == len(column("SELECT id FROM register_record"))
        households = column("SELECT id FROM register_household")
        assert len(households) * 6 == people
        assert set(households) == set(column("SELECT subject_id FROM audit_event"))
    assured("kill", len(told))
