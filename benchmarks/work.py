"""The pieces of work that are measured, each run in an interpreter of its own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import Question, run
from forewatch.cli import main as command
from forewatch.synthesis.province import AS_OF

TABLES = ("subjects", "records", "events", "areas")


def scan(folder: Path) -> None:
    """Read every value of every column of subjects and records, and nothing more.

    A hash of each value makes sure that it is read; a `max` would be answered from the files' statistics.
    """
    with duckdb.connect() as connection:
        for name in ("subjects", "records"):
            file = f"'{folder / name}.parquet'"
            columns = [row[0] for row in connection.sql(f"DESCRIBE SELECT * FROM {file}").fetchall()]
            hashes = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
            connection.sql(f"SELECT {hashes} FROM {file}").fetchall()


def score(folder: Path) -> None:
    """Assess everybody and write assessments, households and areas: all of index-spec section 6."""
    question = Question(load_definition("chiang-mai-28"), AS_OF)
    with tempfile.TemporaryDirectory() as out:
        run(question, {name: folder / f"{name}.parquet" for name in TABLES}, Path(out))


def rival(folder: Path) -> None:
    """Assess everybody with pandas."""
    from benchmarks.rival import assess

    assess(load_definition("chiang-mai-28"), folder, AS_OF)


def console(folder: Path) -> None:
    """The console command with everything it writes, the report included."""
    with tempfile.TemporaryDirectory() as out:
        given = [part for name in TABLES for part in (f"--{name}", str(folder / f"{name}.parquet"))]
        if command(["score", *given, "--as-of", str(AS_OF), "--out", f"{out}/out"]):
            raise SystemExit("The command failed.")


WORK: dict[str, Callable[[Path], None]] = {"scan": scan, "score": score, "rival": rival, "console": console}

if __name__ == "__main__":
    begun = time.perf_counter()
    WORK[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({"seconds": time.perf_counter() - begun}))
