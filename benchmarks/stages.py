"""`python -m benchmarks.stages FOLDER`: where the time of scoring a province goes, stage by stage.

Every statement of a run is timed, in seconds and in seconds of processors, and counted to its stage. Files
are written by threads beside the statements, so that their time overlaps with the others'.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.work import TABLES
from forewatch.analysis import scoring
from forewatch.analysis.engines.duckdb import Writer
from forewatch.analysis.loading import load_definition
from forewatch.synthesis.province import AS_OF

STAGES = (
    (
        "people and their ages",
        r"TABLE (people|ages|listed) |max\(subject_id\)|AS key FROM|FROM subjects WHERE",
    ),
    ("records put in order", r"TABLE (superseded|sources|repeated|ties) "),
    ("newest values in force", r"TABLE (\w+_in_force|area_reaching) "),
    ("events", r"TABLE (worth|\w+_triggers) "),
    ("areas and households scored", r"TABLE \w+_scored "),
    ("people scored, into Arrow", r"^SELECT person_id, "),
    ("households counted", r"^SELECT household_id, "),
    ("areas counted", r"TABLE (cells\w*|area_figures) |FROM area_figures"),
    ("subjects that are not listed counted", r"^SELECT count\(\*\) FROM (records|events) AS r"),
    ("input read and checked", r""),
)
"""Stages by what a statement of theirs looks like; the first that fits."""
WRITING = "results written"


@dataclass
class Timed:
    """A connection that keeps the time of each statement."""

    connection: Any
    spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    def execute(self, query: str, values: Any = None) -> Any:
        with self._noted(query):
            return self.connection.execute(query, values)

    def sql(self, query: str) -> Any:
        with self._noted(query):
            return _Found(self.connection.sql(query).to_arrow_table())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    @contextmanager
    def _noted(self, query: str) -> Iterator[None]:
        begun, worked = time.perf_counter(), time.process_time()
        yield
        plain = " ".join(query.split())
        stage = next(name for name, looks in STAGES if re.search(looks, plain))
        self.add(stage, time.perf_counter() - begun, time.process_time() - worked)

    def add(self, stage: str, seconds: float, cpu: float) -> None:
        before = self.spent.get(stage, (0.0, 0.0))
        self.spent[stage] = (before[0] + seconds, before[1] + cpu)


@dataclass(frozen=True)
class _Found:
    table: Any

    def to_arrow_table(self) -> Any:
        return self.table


def main() -> None:
    """Score the province in a folder and print the table of its stages."""
    folder, noted = Path(sys.argv[1]), []
    opened, write = scoring.workspace, Writer._write

    @contextmanager
    def workspace(scratch: Path) -> Iterator[Timed]:
        with opened(scratch) as connection:
            noted.append(Timed(connection))
            yield noted[0]

    def timed_write(writer: Writer, rows: Any) -> None:
        begun, worked = time.perf_counter(), time.thread_time()
        write(writer, rows)
        noted[0].add(WRITING, time.perf_counter() - begun, time.thread_time() - worked)

    scoring.workspace, Writer._write = workspace, timed_write  # type: ignore[assignment,method-assign]
    question = scoring.Question(load_definition("chiang-mai-28"), AS_OF)
    begun, worked = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as out:
        scoring.run(question, {name: folder / f"{name}.parquet" for name in TABLES}, Path(out))
    whole = time.perf_counter() - begun, time.process_time() - worked
    print("| stage | seconds | of processors |\n|---|--:|--:|")
    for stage, (seconds, cpu) in sorted(noted[0].spent.items(), key=lambda one: -one[1][1]):
        print(f"| {stage} | {seconds:.2f} | {cpu:.2f} |")
    print(f"| all of it | {whole[0]:.2f} | {whole[1]:.2f} |")


if __name__ == "__main__":
    main()
