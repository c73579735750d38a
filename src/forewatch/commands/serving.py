"""`forewatch serve`: the web server and the worker of jobs, as one command that keeps both alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Protocol

from forewatch.commands import key_file
from forewatch.commands.hourly import Hourly
from forewatch.commands.nightly import Nightly
from forewatch.config.environment import SettingMissing, of_pages

SETTINGS = "forewatch.config.settings"
THREADS = 8
"""Requests answered at a time; SQLite lets all of them read, and one of them write."""
WEB = "the web server"
_QUICK = 5.0
"""A program that ends within so many seconds of its start did not work."""
_TRIES = 3


class CannotServe(RuntimeError):  # noqa: N818  a sentence for the administrator
    """A program of ours would not stay up."""


def open_database() -> None:
    """Bring the keys, start Django, and bring both databases to this version.

    Raises SettingMissing, also where this version has to seal something and there are no keys; DoesNotOpen
    when a passphrase is not the right one.
    """
    key_file.bring(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA_DIR.joinpath("uploads").mkdir(parents=True, exist_ok=True)
    django.setup()
    from forewatch.access.sealing import Locked

    try:
        for alias in settings.DATABASES:
            call_command("migrate", verbosity=0, database=alias)
    except Locked as problem:
        raise SettingMissing(
            "This version seals what the one before kept in clear, and needs the keys for that: start it "
            "once with the keys, then lock it again. What it has to seal stays as it was."
        ) from problem


def prepare() -> None:
    """Open the database, and gather the static files. Raises SettingMissing."""
    open_database()
    from django.conf import settings
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    for left in settings.DATA_DIR.joinpath("uploads").glob("*"):
        # Of an upload that was cut off: nobody sends the rest of it.
        left.unlink()
    from django.utils import timezone

    from forewatch.access.noting import note_terms
    from forewatch.intake import jobs
    from forewatch.lib.folders import sweep_scratch
    from forewatch.rights import erasures

    jobs.tidy()
    erasures.finish()
    sweep_scratch(settings.DATA_DIR)
    note_terms(timezone.now())
    lock_pages_out()
    if not settings.LOCKED:
        from forewatch.intake.concerns.held import take_in
        from forewatch.intake.fingerprints import key_plain_ones

        take_in()
        key_plain_ones()


def lock_pages_out() -> None:
    """Let the role of pages into both databases of PostgreSQL, as far as it should come.

    Raises SettingMissing when there is no such role, and CannotServe when its lock stands open.
    """
    from django.conf import settings

    from forewatch.storage import pages_role, snapshots

    role = settings.PAGES_ROLE
    for one in settings.DATABASES.values():
        if snapshots.is_sqlite(one):
            continue
        with snapshots.connected(one) as database:
            if found := list(pages_role.holes(database, role)):
                raise CannotServe("PostgreSQL would show pages more than they may:\n" + "\n".join(found))
            pages_role.allow(database, role)


def programs(port: int, *, locked: bool = False) -> dict[str, list[str]]:
    """Return the programs that make up the server, by name; without keys there is no work for jobs."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(THREADS), "--no-log"),
        "forewatch.config.wsgi:application",
    ]
    worker = [sys.executable, "-m", "django", "db_worker", "--interval", "0.5", "--queue-name", "*"]
    return {WEB: web} | ({} if locked else {"the worker of jobs": worker})


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
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By program, where it is another than ours."""
    timed: Sequence[Timed] = ()
    ends_with: Path | None = None
    """A file whose appearance ends it all."""
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
            while not self.stopping and not (self.ends_with and self.ends_with.exists()):
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
        self.running[name] = subprocess.Popen(  # noqa: S603
            self.commands[name], start_new_session=True, env=self.environments.get(name)
        )
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
            # A worker that was still starting may outlive the program that started it, keys and all.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def serve(port: int, *, locked: bool = False) -> None:
    """Serve on loopback until told to stop or to lock; TLS belongs to a proxy in front.

    Locked, this program begins anew without the keys: what was in its memory is gone with it. It stays so
    over a restart, unless somebody types the passphrase: whoever pulls the plug must not open it by that.
    """
    if locked or _stays_locked():
        locked = True
        for name in key_file.SECRETS:
            os.environ.pop(name, None)
        os.environ["FOREWATCH_LOCKED"] = "1"
    of_pages(os.environ)
    prepare()
    from django.conf import settings

    lock = lock_of(settings.DATA_DIR)
    ours = [sys.executable, "-m", "forewatch.cli"]
    signing = Hourly([*ours, "audit", "sign", "--quiet"])
    if locked:
        lock.touch()
        print(f"Forewatch is locked, at http://127.0.0.1:{port}/ (Ctrl-C stops it)", flush=True)
        Supervisor(programs(port, locked=True), {WEB: of_pages(os.environ)}, (signing,)).run()
        return
    lock.unlink(missing_ok=True)
    rescoring = Nightly(settings.RESCORE_AT, [*ours, "rescore", "--if-due"])
    print(f"Forewatch is at http://127.0.0.1:{port}/ (Ctrl-C stops it)", flush=True)
    Supervisor(programs(port), {WEB: of_pages(os.environ)}, (rescoring, signing), ends_with=lock).run()
    if lock.exists():
        kept = {name: value for name, value in os.environ.items() if name not in key_file.SECRETS}
        os.execve(sys.executable, [*ours, "serve", "--port", str(port), "--locked"], kept)  # noqa: S606


def _stays_locked() -> bool:
    return lock_of(_data_dir()).exists() and not key_file.is_typed(os.environ)


def lock_of(data_dir: Path) -> Path:
    """Return the file whose appearance makes a server drop its keys."""
    return data_dir / "locked"


def lock() -> str:
    """Make the server of this installation drop its keys, and return what happens now.

    Raises SettingMissing.
    """
    lock_of(_data_dir()).touch()
    return (
        "Locked: the server drops its keys now. Nothing opens; concerns and files can still be handed in. "
        "To unlock it: forewatch unlock, then stop the server and start it again."
    )


def unlock() -> str:
    """Let the server have its keys at its next start; where a file holds them, it takes the passphrase.

    Raises SettingMissing, and DoesNotOpen.
    """
    marker = lock_of(_data_dir())
    if os.environ.get(key_file.FILE, "").strip():
        by_hand = {name: value for name, value in os.environ.items() if name != key_file.PASSPHRASE_FILE}
        key_file.asked_for(by_hand)
    marker.unlink(missing_ok=True)
    return "Unlocked: stop the server and start it again."


def _data_dir() -> Path:
    said = os.environ.get("FOREWATCH_DATA_DIR", "").strip()
    if not said:
        raise SettingMissing("FOREWATCH_DATA_DIR is not set. It names the folder that holds the data.")
    return Path(said)
