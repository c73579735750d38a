"""`forewatch serve`: the web server and the worker of jobs, as one command that keeps both alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from typing import Protocol

from forewatch.commands.hourly import Hourly
from forewatch.commands.nightly import Nightly

SETTINGS = "forewatch.config.settings"
THREADS = 8
"""Requests answered at a time; SQLite lets all of them read, and one of them write."""
_QUICK = 5.0
"""A program that ends within so many seconds of its start did not work."""
_TRIES = 3


class CannotServe(RuntimeError):  # noqa: N818  a sentence for the administrator
    """A program of ours would not stay up."""


def open_database() -> None:
    """Start Django, and bring both databases to this version. Raises SettingMissing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA_DIR.joinpath("uploads").mkdir(parents=True, exist_ok=True)
    django.setup()
    for alias in settings.DATABASES:
        call_command("migrate", verbosity=0, database=alias)


def prepare() -> None:
    """Open the database, and gather the static files. Raises SettingMissing."""
    open_database()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def programs(port: int) -> dict[str, list[str]]:
    """Return the programs that make up the server, by name."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(THREADS), "--no-log"),
        "forewatch.config.wsgi:application",
    ]
    worker = [sys.executable, "-m", "django", "db_worker", "--interval", "0.5", "--queue-name", "*"]
    return {"the web server": web, "the worker of jobs": worker}


class Timed(Protocol):
    """A program that has its time."""

    def look(self, now: datetime) -> None:
        """Start it if its time has come."""

    def end(self) -> None:
        """Stop it if it runs."""


@dataclass
class Supervisor:
    """Starts programs, starts again what ends, and stops all when told to (Ctrl-C, SIGTERM)."""

    commands: Mapping[str, Sequence[str]]
    timed: Sequence[Timed] = ()
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    stopping: bool = False

    def run(self) -> None:
        """Run until told to stop. Raises CannotServe when a program does not stay up."""
        heard = {one: signal.signal(one, self._stop) for one in (signal.SIGTERM, signal.SIGINT)}
        for name in self.commands:
            self._start(name)
        try:
            while not self.stopping:
                self._look()
                for one in self.timed:
                    # The hour is that of the wall clock where the office is.
                    one.look(datetime.now())  # noqa: DTZ005
                time.sleep(0.2)
        finally:
            self._end()
            for number, before in heard.items():
                signal.signal(number, before)

    def _start(self, name: str) -> None:
        # A session of its own, so that Ctrl-C reaches us alone, and we stop the programs in order.
        self.running[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603
        self.started[name] = time.monotonic()

    def _look(self) -> None:
        for name, process in list(self.running.items()):
            if process.poll() is None or self.stopping:
                continue
            quick = time.monotonic() - self.started[name] < _QUICK
            self.failures[name] = self.failures.get(name, 0) + 1 if quick else 0
            if self.failures[name] >= _TRIES:
                raise CannotServe(f"{name[0].upper()}{name[1:]} ended {_TRIES} times at once; see above why.")
            print(f"{name[0].upper()}{name[1:]} ended and is started again.", file=sys.stderr, flush=True)
            self._start(name)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for one in self.timed:
            one.end()
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def serve(port: int) -> None:
    """Serve on loopback until told to stop; TLS belongs to a proxy in front."""
    prepare()
    from django.conf import settings

    ours = [sys.executable, "-m", "forewatch.cli"]
    rescoring = Nightly(settings.RESCORE_AT, [*ours, "rescore", "--if-due"])
    signing = Hourly([*ours, "audit", "sign", "--quiet"])
    print(f"Forewatch is at http://127.0.0.1:{port}/ (Ctrl-C stops it)", flush=True)
    Supervisor(programs(port), (rescoring, signing)).run()
