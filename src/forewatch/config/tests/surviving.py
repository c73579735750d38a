"""Installations that tests kill, fill up and look at afterwards: on files or a PostgreSQL of their own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from forewatch.access import second_lock

WITH_POSTGRES = Path(__file__).parents[4] / "tools" / "with-postgres"
KEY = "c2VhbHMgbm90aGluZyBidXQgbWFkZS11cCBwZW9wbGU="
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "forewatch.config.settings",
    "SECRET_KEY": "only for tests " * 5,
    "FOREWATCH_SEAL_KEY": KEY,
    "FOREWATCH_LOOKUP_KEY": KEY,
    "FOREWATCH_NODE": "test-1",
    "ALLOWED_HOSTS": "localhost,testserver",
    "FOREWATCH_DEMO": "1",
}
PATIENCE = 30.0
BLOCK = 8192
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'forewatch%' AND pid <> pg_backend_pid()"
Row = tuple[object, ...]
T = TypeVar("T")


def _waited_for(what: Callable[[], T | None], otherwise: str) -> T:
    """Return what there is, as soon as there is something."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)
    return found


def _backends(database: psycopg.Connection[Row]) -> list[int]:
    return [int(str(one)) for (one,) in database.execute(BACKENDS)]


def _as(owner: os.stat_result) -> dict[str, Any]:
    """Return how to run a program as an owner: the server's own user, where the tests are root."""
    if os.geteuid():
        return {}
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


