"""From the engine's assessments to rows: the newest answer about each person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from forewatch.analysis.definition import Definition
from forewatch.risk.figures import areas_on
from forewatch.risk.models import Assessment, Run
from forewatch.risk.rules import packed
from forewatch.storage.bulk import insert

FIELDS = (
    "person_id",
    "run_id",
    "as_of",
    "household_id",
    "area_id",
    "age",
    "band",
    "band_basis",
    "baseline_bp",
    "triggers_bp",
    "index_bp",
    "index_lo_bp",
    "index_hi_bp",
    "coverage_bp",
    "n3",
    "scores",
    "drivers",
    "act_now",
    "expires_on",
)
_AS_THEY_ARE = (
    *("age", "band", "band_basis", "baseline_bp", "triggers_bp", "index_bp", "index_lo_bp", "index_hi_bp"),
    *("coverage_bp", "n3"),
)


def store(run: Run, definition: Definition, batches: Iterable[pa.RecordBatch]) -> int:
    """Write assessments (index-spec section 6) of people who have none yet, and return how many they were.

    Ids are those of the register as text; areas are found by code, as they are on the run's day.
    """
    areas = areas_on(run)
    return insert(
        Assessment, FIELDS, (row for batch in batches for row in _rows(run, definition, areas, batch))
    )


def _rows(
    run: Run, definition: Definition, areas: Mapping[str, uuid.UUID], batch: pa.RecordBatch
) -> Iterator[tuple[Any, ...]]:
    columns: dict[str, list[Any]] = {name: batch.column(name).to_pylist() for name in batch.schema.names}
    kept = [columns[name] for name in _AS_THEY_ARE]
    scores = [columns[f"s_{name}"] for name in definition.indicators]
    for place, person in enumerate(columns["person_id"]):
        household = columns["household_id"][place]
        yield (
            uuid.UUID(person),
            run.pk,
            run.as_of,
            uuid.UUID(household) if household else None,
            areas[columns["area_code"][place]],
            *(one[place] for one in kept),
            packed([one[place] for one in scores]),
            " ".join(columns["drivers"][place] or ()),
            " ".join(columns["act_now"][place] or ()),
            columns["expires_on"][place],
        )
