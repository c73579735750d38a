"""Runs one piece of work in a fresh interpreter and reads off its time and its largest memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measured:
    """Seconds of the work itself, seconds of the whole process, and its largest memory in MB."""

    seconds: float
    whole: float
    peak_mb: float


def measure(work: str, *words: str, times: int = 3) -> Measured:
    """Return the medians of several runs of `python -m benchmarks.work WORK WORDS`; raises on failure."""
    runs = [_once([sys.executable, "-m", "benchmarks.work", work, *words]) for _ in range(times)]
    return Measured(
        median(one.seconds for one in runs),
        median(one.whole for one in runs),
        median(one.peak_mb for one in runs),
    )


def _once(command: list[str]) -> Measured:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}.")
    whole = time.perf_counter() - begun
    return Measured(json.loads(said.splitlines()[-1])["seconds"], whole, usage.ru_maxrss / 1024)
