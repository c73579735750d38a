"""The supervisor starts its programs, starts again what ends, gives up on what never works, and stops all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forewatch.commands.serving import CannotServe, Supervisor

LONG = "import time; time.sleep(60)"
SUPERVISE = """
import sys
from forewatch.commands.serving import Supervisor
log = sys.argv[1]
code = f"import os, time; open({log!r}, 'a').write(str(os.getpid()) + chr(10)); time.sleep(60)"
Supervisor({"one": [sys.executable, "-c", code]}).run()
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def waited_for(log: Path, lines: int) -> list[int]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = [int(one) for one in log.read_text().split()] if log.exists() else []
        if len(found) >= lines:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{log} has no {lines} lines")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_what_ends_is_started_again_and_all_stops_with_the_supervisor(
    tmp_path: Path, ending: signal.Signals
) -> None:
    log = tmp_path / "log"
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISE, str(log)])
    (first,) = waited_for(log, 1)
    os.kill(first, signal.SIGKILL)
    second = waited_for(log, 2)[1]
    assert not alive(first)
    assert alive(second)
    supervisor.send_signal(ending)
    assert supervisor.wait(timeout=20) == 0
    assert not alive(second)


def test_a_program_that_never_works_ends_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    supervisor = Supervisor(
        {
            "the good one": [sys.executable, "-c", LONG],
            "the bad one": [sys.executable, "-c", "raise SystemExit(1)"],
        }
    )
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with pytest.raises(CannotServe, match="The bad one ended 3 times"):
        supervisor.run()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    assert all(one.poll() is not None for one in supervisor.running.values())


ORPHANING = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""


def test_what_a_program_had_started_ends_with_it(tmp_path: Path) -> None:
    """The web server's worker, begun a moment before, would go on by itself."""
    log = tmp_path / "log"
    command = [sys.executable, "-c", ORPHANING, str(log)]
    program = f"from forewatch.commands.serving import Supervisor; Supervisor({{'one': {command!r}}}).run()"
    supervisor = subprocess.Popen([sys.executable, "-c", program])
    (orphan,) = waited_for(log, 1)
    assert alive(orphan)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=20) == 0
    until = time.monotonic() + 5
    while alive(orphan) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(orphan)
