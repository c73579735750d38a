"""A report as GeoJSON: a feature for each area, with its outline and its figures."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import shapely

from forewatch.reports.areas_geojson import geometry_of
from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.drawing import outlines
from forewatch.reports.atlas.exports.columns import about, keys_of, values_of
from forewatch.reports.atlas.rules import Crossing

OF_THE_AREA = ("area_code", "name", "level", "by")


def as_geojson(report: Report) -> bytes:
    """Return one feature an area, null where it has no outline; what was crossed stands in its `groups`."""
    areas = {line.area.code: line.area for line in report.lines}
    shapes = {code: shapely.from_wkb(found) for code, found in outlines(list(areas.values()))}
    features = []
    for code, lines in groupby(report.lines, key=lambda one: one.area.code):
        groups: list[dict[str, Any]] = [keys_of(report, one) | values_of(report, one) for one in lines]
        features.append(
            {
                "type": "Feature",
                "properties": _properties(groups, apart=_apart(report.asked)),
                "geometry": json.loads(geometry_of(shapes.get(code))),
            }
        )
    whole = {"type": "FeatureCollection", **about(report), "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def _apart(asked: Crossing) -> bool:
    return asked.each_home or asked.each_sex or asked.each_age


def _properties(groups: list[dict[str, Any]], *, apart: bool) -> dict[str, Any]:
    if not apart:
        return groups[0]
    shared = {name: groups[0][name] for name in OF_THE_AREA}
    rest = [{name: one[name] for name in one if name not in OF_THE_AREA} for one in groups]
    return shared | {"groups": rest}
