"""Boundaries made small enough for a page: simplified together, so that neighbours still touch.

All areas of one depth are simplified as one coverage (`shapely.coverage_simplify`), which moves a shared
border once for both sides; rounding to one grid for the whole page moves equal points equally. So there are
neither gaps nor overlaps, although each area carries its own outline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from forewatch.reports.tree import Tree

PIXELS = 600
"""An area that fills the picture is about this wide; finer detail than a pixel would not be seen."""


@dataclass(frozen=True)
class Shape:
    """An area on the page's grid, y pointing down.

    `rings` hold x, y of the first point, then the steps to each next point; a ring closes itself.
    `label` is the centre and the radius of the largest circle inside.
    """

    rings: list[list[int]]
    label: tuple[int, int, int]


def shrink(tree: Tree, boundaries: Mapping[str, BaseGeometry], places: Collection[int]) -> dict[int, Shape]:
    """Return the shapes of these areas by place; areas without a polygon have none."""
    by_depth: dict[int, list[int]] = defaultdict(list)
    for place in sorted(places):
        found = boundaries.get(tree.codes[place])
        if found is not None and not found.is_empty and found.geom_type in ("Polygon", "MultiPolygon"):
            by_depth[tree.depths[place]].append(place)
    if not by_depth:
        return {}
    flat = _flattener([boundaries[tree.codes[place]] for part in by_depth.values() for place in part])
    layers = {
        depth: flat(np.array([boundaries[tree.codes[place]] for place in part]))
        for depth, part in by_depth.items()
    }
    detail = {
        depth: _picture_side(layers[depth], [tree.parents[place] for place in part]) / PIXELS
        for depth, part in by_depth.items()
    }
    grid = _Grid.over(np.concatenate(list(layers.values())), min(detail.values()) / 2)
    shapes: dict[int, Shape] = {}
    for depth, part in by_depth.items():
        simple = shapely.coverage_simplify(layers[depth], detail[depth])
        circles = shapely.maximum_inscribed_circle(simple, tolerance=detail[depth])
        shapes |= {
            place: Shape(grid.rings(outline), grid.circle(circle))
            for place, outline, circle in zip(part, simple, circles, strict=True)
        }
    return shapes


def _flattener(shapes: list[BaseGeometry]) -> Callable[[NDArray[np.object_]], NDArray[np.object_]]:
    """Return a function that squeezes degrees of longitude to the length of degrees of latitude."""
    _, south, _, north = shapely.total_bounds(shapes)
    squeeze = np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    return lambda layer: shapely.transform(shapely.force_2d(layer), lambda points: points * squeeze)


def _picture_side(layer: NDArray[np.object_], parents: list[int | None]) -> float:
    """Return the longer side of a usual picture at this depth: all parts of one parent, median of parents."""
    bounds = shapely.bounds(layer)
    order, group = np.unique([-1 if one is None else one for one in parents], return_inverse=True)
    low = np.full((len(order), 2), np.inf)
    high = np.full((len(order), 2), -np.inf)
    np.minimum.at(low, group, bounds[:, :2])
    np.maximum.at(high, group, bounds[:, 2:])
    return float(np.median((high - low).max(axis=1)))


@dataclass(frozen=True)
class _Grid:
    west: float
    north: float
    step: float

    @classmethod
    def over(cls, shapes: NDArray[np.object_], step: float) -> _Grid:
        west, _, _, north = shapely.total_bounds(shapes)
        return cls(west, north, step)

    def points(self, coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.rint((coordinates - (self.west, self.north)) / (self.step, -self.step)).astype(np.int64)

    def rings(self, outline: BaseGeometry) -> list[list[int]]:
        parts = shapely.get_parts(outline)
        found = [self._ring(ring) for part in parts for ring in (part.exterior, *part.interiors)]
        return [ring for ring in found if ring]

    def _ring(self, ring: BaseGeometry) -> list[int]:
        points = self.points(shapely.get_coordinates(ring))
        steps = np.diff(points, axis=0)
        steps = steps[steps.any(axis=1)][:-1]
        # A ring of fewer than three points encloses nothing on this grid: an islet nobody could see.
        return [*points[0].tolist(), *steps.ravel().tolist()] if len(steps) >= 2 else []

    def circle(self, radius: BaseGeometry) -> tuple[int, int, int]:
        ends = shapely.get_coordinates(radius)
        x, y = self.points(ends[:1])[0].tolist()
        return x, y, int(np.hypot(*(ends[0] - ends[-1])) / self.step)
