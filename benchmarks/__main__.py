"""`make bench`: time and memory, beside a bare scan of the same files and a pandas implementation."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.measuring import measure
from forewatch.synthesis.province import synthesise

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Measure what was asked for, print it, and write the page when told to."""
    asked = _words()
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for people in asked.people:
            lines.append(_sizes(people, _province(people, asked.data or Path(scratch))))
            print(lines[-1], flush=True)
        notes = [_start_up(_province(10_000, asked.data or Path(scratch)))]
        if asked.rival:
            notes.append(_rival(asked.rival, _province(asked.rival, asked.data or Path(scratch))))
    print("\n".join(notes))
    if asked.write:
        PAGE.write_text(_page(lines, notes), encoding="utf-8")


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--people", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--rival", type=int, default=20_000, help="people for the pandas rival; 0 for none")
    parser.add_argument("--data", type=Path, help="a folder to keep provinces in")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args()


def _province(people: int, folder: Path) -> Path:
    place = folder / f"people-{people}"
    if not (place / "boundaries.geojson").exists():
        synthesise(people, 7, place)
    return place


def _sizes(people: int, place: Path) -> str:
    times = 1 if people > 2_000_000 else 3
    scan = measure("scan", str(place), times=times)
    score = measure("score", str(place), times=times)
    return (
        f"| {people:,} | {scan.seconds:.2f} s | {score.seconds:.2f} s | {score.seconds / scan.seconds:.1f} × "
        f"| {1e6 * score.seconds / people:.1f} µs | {score.peak_mb:,.0f} MB |"
    )


def _start_up(place: Path) -> str:
    whole = measure("console", str(place)).whole
    return f"- 10,000 people through the console command, start-up and report included: {whole:.2f} s."


def _rival(people: int, place: Path) -> str:
    rival, score = measure("rival", str(place), times=1), measure("score", str(place))
    return (
        f"- A straightforward vectorised pandas implementation on {people:,} people: {rival.seconds:.1f} s, "
        f"{rival.seconds / score.seconds:.1f} times as long ({score.seconds:.2f} s); "
        "without checks of the input, `known_by` and expiry."
    )


def _page(lines: list[str], notes: list[str]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "\n".join(
        [
            "# Benchmarks",
            "",
            f"{time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
            f"Python {platform.python_version()}, DuckDB {duckdb.__version__}. Medians of three runs, one",
            f"above 2 million people. Written by `python -m benchmarks {' '.join(sys.argv[1:])}`.",
            "",
            "Made-up provinces in wide Parquet, 1.2 records a person; people, households and areas written.",
            "The bare scan reads every value of every column of subjects and records and does no more.",
            "",
            "| people | bare scan | scoring | ratio | per person | peak memory |",
            "|--:|--:|--:|--:|--:|--:|",
            *lines,
            "",
            *notes,
            "",
        ]
    )


if __name__ == "__main__":
    main()
