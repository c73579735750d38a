"""From the engine's figures of areas to rows, which pages read without counting anybody again."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import Q

from forewatch.places.models import Area
from forewatch.risk.models import AreaFigure, OriginFigure, Run
from forewatch.storage.bulk import insert

KEYS = ("by", "sex", "age_band")
FIGURES = (
    *("people", "assessed", "high", "medium", "low", "not_enough_information", "provisional", "act_now"),
    *("mean_index_bp", "h_bp", "a_bp", "m0_bp"),
)
CELLS = (
    *("people", "assessed", "high", "medium", "low", "not_enough_information", "provisional", "act_now"),
    *("surveyed", "index_sum_bp", "index_n"),
)
WORST = 3
"""The score that makes an indicator a driver here."""


class UnknownAreas(ValueError):  # noqa: N818  a sentence for who started the run
    """A run has figures of areas that places does not know."""


def store_figures(run: Run, figures: pa.Table, drivers: pa.Table | None = None) -> int:
    """Write a run's figures, and return how many rows they were.

    `figures` is the engine's table of areas (`analysis.schema.area_rows`), `drivers` that of
    `analysis.figures.driver_counts`. Call it in the transaction that makes the run. Raises UnknownAreas.
    """
    codes = set(figures["area_code"].to_pylist())
    areas = areas_on(run.as_of)
    if lost := sorted(codes - areas.keys()):
        raise UnknownAreas(
            f"The run of {run.as_of} counted people in {len(lost)} areas that are not in the list of areas, "
            f"{lost[0]} among them; import those areas, then score again."
        )
    fields = ("run_id", "area_id", *KEYS, *FIGURES, "drivers")
    return insert(AreaFigure, fields, _rows(run, areas, figures, _worst(drivers)))


def store_origins(run: Run, origins: pa.Table) -> int:
    """Write who lives where and is from where (`analysis.figures.origin_counts`); returns how many rows.

    Call it after `store_figures`.
    """
    areas, keys = areas_on(run.as_of), ("level", "area_code", "home_area_code", "sex", "age_band")
    columns = [origins[name].to_pylist() for name in (*keys, *CELLS)]
    rows = (
        (run.pk, level, areas[area], areas.get(home), *rest)
        for level, area, home, *rest in zip(*columns, strict=True)
    )
    fields = ("run_id", "level", "area_id", "home_id", "sex", "age_band", *CELLS)
    return insert(OriginFigure, fields, rows)


def areas_on(day: date, codes: Collection[str] | None = None) -> Mapping[str, uuid.UUID]:
    """Return the ids of areas by code, or of these codes, each in the generation that held on a day."""
    held = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    if codes is not None:
        held &= Q(code__in=codes)
    # The oldest that still held comes first; one made after the day serves only where there was none before.
    rows = Area.objects.filter(held).order_by("valid_on").values_list("code", "pk")
    found: dict[str, uuid.UUID] = {}
    for code, pk in rows:
        found.setdefault(code, pk)
    return found


def _worst(drivers: pa.Table | None) -> Mapping[str, Mapping[str, int]]:
    """Return the people who score 3, by area and indicator."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in drivers.to_pylist() if drivers is not None else ():
        if one["score"] == WORST:
            found[one["area_code"]][one["indicator"]] = one["people"]
    return found


def _rows(
    run: Run, areas: Mapping[str, uuid.UUID], figures: pa.Table, drivers: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[Any, ...]]:
    for batch in figures.to_batches(10_000):
        codes = batch.column("area_code").to_pylist()
        keys = zip(*(batch.column(name).to_pylist() for name in KEYS), strict=True)
        counts = zip(*(batch.column(name).to_pylist() for name in FIGURES), strict=True)
        for code, (by, sex, age_band), values in zip(codes, keys, counts, strict=True):
            everybody = by == AreaFigure.By.RESIDENCE and sex is None and age_band is None
            worst = drivers.get(code, {}) if everybody else None
            yield (run.pk, areas[code], by, sex or "", age_band or "", *values, worst)
