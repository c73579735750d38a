"""Runs about everybody in a small made-up province: the deeds that tests kill, and what they leave."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import connection

from forewatch.access import second_lock
from forewatch.audit.verification import verify
from forewatch.cli import main
from forewatch.commands import rescore as _command  # noqa: F401  at hand before the first child is made
from forewatch.commands import serving
from forewatch.config.tests.forking import say
from forewatch.config.tests.surviving import Installation
from forewatch.risk import actions
from forewatch.risk.models import Assessment
from forewatch.risk.queries import definition
from forewatch.risk.storing import FIELDS
from forewatch.risk.tests.filled import fill_register
from forewatch.synthesis.province import synthesise

PEOPLE, SEED, FILLED_ON = 300, 11, date(2026, 6, 30)
PAGES = "made_up_pages"
"""The role of pages, without which no server starts on PostgreSQL."""
Answers = list[tuple[str, ...]]
_NEWEST = "(SELECT id FROM risk_run ORDER BY made_at DESC LIMIT 1)"
_STORED = [one.column for one in Assessment._meta.concrete_fields if one.attname in FIELDS]
_OF_AREAS = "by, sex, age_band, people, assessed, high, medium, low, not_enough_information, provisional"
_BEGINS = 'INSERT INTO "risk_run"'
_EVERYBODY = "by = 'residence' AND sex = '' AND age_band = ''"


def prepare() -> None:
    """Have all of the program at hand; DuckDB has threads, which no child would have from its parent."""
    assert actions.rescore
    definition()


def fill() -> None:
    """Fill the register."""
    with tempfile.TemporaryDirectory() as folder:
        synthesise(PEOPLE, SEED, Path(folder))
        fill_register(Path(folder), FILLED_ON)
    if second_lock.is_there():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {PAGES} LOGIN")


def rescore(day: str, last: str = "") -> None:
    """Assess everybody as the administrator does, and say how many statements wrote the answers.

    With `last` the program is killed before it sends that one of them.
    """
    sent = 0

    def count(execute: Callable[..., object], sql: str, *more: object) -> object:
        nonlocal sent
        sent += bool(sent) or sql.startswith(_BEGINS)
        if last and sent > int(last):
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        assert main(["rescore", "--as-of", day]) == 0
    say(sent)


def start() -> None:
    """Make ready as the server does before its first page, and look at the trail."""
    serving.prepare()
    assert verify().breach is None


def answers(installation: Installation) -> Answers:
    """Return what is said of everybody and of every area, but not by which run."""
    said = installation.ask(
        f"SELECT {', '.join(one for one in _STORED if one != 'run_id')} FROM risk_assessment ORDER BY 1"
    )
    said += installation.ask(
        f"SELECT area_id, {_OF_AREAS}, mean_index_bp, m0_bp FROM risk_areafigure"
        f" WHERE run_id = {_NEWEST} ORDER BY 1, 2, 3, 4"
    )
    return said


def check_whole(installation: Installation) -> None:
    """Fail where answers are of several runs, or somebody has none, or figures count other people."""
    installation.check()
    people = installation.column("SELECT count(*) FROM register_person")
    newest = installation.ask(f"SELECT id, as_of, people FROM risk_run WHERE id = {_NEWEST}")
    stand = "SELECT run_id, as_of, count(*) FROM risk_assessment GROUP BY run_id, as_of"
    assert installation.ask(stand) == newest
    assert [newest[0][2]] == people
    # Every run that there is has all its figures, and stands once in the trail.
    runs = sorted(installation.ask("SELECT id, people FROM risk_run"))
    assert [one for _run, one in runs] == people * len(runs)
    counted = (
        "SELECT run_id, sum(people) FROM risk_areafigure JOIN places_area ON area_id = places_area.id"
        f" WHERE level = 1 AND {_EVERYBODY} GROUP BY run_id"
    )
    assert sorted(installation.ask(counted)) == runs
    homes = "SELECT run_id, sum(people) FROM risk_originfigure WHERE level = 1 GROUP BY run_id"
    assert sorted(installation.ask(homes)) == runs
    noted = "SELECT subject_id FROM audit_event WHERE verb = 'rescore' AND subject = 'run'"
    assert sorted(installation.column(noted)) == [run for run, _people in runs]
