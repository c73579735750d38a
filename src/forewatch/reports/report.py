"""One report: its areas, their figures, signs, shapes and drivers, read once and only when needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa
from shapely.geometry.base import BaseGeometry

from forewatch.analysis.definition import Definition
from forewatch.reports import shapes, signs
from forewatch.reports.counts import known
from forewatch.reports.figures import Row, Source, commonest_drivers
from forewatch.reports.tree import Tree

DETAILED = 3_000
"""With more lowest areas than this, their age, sex, drivers and printed rows stay out of the page."""

MAPPED = 10_000
"""With more lowest areas than this, their shapes stay out of the page too."""

DRIVERS = 5


@dataclass(frozen=True)
class Area:
    """One area as a template shows it."""

    place: int
    code: str
    name: str
    above: str
    level: str
    sign: str
    row: Row
    indent: int = 0


@dataclass(frozen=True)
class Report:
    """Everything one report is about. `summary` counts what the run read, by name."""

    source: Source
    definition: Definition
    tree: Tree
    boundaries: Mapping[str, BaseGeometry]
    as_of: date
    known_by: date | None
    summary: Mapping[str, object]
    drivers: pa.Table | None

    @cached_property
    def figures(self) -> list[Row]:
        return self.source.headline(self.tree)

    @cached_property
    def signs(self) -> list[str]:
        rule = signs.released_sign if self.source.released else signs.exact_sign
        return [rule(row, self.definition.aggregation) for row in self.figures]

    @property
    def is_detailed(self) -> bool:
        return len(self.tree.leaves) <= DETAILED

    @property
    def is_mapped(self) -> bool:
        return len(self.tree.leaves) <= MAPPED

    @cached_property
    def detailed(self) -> frozenset[int]:
        """The areas whose breakdowns and rows are in the page."""
        return self._places(with_leaves=self.is_detailed)

    @cached_property
    def shapes(self) -> dict[int, shapes.Shape]:
        """The shapes of the areas below the first view's: nothing draws the widest area itself."""
        return shapes.shrink(self.tree, self.boundaries, self._places(with_leaves=self.is_mapped) - {0})

    @cached_property
    def groups(self) -> dict[str, dict[str, dict[int, Row]]]:
        return self.source.groups(self.tree, self.detailed)

    @cached_property
    def common(self) -> dict[int, list[tuple[str, int]]]:
        """The commonest drivers of each area: indicator and people; a release shows none."""
        drivers = None if self.source.released else self.drivers
        return commonest_drivers(drivers, self.tree, self.detailed, DRIVERS)

    def _places(self, *, with_leaves: bool) -> frozenset[int]:
        left_out = frozenset() if with_leaves else frozenset(self.tree.leaves)
        return frozenset(range(len(self.tree))) - left_out

    def area(self, place: int, indent: int = 0) -> Area:
        tree, above = self.tree, self.tree.parents[place]
        return Area(
            place=place,
            code=tree.codes[place],
            name=tree.names[place],
            above=tree.names[above] if above is not None else "",
            level=tree.levels[place],
            sign=self.signs[place],
            row=self.figures[place],
            indent=indent,
        )

    def ranked(self, places: Iterable[int]) -> list[Area]:
        """Return areas by people for outreach now, most first; those nobody surveyed come last."""

        def rank(place: int) -> tuple[bool, int, str]:
            row = self.figures[place]
            return row["assessed"] is None, -known(row["high"]), self.tree.codes[place]

        return [self.area(place) for place in sorted(places, key=rank)]
