"""areas.geojson: every area with the figures of all its residents, as RFC 7946 asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from forewatch.reports.counts import value_and_sign
from forewatch.reports.figures import RELEASED_COUNTS, Row, Source
from forewatch.reports.tree import ALL_AREAS, Tree

DECIMALS = 6
"""About 0.1 m; RFC 7946 section 11.2 sees no use for more."""


def write_areas_geojson(
    target: Path,
    source: Source,
    tree: Tree,
    figures: Sequence[Row],
    boundaries: Mapping[str, BaseGeometry],
    *,
    as_of: date,
    known_by: date | None,
    definition: str,
) -> None:
    """Write one feature an area, null where it has no boundary, one line each, so that memory stays flat."""
    about = {
        "as_of": as_of.isoformat(),
        "known_by": known_by and known_by.isoformat(),
        "definition": definition,
    }
    head = json.dumps({"type": "FeatureCollection", **about}, ensure_ascii=False)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head[:-1] + ', "features": [')
        separator = "\n"
        for place, code in enumerate(tree.codes):
            if code == ALL_AREAS:
                continue
            properties = json.dumps(
                _about(tree, place) | _figures(figures[place], source), ensure_ascii=False
            )
            geometry = geometry_of(boundaries.get(code))
            file.write(
                f'{separator}{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'
            )
            separator = ",\n"
        file.write("\n]}\n")


def _about(tree: Tree, place: int) -> dict[str, object]:
    above = tree.parents[place]
    return {
        "area_code": tree.codes[place],
        "name": tree.names[place],
        "level": tree.levels[place] or None,
        "parent": (tree.codes[above] or None) if above is not None else None,
    }


def _figures(row: Row, source: Source) -> dict[str, object]:
    if not source.released:
        return dict(row)
    signed = {name: value_and_sign(row[name]) for name in RELEASED_COUNTS}
    signs = {f"{name}_sign": sign for name, (_, sign) in signed.items()}
    return dict(row) | {name: value for name, (value, _) in signed.items()} | signs


def geometry_of(shape: BaseGeometry | None) -> str:
    """Return the GeoJSON of a shape: rounded, outer rings counter-clockwise (RFC 7946 section 3.1.6)."""
    if shape is None or shape.is_empty:
        return "null"
    rounded = shapely.transform(shapely.force_2d(shape), lambda points: np.round(points, DECIMALS))
    # GEOS writes 100.48760299999999 for 100.487603; Python's own numbers are the shortest that are equal.
    return json.dumps(mapping(shapely.orient_polygons(rounded)))
