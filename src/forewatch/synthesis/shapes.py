"""The made-up province's map: village cells with crooked borders, shared exactly by larger areas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from forewatch.synthesis.places import Area, Floats, Places

BENDS = np.array([0.17, 0.34, 0.5, 0.66, 0.83])
"""Where along a border it bends, as shares of its length."""

DECIMALS = 6
"""Of a degree: a decimetre, so that shared corners stay shared when written as text."""

ABOUT = "A made-up province, placed in open ocean on purpose: no such land, people or names exist."


def write_boundaries(places: Places, path: Path, rng: Generator) -> None:
    """Write every area's shape as GeoJSON (RFC 7946, WGS 84), larger areas first.

    Children tile their parent exactly. In a province of 20 villages or more, two villages have no shape,
    as in real sets, though the areas above them include the land.
    """
    shapes = _shapes(places, rng)
    head = {"type": "FeatureCollection", "description": ABOUT}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head)[:-1] + ', "features": [\n')
        for number, area in enumerate(area for area in places.areas if area.code in shapes):
            file.write((",\n" if number else "") + _feature(area, shapes[area.code]))
        file.write("\n]}\n")


def _shapes(places: Places, rng: Generator) -> dict[str, shapely.Geometry]:
    """Return shapes by area code, built upwards from the village cells."""
    below = dict(zip(places.codes.tolist(), village_cells(places, rng), strict=True))
    shapes = dict(below)
    for level in ("3", "2", "1", "0"):
        groups: dict[str, list[shapely.Geometry]] = {
            area.code: [] for area in places.areas if area.level == level
        }
        if groups:
            for code, shape in below.items():
                groups[code[: -2 if len(code) > 2 else None]].append(shape)
            below = {code: shapely.coverage_union_all(parts) for code, parts in groups.items()}
            shapes |= below
    for code in _unmapped(places, rng):
        del shapes[code]
    return shapes


def _unmapped(places: Places, rng: Generator) -> Iterator[str]:
    if len(places) >= 20:
        yield from (str(code) for code in rng.choice(places.codes, size=2, replace=False))


def village_cells(places: Places, rng: Generator) -> list[shapely.Geometry]:
    """Return one polygon per village: Voronoi cells whose borders are bent, the same bend on both sides."""
    diagram = Voronoi(places.points)
    sides, ends = diagram.ridge_points, np.array(diagram.ridge_vertices)
    wanted = (sides < len(places)).any(axis=1) & (ends >= 0).all(axis=1)
    sides, ends = sides[wanted], ends[wanted]
    start, stop = diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]]
    lines = _crooked(start, stop, places.points[sides[:, 0]], rng)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(np.round(lines, DECIMALS))))
    village, face = shapely.STRtree(faces).query(
        shapely.points(places.points[: len(places)]), predicate="within"
    )
    return list(shapely.orient_polygons(faces[face[np.argsort(village)]]))


def _crooked(start: Floats, stop: Floats, side: Floats, rng: Generator) -> NDArray[np.float64]:
    """Bend each border inside its own kite, so that no two ever cross.

    The kite of a border is spanned by its ends and the two points it lies halfway between; the kites of a
    Voronoi diagram do not overlap. `side` is one of the two points; the other mirrors it. Returns an array
    (borders, bends + 2, 2).
    """
    along = stop - start
    length = np.maximum(np.hypot(*along.T), 1e-12)[:, None]
    unit = along / length
    normal = np.column_stack([-unit[:, 1], unit[:, 0]])
    apex_along = ((side - start) * unit).sum(axis=1, keepdims=True)
    apex_height = np.abs(((side - start) * normal).sum(axis=1, keepdims=True))
    at = BENDS[None, :] * length
    rising = np.where(apex_along > 0, at / np.maximum(apex_along, 1e-12), np.inf)
    falling = np.where(apex_along < length, (length - at) / np.maximum(length - apex_along, 1e-12), np.inf)
    room = apex_height * np.minimum(np.minimum(rising, falling), 1)
    swing = np.minimum(room * 0.9, 0.22 * length) * rng.uniform(-1, 1, size=at.shape)
    bends = start[:, None] + at[..., None] * unit[:, None] + swing[..., None] * normal[:, None]
    return np.concatenate([start[:, None], bends, stop[:, None]], axis=1)


def _feature(area: Area, shape: shapely.Geometry) -> str:
    properties = {
        "area_code": area.code,
        "parent_code": area.parent,
        "level": area.level,
        "name": area.name,
        "name_th": area.name_th,
    }
    words = json.dumps(properties, ensure_ascii=False)
    return f'{{"type": "Feature", "properties": {words}, "geometry": {shapely.to_geojson(shape)}}}'
