"""At the start and then each hour; a clock set back does not stop it; a run that lasts is not overtaken."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from forewatch.commands.hourly import Hourly

NOON = datetime(2026, 11, 26, 12)  # noqa: DTZ001  the clock on the wall


def runs(one: Hourly, log: Path, minutes: int) -> int:
    one.look(NOON + timedelta(minutes=minutes))
    if one.process is not None:
        one.process.wait()
    return len(log.read_text()) if log.exists() else 0


def test_it_runs_at_the_start_and_an_hour_later(tmp_path: Path) -> None:
    log = tmp_path / "log"
    one = Hourly([sys.executable, "-c", f"open({str(log)!r}, 'a').write('x')"])
    assert [runs(one, log, minutes) for minutes in (0, 1, 59, 60, 119, 121)] == [1, 1, 1, 2, 2, 3]
    assert runs(one, log, -600) == 4


def test_a_run_that_lasts_is_not_overtaken_and_stops_with_the_server() -> None:
    one = Hourly([sys.executable, "-c", "import time; time.sleep(60)"])
    one.look(NOON)
    first = one.process
    assert first is not None
    one.look(NOON + timedelta(hours=2))
    assert one.process is first
    one.end()
    assert first.poll() is not None
