"""Runs one piece of work in a fresh interpreter and reads off its time and its largest memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Seconds of the work, and of processors; seconds of its whole process, and its largest memory in MB."""

    seconds: float
    cpu: float
    whole: float
    peak_mb: float


def once(work: str, *words: str) -> Measured:
    """Run `python -m benchmarks.work WORK WORDS` and return what it took; raises on failure.

    Compiled modules are kept from run to run, as they are where Forewatch is installed.
    """
    command = [sys.executable, "-m", "benchmarks.work", work, *words]
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings)
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}.")
    told = json.loads(said.splitlines()[-1])
    return Measured(told["seconds"], told["cpu"], time.perf_counter() - begun, usage.ru_maxrss / 1024)


def least(runs: list[Measured]) -> Measured:
    """Return the least of several runs: what else a machine does only ever adds."""
    return Measured(
        *(min(getattr(one, name) for one in runs) for name in ("seconds", "cpu", "whole")),
        max(one.peak_mb for one in runs),
    )
