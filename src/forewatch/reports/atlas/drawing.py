"""Areas as shapes: an SVG that the server draws, and the same outlines as GeoJSON for the browser's map.

Both are simplified for a picture of one area's parts, and kept in memory by what they were made from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from forewatch.places.models import Area
from forewatch.reports.atlas.sheets import Line
from forewatch.reports.picture import Drawn, Picture, draw
from forewatch.reports.shapes import PIXELS, shrink
from forewatch.reports.tree import Tree

DECIMALS = 5
"""Of a degree: about a metre, finer than a pixel of any part of a district."""

Outline = tuple[str, bytes]


def outlines(areas: Sequence[Area]) -> tuple[Outline, ...]:
    """Return the codes and outlines of those areas that have one, in the order of their codes."""
    ids = [one.pk for one in areas]
    found = Area.objects.filter(pk__in=ids, geometry__isnull=False).values_list("code", "geometry")
    return tuple(sorted((code, bytes(geometry)) for code, geometry in found if geometry))


@dataclass(frozen=True)
class DrawnPart:
    """A part of an area on the picture, with its figures."""

    line: Line
    shape: Drawn


@dataclass(frozen=True)
class DrawnParts:
    """The picture of an area's parts; those without an outline are only counted."""

    picture: Picture
    parts: Sequence[DrawnPart]
    missing: int


def drawn_parts(lines: Sequence[Line]) -> DrawnParts | None:
    """Return the picture of some areas, or None when none of them has an outline."""
    picture, codes = picture_of(outlines([one.area for one in lines if one.area]))
    if picture is None:
        return None
    by_code = {one.key: one for one in lines}
    parts = [DrawnPart(by_code[codes[one.place]], one) for one in picture.areas]
    return DrawnParts(picture, parts, len(lines) - len(parts))


@lru_cache(maxsize=128)
def picture_of(found: tuple[Outline, ...]) -> tuple[Picture | None, tuple[str, ...]]:
    """Return the picture of some outlines, and the codes of its areas by their place in it."""
    codes = tuple(code for code, _ in found)
    tree = Tree(["", *codes], ["", *codes], [""] * (len(codes) + 1), [None, *[0] * len(codes)])
    places = range(1, len(codes) + 1)
    shapes = shrink(tree, {code: shapely.from_wkb(outline) for code, outline in found}, places)
    return draw(shapes, list(places)), ("", *codes)


@lru_cache(maxsize=128)
def geojson_of(found: tuple[Outline, ...]) -> str:
    """Return the outlines as GeoJSON, with the point where each area's label stands."""
    shapes = np.array([_polygons(shapely.from_wkb(outline)) for _, outline in found], dtype=object)
    if not len(shapes):
        return json.dumps({"type": "FeatureCollection", "features": []})
    west, south, east, north = shapely.total_bounds(shapes)
    simple = shapely.coverage_simplify(shapes, max(east - west, north - south) / PIXELS / 2)
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "label": _label(outline)},
            "geometry": _rounded(outline),
        }
        for (code, _), outline in zip(found, simple, strict=True)
    ]
    bounds = [round(float(one), DECIMALS) for one in (west, south, east, north)]
    return json.dumps({"type": "FeatureCollection", "bbox": bounds, "features": features})


def _polygons(outline: BaseGeometry) -> BaseGeometry:
    """Return what of an outline is an area: a point or a line encloses nothing."""
    return outline if outline.geom_type in ("Polygon", "MultiPolygon") else shapely.Polygon()


def _label(outline: BaseGeometry) -> list[float]:
    point = shapely.maximum_inscribed_circle(outline).coords[0] if not outline.is_empty else (0, 0)
    return [round(float(one), DECIMALS) for one in point[:2]]


def _rounded(outline: BaseGeometry) -> object:
    flat = shapely.transform(shapely.force_2d(outline), lambda points: np.round(points, DECIMALS))
    return mapping(shapely.orient_polygons(flat))
