"""`forewatch serve` on PostgreSQL: pages reach it by a role that owns nothing, or it does not start."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from forewatch.commands.keys import demonstration
from forewatch.commands.tests.test_locking import SERVE, environ, family, free_port, until, well

pytestmark = pytest.mark.postgresql
URL = os.environ.get("FOREWATCH_TEST_DATABASE_URL", "")
OWNER, PAGES = "serving_owner", "serving_pages"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the environment of an installation whose databases an ordinary role owns."""
    name = f"serving_{secrets.token_hex(4)}"
    with psycopg.connect(f"{URL.rsplit('/', 1)[0]}/postgres", autocommit=True) as server:
        for role in (OWNER, PAGES):
            with suppress(psycopg.errors.DuplicateObject):
                server.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'made up'")
        for one in (name, f"{name}_keys"):
            server.execute(f"CREATE DATABASE {one} OWNER {OWNER}")
    home = re.sub(r"//[^@]*@", f"//{OWNER}:made%20up@", URL.rsplit("/", 1)[0])
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)}
    yield (
        plain
        | demonstration(tmp_path_factory.mktemp("installation"))
        | {
            "DATABASE_URL": f"{home}/{name}",
            "FOREWATCH_KEYSTORE_URL": f"{home}/{name}_keys",
            "FOREWATCH_PAGES_ROLE": PAGES,
            "FOREWATCH_PAGES_PASSWORD": "made up",
            "FOREWATCH_RESCORE_AT": "never",
        }
    )
    with psycopg.connect(f"{URL.rsplit('/', 1)[0]}/postgres", autocommit=True) as server:
        for one in (name, f"{name}_keys"):
            server.execute(f"DROP DATABASE {one} WITH (FORCE)")


def refused(said: dict[str, str]) -> str:
    done = subprocess.run([*SERVE, str(free_port())], env=said, capture_output=True, text=True, timeout=120)
    assert done.returncode, done.stderr
    return done.stderr


def test_pages_are_served_by_a_role_that_owns_nothing(installation: dict[str, str]) -> None:
    port = free_port()
    server = subprocess.Popen([*SERVE, str(port)], env=installation)
    try:
        until(lambda: well(port), 120)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=20) as page:
            assert page.status == 200
        web = [one for one in family(server.pid) if f"//{PAGES}:made%20up@".encode() in environ(one)]
        assert web
        for one in web:
            said = environ(one)
            assert OWNER.encode() not in said
            assert b"FOREWATCH_PAGES_PASSWORD" not in said
        assert readers(installation) >= {PAGES}
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


def readers(said: dict[str, str]) -> set[str]:
    """Return who is connected with the database."""
    time.sleep(0.5)
    with psycopg.connect(f"{URL.rsplit('/', 1)[0]}/postgres") as server:
        name = said["DATABASE_URL"].rsplit("/", 1)[1]
        rows = server.execute("SELECT usename FROM pg_stat_activity WHERE datname = %s", [name])
        return {name for (name,) in rows}


def test_without_such_a_role_it_does_not_start(installation: dict[str, str]) -> None:
    assert "FOREWATCH_PAGES_ROLE is not set" in refused(installation | {"FOREWATCH_PAGES_ROLE": ""})


def test_with_the_owner_as_that_role_it_does_not_start(installation: dict[str, str]) -> None:
    assert "owns tables" in refused(installation | {"FOREWATCH_PAGES_ROLE": OWNER})


def test_with_a_role_that_is_not_there_it_says_how_to_make_it(installation: dict[str, str]) -> None:
    said = refused(installation | {"FOREWATCH_PAGES_ROLE": "nobody_made_it"})
    assert "CREATE ROLE nobody_made_it" in said
