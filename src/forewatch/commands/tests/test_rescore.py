"""`forewatch rescore` as the administrator gives it, in the register of a small demonstration."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from forewatch.commands.keys import demonstration
from forewatch.commands.tests.test_demo import demo

COMMAND = [sys.executable, "-m", "forewatch.cli", "rescore"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rescore") / "var"
    demo(made, "--no-serve")
    return made


def rescore(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FOREWATCH", "DJANGO"))}
    ours.pop("DATABASE_URL", None)
    return subprocess.run(
        [*COMMAND, *words], env=ours | demonstration(folder), capture_output=True, text=True, timeout=120
    )


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "forewatch.sqlite3") as database:
        return database.execute(query).fetchall()


def test_everybody_is_assessed_as_of_the_day_and_the_command_says_how_many(folder: Path) -> None:
    people = asked(folder, "SELECT count(*) FROM register_person WHERE merged_into_id IS NULL")[0][0]
    done = rescore(folder, "--as-of", "2026-12-31")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{people:,} people assessed as of 2026-12-31 by chiang-mai-28@")
    assert asked(folder, "SELECT DISTINCT as_of FROM risk_assessment") == [("2026-12-31",)]
    assert asked(folder, "SELECT count(*) FROM risk_assessment") == [(people,)]


def test_a_second_run_of_a_day_is_made_only_when_asked_for(folder: Path) -> None:
    rescore(folder, "--as-of", "2027-01-31")
    runs = asked(folder, "SELECT count(*) FROM risk_run")
    done = rescore(folder, "--as-of", "2027-01-31", "--if-due")
    assert done.returncode == 0
    assert "already" in done.stdout
    assert asked(folder, "SELECT count(*) FROM risk_run") == runs


def test_a_month_has_one_release(folder: Path) -> None:
    before = asked(folder, "SELECT count(*) FROM risk_release")[0][0]
    for day in ("2027-03-01", "2027-03-02"):
        done = rescore(folder, "--as-of", day, "--release")
        assert done.returncode == 0, done.stderr
    assert asked(folder, "SELECT count(*) FROM risk_release") == [(before + 1,)]


def test_what_is_no_day_is_refused_in_words(folder: Path) -> None:
    done = rescore(folder, "--as-of", "31/12/2569")
    assert done.returncode == 2
    assert "write YYYY-MM-DD" in done.stderr
