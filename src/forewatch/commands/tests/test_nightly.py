"""Once a day from its hour on, and never twice; a machine that was off at the hour runs it later."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path

import pytest

from forewatch.commands.nightly import Nightly

NIGHT = datetime(2026, 11, 26, 2)  # noqa: DTZ001  the clock on the wall


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def nightly(log: Path, at: hour | None = hour(2), seconds: float = 0) -> Nightly:
    code = f"import time; open({str(log)!r}, 'a').write('x'); time.sleep({seconds})"
    return Nightly(at, [sys.executable, "-c", code])


def times(one: Nightly, log: Path) -> int:
    if one.process is not None:
        one.process.wait()
    return len(log.read_text()) if log.exists() else 0


def test_it_waits_for_its_hour_and_runs_once_that_day(log: Path) -> None:
    one = nightly(log)
    one.look(NIGHT - timedelta(minutes=1))
    assert times(one, log) == 0
    for minutes in (0, 1, 600):
        one.look(NIGHT + timedelta(minutes=minutes))
        assert times(one, log) == 1
    one.look(NIGHT + timedelta(days=1))
    assert times(one, log) == 2


def test_a_machine_that_was_off_at_the_hour_runs_it_when_it_is_on(log: Path) -> None:
    one = nightly(log)
    one.look(NIGHT.replace(hour=8, minute=30))
    assert times(one, log) == 1


def test_never_is_never(log: Path) -> None:
    one = nightly(log, at=None)
    one.look(NIGHT + timedelta(hours=20))
    assert times(one, log) == 0


def test_a_run_that_lasts_is_not_overtaken_and_stops_with_the_server(log: Path) -> None:
    one = nightly(log, seconds=60)
    one.look(NIGHT)
    first = one.process
    assert first is not None
    one.look(NIGHT + timedelta(days=1))
    assert one.process is first
    one.end()
    assert first.poll() is not None