class Server:
    """A PostgreSQL of one test alone."""

    def __init__(self, address: str) -> None:
        self.address, self.keystore = address, f"{address}-keystore"
        self._other = address.rsplit("/", 1)[0] + "/postgres"
        with closing(self.again(self._other)) as database:
            database.execute("CREATE DATABASE forewatch")
            database.execute('CREATE DATABASE "forewatch-keystore"')
            # Nobody makes room in tables meanwhile: they grow by what is saved.
            database.execute("ALTER SYSTEM SET autovacuum = off")
            database.execute("SELECT pg_reload_conf()")
            found = database.execute("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
            self._process = int(str(found.fetchone()[0]))
        its = Path(f"/proc/{self._process}")
        self._command = (its / "cmdline").read_bytes().split(b"\0")[:-1]
        self._us = _as(its.stat())
        self._started: subprocess.Popen[bytes] | None = None

    def again(self, address: str = "") -> psycopg.Connection[Row]:
        """Return a connection, as soon as the server takes one again."""

        def connected() -> psycopg.Connection[Row] | None:
            with suppress(psycopg.OperationalError):
                return psycopg.connect(address or self._other, autocommit=True)
            return None

        return _waited_for(connected, "PostgreSQL did not come back")

    def kill_one(self) -> None:
        """Kill a process of PostgreSQL that works for us: the server ends all others and recovers."""
        with closing(self.again()) as database:
            found = _waited_for(lambda: _backends(database), "nobody works with the database any more")
        os.kill(found[0], signal.SIGKILL)

    def room(self, most: int | None) -> None:
        """Let no file of the server grow beyond so many bytes, as on a full disk; None lifts that."""
        with closing(self.again()) as database:
            working = database.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            # Those who work already, and the server itself, for whoever connects from now on.
            for process in [*(int(str(one)) for (one,) in working), self._process]:
                self._limit(process, most)

    def stop_for_want_of_room(self) -> None:
        """Leave no room, not even for the log, until the server is gone."""
        time.sleep(0.5)
        with closing(self.again()) as database, suppress(psycopg.Error):
            self.room(BLOCK)
            # Sooner than it would come to it by itself: a server that cannot note this ends.
            database.execute("CHECKPOINT")
        end = time.monotonic() + PATIENCE / 3
        while self._runs() and time.monotonic() < end:
            time.sleep(0.01)
        if self._runs():
            # It may try to recover for as long as it likes: then it ends as by a power cut.
            subprocess.run(["kill", "-QUIT", str(self._process)], check=True, **self._us)
        _waited_for(lambda: not self._runs(), "the server goes on")

    def _runs(self) -> bool:
        # Of one that nobody has taken leave of, the number stays, but not its program.
        return Path(f"/proc/{self._process}/exe").exists()

    def start(self) -> None:
        """Start the server again after it stopped, as whoever runs the machine does when there is room."""
        self._started = subprocess.Popen(self._command, stderr=subprocess.DEVNULL, cwd="/", **self._us)
        self._process = self._started.pid
        self.again().close()

    def gone(self) -> None:
        """Wait for a server that we started."""
        if self._started:
            self._started.wait()

    def size(self, table: str) -> int:
        """Return how many bytes the file of a table has."""
        with closing(self.again(self.address)) as database:
            return int(str(database.execute("SELECT pg_relation_size(%s)", [table]).fetchone()[0]))

    def _limit(self, process: int, most: int | None) -> None:
        # Its own user may do so, where we are root without all of root's powers.
        command = ["prlimit", f"--pid={process}", f"--fsize={most or 'unlimited'}:unlimited"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **self._us)
        assert not done.returncode or not Path(f"/proc/{process}").exists(), done.stderr

    def settle(self) -> None:
        """Wait until nobody works for whoever was killed: what it had begun is over, either way."""
        with closing(self.again()) as database:
            _waited_for(lambda: not _backends(database), "PostgreSQL works on for who is gone")


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a PostgreSQL that is of this test alone."""
    command = [str(WITH_POSTGRES), "sh", "-c", 'echo "$FOREWATCH_TEST_DATABASE_URL"; cat']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        server = None
        try:
            server = Server(running.stdout.readline().strip())
            yield server
        finally:
            running.stdin.close()
            if server:
                server.gone()


@dataclass(frozen=True)
class Installation:
    """A data folder and its two databases: files in the folder, or those of a server."""

    folder: Path
    server: Server | None

    def environment(self) -> dict[str, str]:
        """Return what a program of this installation has in its environment."""
        urls = (self.server.address, self.server.keystore) if self.server else ("", "")
        ours = {"FOREWATCH_DATA_DIR": str(self.folder)}
        ours |= dict(zip(("DATABASE_URL", "FOREWATCH_KEYSTORE_URL"), urls, strict=True))
        return os.environ | ENVIRONMENT | ours

    def ask(self, query: str, *, keystore: bool = False) -> list[tuple[str, ...]]:
        """Return what the database says, as text; an id has no hyphens in it."""
        return [tuple(str(one).replace("-", "") for one in row) for row in self._asked(query, keystore)]

    def column(self, query: str, *, keystore: bool = False) -> list[str]:
        """Return the only column that the database says."""
        return [row[0] for row in self.ask(query, keystore=keystore)]

    def check(self) -> None:
        """Fail where the files of the databases are damaged."""
        if not self.server:
            for keystore in (False, True):
                assert self.ask("PRAGMA integrity_check", keystore=keystore) == [("ok",)]

    def _asked(self, query: str, keystore: bool) -> list[Row]:
        if self.server:
            self.server.settle()
            with closing(self.server.again(self.server.keystore if keystore else self.server.address)) as one:
                return one.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]
        file = self.folder / ("keystore.sqlite3" if keystore else "forewatch.sqlite3")
        with closing(sqlite3.connect(file)) as database, database:
            return database.execute(query).fetchall()


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """Return an empty installation on the database of this run."""
    (tmp_path / "uploads").mkdir()
    server = request.getfixturevalue("server") if second_lock.is_there() else None
    return Installation(tmp_path, server)


class Warm:
    """The program of `forking` at work on an installation."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.began_with, _ = self._until("ready")
        """What was said while it prepared."""

    def do(
        self, deed: Callable[..., None], *words: object, until: Callable[[], None] | None = None
    ) -> tuple[list[str], bool]:
        """Let a child do something; return what it said, and whether it came to its end.

        With `until` it is killed as soon as that returns.
        """
        assert self._process.stdin is not None
        print(f"{deed.__module__}.{deed.__name__}", *words, file=self._process.stdin, flush=True)
        _, begun = self._until("begun ")
        # What it says is read all the while: whom nobody listens to stops.
        with ThreadPoolExecutor(1) as other:
            killing = other.submit(_kill, int(begun), until) if until else None
            said, ended = self._until("over ")
            if killing:
                killing.result()
        return said, ended == "0"

    def killed_after(
        self, seconds: float, deed: Callable[..., None], *words: object
    ) -> tuple[list[str], bool]:
        """Let a child do something, and kill it after so many seconds."""
        return self.do(deed, *words, until=lambda: time.sleep(seconds))

    def _until(self, beginning: str) -> tuple[list[str], str]:
        """Return what is said before a line that begins so, and the rest of that line."""
        assert self._process.stdout is not None
        said: list[str] = []
        for line in self._process.stdout:
            if line.startswith(beginning):
                return said, line.removeprefix(beginning).strip()
            said.append(line.strip())
        raise AssertionError("the program that forks is gone")


def _kill(process: int, until: Callable[[], None]) -> None:
    try:
        until()
    finally:
        # It may have come to its end.
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@contextmanager
def warm(installation: Installation, prepare: Callable[[], None]) -> Iterator[Warm]:
    """Yield a program that has prepared an installation and forks from then on."""
    name = f"{prepare.__module__}.{prepare.__name__}"
    command = [sys.executable, "-m", "forewatch.config.tests.forking", name]
    # In a session of its own, so that no child outlives a test that fails.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        env=installation.environment(),
    ) as process:  # fmt: skip
        try:
            yield Warm(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
