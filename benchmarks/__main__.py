"""`make bench`: time and memory, beside a bare scan of the same files and a pandas implementation.

Then the application: an import, the register, the map and the reports, each in a database of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.measuring import Measured, least, once

HEAD = """| people | bare scan | scoring | ratio | processor time | ratio | per person | peak memory |
|--:|--:|--:|--:|--:|--:|--:|--:|"""


APPLICATION = (
    ("intake", "--rows", "rows"),
    ("register", "--people", "register"),
    ("sealing", "--identities", "register"),
    ("atlas", "--people", "register"),
    ("attacked", "--people", "register"),
)
"""Parts of the application: module, its option, and ours."""


def main() -> None:
    """Measure what was asked for and print it, a line at a time."""
    asked = _words()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.data or Path(scratch)
        print(f"{_machine()}\n\n{HEAD}", flush=True)
        for people in asked.people:
            print(_sizes(people, _province(people, folder), asked.times), flush=True)
        print(f"\n{_start_up(_province(10_000, folder))}", flush=True)
        print(_writing(_province(asked.people[0], folder)), flush=True)
        if asked.rival:
            print(_rival(asked.rival, _province(asked.rival, folder)), flush=True)
        for name, option, size in APPLICATION:
            if count := getattr(asked, size):
                print(f"\n{name}, {count:,}:", flush=True)
                place = str(folder / f"{name}-{count}")
                command = ["-m", f"benchmarks.{name}", option, str(count), "--folder", place]
                subprocess.run([sys.executable, *command], check=True)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--people", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--rival", type=int, default=20_000, help="people for the pandas rival; 0 for none")
    parser.add_argument("--times", type=int, default=3, help="runs of each; the least counts")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of a file to import; 0 for none")
    parser.add_argument("--register", type=int, default=20_000, help="people of a register; 0 for none")
    parser.add_argument("--data", type=Path, help="a folder to keep provinces in")
    return parser.parse_args()


def _province(people: int, folder: Path) -> Path:
    """Make a province in a process of its own: the memory of a child starts from that of its parent."""
    place = folder / f"people-{people}"
    if not (place / "boundaries.geojson").exists():
        once("synth", str(place))
    return place


def _pairs(place: Path, times: int, *works: str) -> list[Measured]:
    """Run several works in turn, so that the machine is as busy for each, and return the least of each."""
    runs = [[once(work, str(place)) for work in works] for _ in range(times)]
    return [least([turn[at] for turn in runs]) for at in range(len(works))]


def _sizes(people: int, place: Path, times: int) -> str:
    scan, score = _pairs(place, times, "scan", "score")
    return (
        f"| {people:,} | {scan.seconds:.2f} s | {score.seconds:.2f} s | {score.seconds / scan.seconds:.1f} × "
        f"| {scan.cpu:.2f} s, {score.cpu:.2f} s | {score.cpu / scan.cpu:.1f} × "
        f"| {1e6 * score.seconds / people:.1f} µs | {score.peak_mb:,.0f} MB |"
    )


def _start_up(place: Path) -> str:
    (console,) = _pairs(place, 3, "console")
    return (
        f"- 10,000 people through the console command, start-up and report included: {console.whole:.2f} s."
    )


def _writing(place: Path) -> str:
    scan, write = _pairs(place, 3, "scan", "write")
    return (
        f"- Writing the finished results alone, {place.name}: {write.seconds:.2f} s, "
        f"{write.cpu:.2f} s of processors, {write.cpu / scan.cpu:.1f} times those of the bare scan."
    )


def _rival(people: int, place: Path) -> str:
    rival, score = _pairs(place, 1, "rival", "score")
    return (
        f"- A straightforward vectorised pandas implementation on {people:,} people: {rival.seconds:.1f} s, "
        f"{rival.seconds / score.seconds:.1f} times as long ({score.seconds:.2f} s), "
        f"{rival.cpu / score.cpu:.1f} times the processors' time; peak {rival.peak_mb:,.0f} MB; "
        "without checks of the input, `known_by` and expiry."
    )


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}; load {os.getloadavg()[0]:.1f}."
    )


if __name__ == "__main__":
    main()
