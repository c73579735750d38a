"""An acknowledged save survives kill -9 of a process of PostgreSQL, which takes all connections with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from forewatch.config.tests.assurance import Assured, Often
from forewatch.register.tests.test_surviving import ENVIRONMENT, SAVING

pytestmark = pytest.mark.postgresql
WITH_POSTGRES = Path(__file__).parents[4] / "tools" / "with-postgres"
# As a web server does: the next request opens a connection of its own.
GOING_ON = """
from django.db import InterfaceError, OperationalError, connections
while True:
    try:
        save()
    except (InterfaceError, OperationalError):
        connections.close_all()
"""
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'forewatch%' AND pid <> pg_backend_pid()"
ROUNDS, LONG, DELAYS = 6, 200, 11
Server = tuple[str, str]


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield the addresses of database and keystore on a PostgreSQL that is of this test alone."""
    command = [str(WITH_POSTGRES), "sh", "-c", 'echo "$FOREWATCH_TEST_DATABASE_URL"; cat']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        try:
            with closing(psycopg.connect(_postgres(address), autocommit=True)) as database:
                database.execute("CREATE DATABASE forewatch")
                database.execute('CREATE DATABASE "forewatch-keystore"')
            yield address, f"{address}-keystore"
        finally:
            running.stdin.close()


def _postgres(address: str) -> str:
    return address.rsplit("/", 1)[0] + "/postgres"


def again(address: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection, as soon as the server takes one again."""
    end = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < end, "PostgreSQL did not come back"
            time.sleep(0.02)


def kill_one(address: str) -> None:
    """Kill a process of PostgreSQL that works for us: the server ends all others and recovers."""
    with closing(again(_postgres(address))) as database:
        while not (found := database.execute(BACKENDS).fetchone()):
            time.sleep(0.01)
    os.kill(int(str(found[0])), signal.SIGKILL)


def test_what_was_acknowledged_is_there_and_whole_after_every_kill_of_the_database(
    server: Server, tmp_path: Path, assured: Assured, often: Often
) -> None:
    address, keystore = server
    ours = {"DATABASE_URL": address, "FOREWATCH_KEYSTORE_URL": keystore}
    command = [sys.executable, "-c", SAVING + GOING_ON, str(tmp_path)]
    rounds = often(ROUNDS, LONG)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | ENVIRONMENT | ours
    ) as saving:
        assert saving.stdout is not None
        assert saving.stdout.readline() == "ready\n"
        for turn in range(rounds):
            time.sleep(0.3 + 0.073 * (turn % DELAYS))
            kill_one(address)
        saving.terminate()
        said = [one.split(" ") for one in saving.stdout.read().splitlines()]
    told = [(what, row) for what, row in said if len(row) == 32]
    assert len(told) > rounds

    with closing(again(address)) as database:

        def column(query: str) -> list[str]:
            return [str(row[0]).replace("-", "") for row in database.execute(query)]  # type: ignore[call-overload]

        households = column("SELECT id FROM register_household")
        assert {row for what, row in told if what == "household"} <= set(households)
        assert {row for what, row in told if what == "draft"} <= set(column("SELECT id FROM register_draft"))
        # Nothing half and nothing twice: each household has all six, each member what was said of them.
        assert set(column("SELECT count(*) FROM register_membership GROUP BY household_id")) == {"6"}
        people = column("SELECT id FROM register_person")
        assert len(people) == 6 * len(households)
        assert len(column("SELECT person_id FROM register_identity")) == len(people)
        assert len(column("SELECT id FROM register_record")) == len(people)
        assert set(households) == set(column("SELECT subject_id FROM audit_event"))
        assert set(people) <= _keys(keystore)
    assured("kill", len(told))


def _keys(keystore: str) -> set[str]:
    """Return whose keys there are: whoever was registered opens."""
    with closing(again(keystore)) as database:
        rows = database.execute("SELECT subject FROM keystore_datakey")
        return {str(subject).replace("-", "") for (subject,) in rows}
