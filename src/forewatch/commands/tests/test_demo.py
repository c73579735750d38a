"""The demonstration as somebody starts it: made once, served on loopback, and gone when it is stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from forewatch.commands.demo_samples import KNOWN, UNKNOWN

PEOPLE = 1_000
NAMESAKES = 2
"""Registered by hand after the province was scored."""
COMMAND = [sys.executable, "-m", "forewatch.cli"]


def environment() -> dict[str, str]:
    """Return the environment of somebody who has set nothing."""
    ours = ("FOREWATCH_", "DJANGO_", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def demo(folder: Path, *more: str) -> str:
    words = [*COMMAND, "demo", "--people", str(PEOPLE), "--data-dir", str(folder), *more]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a demonstration, and what was printed."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    return folder, demo(folder, "--no-serve")


def count(folder: Path, table: str, condition: str = "1 = 1") -> int:
    with sqlite3.connect(folder / "forewatch.sqlite3") as database:
        found: int = database.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]
    return found


def test_it_names_the_report_and_a_sign_in_for_each_role(made: tuple[Path, str]) -> None:
    folder, said = made
    assert str((folder / "report" / "report.html").resolve()) in said
    assert len(re.findall(r"^  [a-z-]+ +([a-z]+-){3}[a-z]+ ", said, re.MULTILINE)) == 13
    for role in ("analyst", "district-officer", "volunteer"):
        assert f"  {role} " in said


def test_the_register_holds_the_province_and_it_is_scored(made: tuple[Path, str]) -> None:
    folder, _said = made
    assert count(folder, "register_person") == PEOPLE + NAMESAKES
    assert count(folder, "risk_assessment") == PEOPLE + NAMESAKES
    assert count(folder, "risk_run") == 2
    assert count(folder, "risk_areafigure", "by = 'residence' AND sex = '' AND age_band = ''") > 0
    assert (folder / "tiles" / "areas.pmtiles").stat().st_size > 0


def test_files_to_try_intake_on_lie_beside_it(made: tuple[Path, str]) -> None:
    folder, said = made
    assert str((folder / "samples").resolve()) in said
    assert {one.name for one in (folder / "samples").iterdir()} == {KNOWN, UNKNOWN}


def test_work_waits_for_the_roles(made: tuple[Path, str]) -> None:
    folder, _said = made
    assert count(folder, "concerns_concern", "status = 'new'") == 2
    assert count(folder, "register_matchproposal", "status = 'open'") >= 1
    assert count(folder, "register_citizenshipstep", "due_on < date('now')") == 1
    assert count(folder, "informing_duty", "due_on < date('now')") == 1
    assert count(folder, "informing_duty", "state = 'open'") == 4
    assert count(folder, "reports_visitlist", "state = 'requested'") == 1


def test_names_lie_sealed_and_secrets_are_the_owners(made: tuple[Path, str]) -> None:
    folder, said = made
    database = (folder / "forewatch.sqlite3").read_bytes()
    assert "นาย".encode() not in database
    password = re.findall(r"(?:[a-z]+-){3}[a-z]+", said)[0]
    assert password.encode() not in database


def test_a_second_start_makes_nothing_anew(made: tuple[Path, str]) -> None:
    folder, said = made
    before = count(folder, "risk_run")
    assert demo(folder, "--no-serve") == said
    assert count(folder, "risk_run") == before


def test_what_was_broken_off_is_made_anew(made: tuple[Path, str], tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "forewatch.sqlite3").write_bytes(b"half a database")
    demo(folder, "--no-serve")
    assert count(folder, "register_person") == PEOPLE + NAMESAKES


@pytest.fixture
def served(made: tuple[Path, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the demonstration on a free port; yield its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*COMMAND, "demo", "--people", str(PEOPLE), "--data-dir", str(made[0]), "--port", str(port)]
    process = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}", process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def fetched(url: str) -> tuple[int, str, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own server
        return (
            answer.status,
            answer.read().decode(),
            {name.lower(): value for name, value in answer.headers.items()},
        )


def waited(url: str) -> tuple[int, str, dict[str, str]]:
    until = time.monotonic() + 60
    while True:
        try:
            return fetched(url)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, f"{url} does not answer"
            time.sleep(0.2)


def test_it_serves_on_loopback_and_stops_whole(served: tuple[str, subprocess.Popen[bytes]]) -> None:
    home, process = served
    assert waited(f"{home}/health")[1] == '{"status": "well"}'
    status, page, headers = fetched(f"{home}/")
    assert status == 200
    assert 'name="password"' in page
    assert "default-src 'none'" in headers["content-security-policy"]
    styles = re.search(r'href="(/static/ui/forewatch\.[0-9a-f]+\.css)"', page)
    assert styles, "static files are named by their content"
    assert "immutable" in fetched(home + styles.group(1))[2]["cache-control"]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    with pytest.raises(urllib.error.URLError):
        fetched(f"{home}/health")


def test_serving_for_real_fails_loudly_without_secrets(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "serve"], env=environment(), cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "FOREWATCH_DATA_DIR is not set" in done.stderr
    assert "Traceback" not in done.stderr
