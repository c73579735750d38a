"""A server started with a passphrase drops its keys when it is told to, and goes on without them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from forewatch.access.sealing import Locked
from forewatch.commands import key_file, keys, serving
from forewatch.commands.serving import lock_of, unlock
from forewatch.config.environment import SettingMissing

PASSPHRASE = "five made-up words in a row"
SERVE = [sys.executable, "-m", "forewatch.cli", "serve", "--port"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation whose keys lie in a file."""
    made = keys.new_keys()
    key_file.write(tmp_path / "keys", made, [PASSPHRASE])
    (tmp_path / "words").write_text(PASSPHRASE)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOREWATCH_")}
    return ours | {
        "DJANGO_SETTINGS_MODULE": "forewatch.config.settings",
        "DATABASE_URL": "",
        "SECRET_KEY": made["SECRET_KEY"],
        "FOREWATCH_KEY_FILE": str(tmp_path / "keys"),
        "FOREWATCH_PASSPHRASE_FILE": str(tmp_path / "words"),
        "FOREWATCH_NODE": "test-1",
        "FOREWATCH_DATA_DIR": str(tmp_path / "data"),
        "FOREWATCH_RESCORE_AT": "never",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


def well(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "well")
    except OSError:
        return False


def until(done: object, seconds: int = 60) -> None:
    assert callable(done)
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from family(int(child))


def environ(pid: int) -> bytes:
    """Return what a process was given; nothing of one that has just ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def held(pid: int) -> bool:
    """Tell whether a process or one below it was given a master key."""
    return any(b"FOREWATCH_SEAL_KEY=" in environ(one) for one in family(pid))


def test_lock_drops_the_keys_of_all_its_processes_and_it_goes_on(installation: dict[str, str]) -> None:
    port = free_port()
    server = subprocess.Popen([*SERVE, str(port)], env=installation)
    try:
        until(lambda: well(port))
        # The supervisor got them after its own start: they stand in the environment of what it started.
        assert held(server.pid)
        had_keys = [one for one in family(server.pid) if b"FOREWATCH_SEAL_KEY=" in environ(one)]
        command = [sys.executable, "-m", "forewatch.cli", "lock"]
        said = subprocess.run(command, env=installation, capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        until(lambda: not held(server.pid) and well(port))
        assert server.poll() is None
        # One whose parent has ended would be in no family any more.
        assert not any(environ(one) for one in had_keys)
        everybody = [environ(one) for one in family(server.pid)]
        assert any(b"FOREWATCH_LOCKED=1" in one for one in everybody)
        assert not any(f"{name}=".encode() in one for one in everybody for name in key_file.SECRETS)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


def test_whoever_pulls_the_plug_does_not_unlock_it(
    installation: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the passphrase in a file it would open by itself, but not once it was locked."""
    folder, port = Path(installation["FOREWATCH_DATA_DIR"]), free_port()
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "cut-off.upload.csv").write_text("what a browser sent before the plug was pulled")
    lock_of(folder).touch()
    server = subprocess.Popen([*SERVE, str(port)], env=installation)
    try:
        until(lambda: well(port))
        assert not held(server.pid)
        assert list((folder / "uploads").iterdir()) == [], "nobody sends the rest of it"
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    by_itself = [sys.executable, "-m", "forewatch.cli", "unlock"]
    said = subprocess.run(
        by_itself, env=installation, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert (said.returncode, lock_of(folder).exists()) == (2, True)
    assert "nobody is here to type it" in said.stderr
    for name in ("FOREWATCH_DATA_DIR", "FOREWATCH_KEY_FILE", "FOREWATCH_PASSPHRASE_FILE"):
        monkeypatch.setenv(name, installation[name])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "five wrong words in a row")
    with pytest.raises(key_file.DoesNotOpen):
        unlock()
    assert lock_of(folder).exists()
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSPHRASE)
    assert "start it again" in unlock()
    assert not lock_of(folder).exists()


@pytest.mark.parametrize(
    ("environment", "typed"),
    [
        ({"FOREWATCH_KEY_FILE": "f"}, True),
        ({"FOREWATCH_KEY_FILE": "f", "FOREWATCH_PASSPHRASE_FILE": "w"}, False),
        ({"FOREWATCH_KEY_FILE": "f", "FOREWATCH_SEAL_KEY": "k"}, False),
        ({"FOREWATCH_SEAL_KEY": "k"}, False),
        ({}, False),
    ],
)
def test_only_who_types_the_passphrase_unlocks_by_starting(environment: dict[str, str], typed: bool) -> None:
    assert key_file.is_typed(environment) is typed


def test_a_wrong_passphrase_starts_nothing(installation: dict[str, str]) -> None:
    Path(installation["FOREWATCH_PASSPHRASE_FILE"]).write_text("five wrong words in a row")
    said = subprocess.run([*SERVE, "1"], env=installation, capture_output=True, text=True)
    assert said.returncode == 2
    assert "does not open with this" in said.stderr
    assert "Traceback" not in said.stderr
    assert not Path(installation["FOREWATCH_DATA_DIR"]).exists()


def test_every_command_opens_the_file_of_keys(installation: dict[str, str]) -> None:
    command = [sys.executable, "-m", "forewatch.cli"]
    for words in ("retention", "audit sign", "audit verify", "protocol", "erase-again"):
        said = subprocess.run([*command, *words.split()], env=installation, capture_output=True, text=True)
        assert (said.returncode, said.stderr) == (0, "")


def test_a_version_that_has_to_seal_something_says_that_it_needs_the_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def migrate(*_what: object, **_how: object) -> None:
        raise Locked("no keys")

    monkeypatch.setattr("django.core.management.call_command", migrate)
    monkeypatch.setattr(key_file, "bring", lambda _environment: None)
    with pytest.raises(SettingMissing, match="start it once with the keys"):
        serving.open_database()
