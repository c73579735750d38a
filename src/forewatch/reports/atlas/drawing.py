"""Areas as shapes: an SVG that the server draws, and the same outlines as GeoJSON for the browser's map.

Both are simplified for a picture of one area's parts, and kept in memory by what they were made from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.urls import reverse
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from forewatch.places.models import Area
from forewatch.reports.atlas.sheets import Line, Sheet
from forewatch.reports.atlas.words import sign_word
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


def outlines_of(sheet: Sheet) -> tuple[Outline, ...]:
    """Return the outlines of a sheet's parts."""
    return outlines([one.area for one in sheet.parts if one.area])


def figures_of(sheet: Sheet, laid: Laid | None) -> dict[str, dict[str, Any]]:
    """Return what the browser's map shows of each part: shade, number, words, and where it leads."""
    labels, band = (laid.labels if laid else {}), sheet.asked.show.band
    return {
        one.key: {
            "name": str(one.area),
            "shade": one.shade,
            "count": one.row[band],
            "said": f"{one.area}: {sign_word(one.sign)}",
            "label": labels.get(one.key),
            "url": f"{reverse('map')}?{urlencode(sheet.asked.parameters(area=one.key))}",
        }
        for one in sheet.parts
    }


@lru_cache(maxsize=128)
def picture_of(found: tuple[Outline, ...]) -> tuple[Picture | None, tuple[str, ...]]:
    """Return the picture of some outlines, and the codes of its areas by their place in it."""
    codes = tuple(code for code, _ in found)
    tree = Tree(["", *codes], ["", *codes], [""] * (len(codes) + 1), [None, *[0] * len(codes)])
    places = range(1, len(codes) + 1)
    shapes = shrink(tree, {code: shapely.from_wkb(outline) for code, outline in found}, places)
    return draw(shapes, list(places)), ("", *codes)


@dataclass(frozen=True)
class Laid:
    """Outlines as the browser's map lays them out: the corners of all, and where each area's label stands."""

    bbox: Sequence[float]
    labels: Mapping[str, Sequence[float]]
    geojson: str


@lru_cache(maxsize=128)
def laid_out(found: tuple[Outline, ...]) -> Laid | None:
    """Return outlines for the browser's map; None when there are none."""
    shapes = np.array([_polygons(shapely.from_wkb(outline)) for _, outline in found], dtype=object)
    if not len(shapes) or all(shapely.is_empty(shapes)):
        return None
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    simple = shapely.coverage_simplify(shapes, max(east - west, north - south) / PIXELS / 2)
    codes = [code for code, _ in found]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": _rounded(outline)}
        for code, outline in zip(codes, simple, strict=True)
    ]
    return Laid(
        [round(one, DECIMALS) for one in (west, south, east, north)],
        {code: _label(outline) for code, outline in zip(codes, simple, strict=True) if not outline.is_empty},
        json.dumps({"type": "FeatureCollection", "features": features}),
    )


def _polygons(outline: BaseGeometry) -> BaseGeometry:
    """Return what of an outline is an area: a point or a line encloses nothing."""
    return outline if outline.geom_type in ("Polygon", "MultiPolygon") else shapely.Polygon()


def _label(outline: BaseGeometry) -> list[float]:
    x, y = shapely.maximum_inscribed_circle(outline).coords[0][:2]
    return [round(float(x), DECIMALS), round(float(y), DECIMALS)]


def _rounded(outline: BaseGeometry) -> object:
    flat = shapely.transform(shapely.force_2d(outline), lambda points: np.round(points, DECIMALS))
    return mapping(shapely.orient_polygons(flat))
