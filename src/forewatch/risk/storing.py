"""From the engine's assessments to rows: the newest answer about each person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from forewatch.analysis.definition import Definition
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


def store(
    run: Run,
    definition: Definition,
    batches: Iterable[pa.RecordBatch],
    *,
    as_of: date,
    areas: Mapping[str, uuid.UUID],
) -> int:
    """Write assessments (index-spec section 6) of people who have none yet, and return how many they were.

    Ids are those of the register as text; `areas` gives the id of each code on the day the answers are of.
    """
    rows = (row for batch in batches for row in _rows((run.pk, as_of), definition, areas, batch))
    return insert(Assessment, FIELDS, rows)


def _rows(
    asked: tuple[uuid.UUID, date],
    definition: Definition,
    areas: Mapping[str, uuid.UUID],
    batch: pa.RecordBatch,
) -> Iterator[tuple[Any, ...]]:
    columns: dict[str, list[Any]] = {name: batch.column(name).to_pylist() for name in batch.schema.names}
    kept = [columns[name] for name in _AS_THEY_ARE]
    scores = [columns[f"s_{name}"] for name in definition.indicators]
    for place, person in enumerate(columns["person_id"]):
        household = columns["household_id"][place]
        yield (
            uuid.UUID(person),
            *asked,
            uuid.UUID(household) if household else None,
            areas[columns["area_code"][place]],
            *(one[place] for one in kept),
            packed([one[place] for one in scores]),
            " ".join(columns["drivers"][place] or ()),
            " ".join(columns["act_now"][place] or ()),
            columns["expires_on"][place],
        )
