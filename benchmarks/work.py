"""The pieces of work that are measured, each run in an interpreter of its own.

Each prepares what it needs and returns what is to be timed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from forewatch.analysis.engines.duckdb import Writer
from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import Question, run
from forewatch.cli import main as command
from forewatch.synthesis.province import AS_OF, synthesise

TABLES = ("subjects", "records", "events", "areas")
RESULTS = ("assessments", "households", "areas")
SEED = 7

Timed = Callable[[], object]


def synth(folder: Path) -> Timed:
    """Make a province of as many people as the folder's name ends in."""
    return lambda: synthesise(int(folder.name.rpartition("-")[2]), SEED, folder)


def scan(folder: Path) -> Timed:
    """Read every value of every column of subjects and records, and nothing more.

    A hash of each value makes sure that it is read; a `max` would be answered from the files' statistics.
    """

    def read() -> None:
        with duckdb.connect() as connection:
            for name in ("subjects", "records"):
                file = f"'{folder / name}.parquet'"
                columns = [row[0] for row in connection.sql(f"DESCRIBE SELECT * FROM {file}").fetchall()]
                hashes = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
                connection.sql(f"SELECT {hashes} FROM {file}").fetchall()

    return read


def score(folder: Path) -> Timed:
    """Assess everybody and write assessments, households and areas: all of index-spec section 6."""

    def work() -> None:
        with tempfile.TemporaryDirectory() as out:
            _score(folder, Path(out))

    return work


def _score(folder: Path, out: Path) -> None:
    question = Question(load_definition("chiang-mai-28"), AS_OF)
    run(question, {name: folder / f"{name}.parquet" for name in TABLES}, out)


def write(folder: Path) -> Timed:
    """Write finished results, and nothing else."""
    with tempfile.TemporaryDirectory() as out:
        _score(folder, Path(out))
        results = {name: pq.read_table(Path(out) / f"{name}.parquet") for name in RESULTS}

    def work() -> None:
        with tempfile.TemporaryDirectory() as out:
            for name, result in results.items():
                with Writer(Path(out) / f"{name}.parquet", result.schema) as file:
                    file.write(result)

    return work


def rival(folder: Path) -> Timed:
    """Assess everybody with pandas."""
    from benchmarks.rival import assess

    return lambda: assess(load_definition("chiang-mai-28"), folder, AS_OF)


def console(folder: Path) -> Timed:
    """The console command with everything it writes, the report included."""

    def work() -> None:
        with tempfile.TemporaryDirectory() as out:
            given = [part for name in TABLES for part in (f"--{name}", str(folder / f"{name}.parquet"))]
            if command(["score", *given, "--as-of", str(AS_OF), "--out", f"{out}/out"]):
                raise SystemExit("The command failed.")

    return work


WORK: dict[str, Callable[[Path], Timed]] = {
    "synth": synth,
    "scan": scan,
    "score": score,
    "write": write,
    "rival": rival,
    "console": console,
}

if __name__ == "__main__":
    timed = WORK[sys.argv[1]](Path(sys.argv[2]))
    begun, worked = time.perf_counter(), time.process_time()
    timed()
    print(json.dumps({"seconds": time.perf_counter() - begun, "cpu": time.process_time() - worked}))
