"""Files of made-up areas, as publishers would write them, and loading them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import shapely

from forewatch.access.actors import nobody
from forewatch.places.actions import Loaded, load_areas

FIRST, LATER = date(2020, 1, 1), date(2024, 7, 1)
COLUMNS = ("area_code", "parent_code", "level", "name", "name_local")
BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])

Feature = tuple[Mapping[str, object], shapely.Geometry | None]


def geojson(path: Path, features: Sequence[Feature]) -> Path:
    """Write features, and return the path."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": dict(properties),
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for properties, shape in features
        ],
    }
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def table(path: Path, *rows: Sequence[str]) -> Path:
    """Write a table of areas, and return the path."""
    with path.open("w", newline="", encoding="utf-8") as sink:
        csv.writer(sink).writerows([COLUMNS, *rows])
    return path


def sub_district(code: str, name: str, west: float, **others: object) -> Feature:
    """Return a sub-district of XA10 as COD-AB has it, with its whole chain; a square west of `west` + 1."""
    district = code[:6]
    properties = {
        "ADM3_PCODE": code,
        "ADM3_EN": name,
        "ADM3_TH": "ตำบล" + name,
        "ADM2_PCODE": district,
        "ADM2_EN": f"District {district}",
        "ADM2_TH": "อำเภอ",
        "ADM1_PCODE": code[:4],
        "ADM1_EN": "Upper Reach",
        "ADM1_TH": "เหนือคุ้ง",
        "ADM0_PCODE": "XA",
        "ADM0_EN": "Sandland",
        "ADM0_TH": "แดนทราย",
    }
    return properties | others, shapely.box(west, 0, west + 1, 1)


def three() -> list[Feature]:
    """Return three sub-districts of two districts."""
    return [
        sub_district("XA100101", "Millbank", 0),
        sub_district("XA100102", "Weirside", 1),
        sub_district("XA100201", "Farbank", 2),
    ]


def load(*files: Path, day: date = FIRST, country: str | None = None) -> Loaded:
    """Load a set from the command line's seat."""
    return load_areas(by=nobody(), files=files, valid_on=day, country=country)
