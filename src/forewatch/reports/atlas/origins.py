"""Who lives where and is from where: the rows of a report that crosses residence with home town."""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.reports.atlas.figures import Crossed
from forewatch.reports.atlas.lines import Rows
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.figures import EXACT_COUNTS, SHARES, Row
from forewatch.risk.models import OriginFigure, Run

CELLS = (*EXACT_COUNTS, "surveyed", "index_sum_bp", "index_n")


class Origins(Rows):
    """A row for each area of a level inside the one asked for, and each home town its people have.

    Home towns are areas of the same level, wherever they lie; None stands for those that nobody told. Rows
    are made where they are looked at, the cells of an area added up by the database.
    """

    def __init__(self, run: Run, visible: QuerySet[OriginFigure], asked: Crossing, level: int) -> None:
        self._run, self._asked = run, asked
        self._groups = [
            name for name, each in (("sex", asked.each_sex), ("age_band", asked.each_age)) if each
        ]
        whom = {"sex": asked.sex, "age_band": asked.age_band}
        self._which = {"level": level} | {name: one for name, one in whom.items() if one}
        # In the order of the index, without the table of areas: each cell is read once, nothing sorted.
        inside = Area.objects.filter(within([asked.area]))
        cells = visible.filter(run=run, area__in=inside, **self._which).values_list("area_id")
        rows = dict(cells.annotate(n=self._rows_among_cells()).order_by().values_list("area_id", "n"))
        codes = inside.order_by("code").values_list("pk", flat=True)
        self._areas: list[uuid.UUID] = [one for one in codes if one in rows]
        self._ends = list(accumulate(rows[one] for one in self._areas))

    def _rows_among_cells(self) -> Count:
        """Return the number of rows that an area's cells make up; where nothing is added up, each is one."""
        if {*self._which, *self._groups} >= {"sex", "age_band"}:
            return Count("pk")
        home = Coalesce(Cast("home_id", CharField()), Value(""))
        row = Concat(home, *map(F, self._groups), output_field=CharField()) if self._groups else home
        return Count(row, distinct=True)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def between(self, start: int, stop: int) -> list[Crossed]:
        """Return some rows, from all those of the areas that they span."""
        first, last = bisect_right(self._ends, start), bisect_left(self._ends, stop)
        before = self._ends[first - 1] if first else 0
        return self._rows(self._areas[first : last + 1])[start - before : stop - before]

    def _rows(self, areas: Sequence[uuid.UUID]) -> list[Crossed]:
        """Return all rows of some areas, in their order."""
        keys = ("area_id", "home_id", *self._groups)
        sums = {f"sum_{name}": Sum(name) for name in CELLS}
        # They were found among the visible ones; saying so twice has the database look through all of them.
        cells = OriginFigure.objects.filter(run=self._run, area__in=areas, **self._which)
        found = list(cells.values(*keys).annotate(**sums).order_by())
        named = Area.objects.select_related("parent").defer("geometry", "parent__geometry")
        by_id = named.in_bulk({one[key] for one in found for key in ("area_id", "home_id") if one[key]})
        rows = [
            Crossed(
                by_id[one["area_id"]],
                one.get("sex", self._asked.sex),
                one.get("age_band", self._asked.age_band),
                _row({name: one[f"sum_{name}"] for name in CELLS}),
                by_id[one["home_id"]] if one["home_id"] else None,
            )
            for one in found
        ]
        return sorted(rows, key=lambda one: one.place)


def _row(sums: Mapping[str, int]) -> Row:
    """Return sums as figures; null after `people` where nobody was surveyed (index-spec section 6)."""
    empty: dict[str, Any] = dict.fromkeys((*EXACT_COUNTS, *SHARES))
    if not sums["surveyed"]:
        return empty | {"people": sums["people"]}
    shown, n = sums["assessed"], sums["index_n"]
    return (
        empty
        | {name: sums[name] for name in EXACT_COUNTS}
        | {
            "mean_index_bp": _half_even(sums["index_sum_bp"], n) if n else None,
            "h_bp": _half_even(10_000 * sums["high"], shown) if shown else None,
        }
    )


def _half_even(above: int, below: int) -> int:
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2 == 1))
