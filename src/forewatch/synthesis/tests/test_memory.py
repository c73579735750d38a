"""Memory stays flat: a province twelve times as large needs hardly more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# The largest memory of this program alone: getrusage would begin with that of the process that started it.
PROGRAM = """
import re, sys
from pathlib import Path
from forewatch.synthesis.province import synthesise
synthesise(int(sys.argv[1]), 1, Path(sys.argv[2]))
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def _peak_megabytes(people: int, folder: Path) -> int:
    command = [sys.executable, "-c", PROGRAM, str(people), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def test_memory_does_not_grow_with_people(tmp_path: Path) -> None:
    small, large = _peak_megabytes(25_000, tmp_path), _peak_megabytes(300_000, tmp_path)
    assert large < 600
    assert large - small < 120
