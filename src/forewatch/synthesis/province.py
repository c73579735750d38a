"""The made-up province as files: the four input tables of the index and a map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
from numpy.random import SeedSequence, default_rng

from forewatch.analysis.loading import load_definition
from forewatch.analysis.schema import AREAS, EVENTS, SUBJECTS
from forewatch.synthesis.blocks import draw_block, spans
from forewatch.synthesis.people import AS_OF
from forewatch.synthesis.places import Area, draw_places
from forewatch.synthesis.shapes import write_boundaries
from forewatch.synthesis.writing import record_schema, writing

INDEX = "chiang-mai-28"
MOST_PEOPLE = 30_000_000
"""As many as the digits of the household ids allow."""

Progress = Callable[[int, int], None]
"""Called after each block with the people written so far and the people wanted."""


@dataclass(frozen=True)
class Summary:
    """What was written, and the last day that it knows of: score as of this day."""

    folder: Path
    as_of: date
    people: int
    households: int
    villages: int
    areas: int
    records: int
    events: int


def synthesise(
    people: int,
    seed: int,
    out: Path,
    progress: Progress | None = None,
) -> Summary:
    """Write a made-up province of exactly this many people into a folder.

    Writes subjects, records, events and areas (.parquet) and boundaries.geojson; files of those names are
    replaced. The same people, seed and version give the same bytes; memory does not grow with people.
    Raises ValueError when `people` or `seed` cannot be used.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise ValueError(
            f"A province of {people:,} people cannot be made up; ask for 1 to {MOST_PEOPLE:,} people."
        )
    if seed < 0:
        raise ValueError(f"The seed {seed} is negative; give 0 or any greater whole number.")
    definition = load_definition(INDEX)
    out.mkdir(parents=True, exist_ok=True)
    places = draw_places(people, default_rng(SeedSequence(seed, spawn_key=(0,))))
    pa.parquet.write_table(
        area_table(places.areas), out / "areas.parquet", compression="zstd", store_schema=False
    )
    write_boundaries(places, out / "boundaries.geojson", default_rng(SeedSequence(seed, spawn_key=(1,))))
    households = done = 0
    with (
        writing(out / "subjects.parquet", SUBJECTS) as subjects,
        writing(out / "records.parquet", record_schema(definition)) as records,
        writing(out / "events.parquet", EVENTS) as events,
    ):
        for number, span in enumerate(spans(places)):
            block = draw_block(places, number, span, seed, definition)
            subjects.write(block.subjects)
            records.write(block.records)
            events.write(block.events)
            households += block.households
            done += int(places.people[slice(*span)].sum())
            if progress is not None:
                progress(done, people)
    return Summary(
        folder=out,
        as_of=AS_OF,
        people=people,
        households=households,
        villages=len(places),
        areas=len(places.areas),
        records=records.rows,
        events=events.rows,
    )


def area_table(areas: Sequence[Area]) -> pa.Table:
    """Return the areas as an input table."""
    rows = [(one.code, one.parent, one.level, one.name) for one in areas]
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=AREAS)
