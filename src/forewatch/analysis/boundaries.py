"""Boundaries as published: map files in several column styles become areas with codes, parents and shapes.

Three styles are read, told apart by their columns and never by the file's name:

* COD-AB, in every spelling OCHA has used: `ADM2_PCODE`/`ADM2_EN`, `admin2Pcode`/`admin2Name_en`,
  `adm2_pcode`/`adm2_en`. A row names its whole chain, so the areas above need no file of their own.
* geoBoundaries: `shapeID`/`shapeName`/`shapeType`/`shapeGroup`, which names the country and nothing between.
* our own plain columns: `area_code`, `parent_code`, `level`, `name`.

Names are never keys: many places share one. Codes are, and an area without one is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from forewatch.analysis import schema
from forewatch.analysis.problems import InputError

FOLDER_SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip")
WGS84 = ("EPSG:4326", "OGC:CRS84", "EPSG:4979")

_CODE = re.compile(r"adm(?:in)?([0-4])_?pcode?")
_NAME = re.compile(r"adm(?:in)?([0-4])_?(?:name([1-9])?)?_?([a-z]{2})?")
_LOCAL_NAME = re.compile(r"name_(local|[a-z]{2})")
_SHAPE_TYPE = re.compile(r"ADM([0-4])")
_VALID_ON = ("validon", "valid_on")


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Areas (`schema.AREAS`, by level and code), their shapes by area code, and what else the file says.

    Shapes are valid polygons or multipolygons in WGS 84 degrees; an area named only as a parent has none.
    By area code too: names in the local language, where each area stands (file and feature), and of each
    repaired outline what was wrong with it. `valid_on` is the day from which the set says that it holds.
    """

    areas: pa.Table
    shapes: Mapping[str, BaseGeometry] = field(repr=False)
    local_names: Mapping[str, str] = field(repr=False, default_factory=dict)
    places: Mapping[str, str] = field(repr=False, default_factory=dict)
    repairs: Mapping[str, str] = field(default_factory=dict)
    valid_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """What an area is called: in English if the file says so, and in the language spoken there."""

    name: str | None = None
    local: str | None = None

    def or_else(self, other: _Names) -> _Names:
        return _Names(self.name or other.name, self.local or other.local)


@dataclass(frozen=True, slots=True)
class _Area:
    code: str
    level: str | None
    names: _Names
    where: str
    """The file and feature, for messages."""
    own: bool = True
    """Whether this row is about the area itself; if not, it only names it as a parent."""
    parent: str | None = None
    parent_said: bool = True
    """Whether the file has a column for the parent; if not, it is looked up on the map."""
    country: str = ""
    shape: BaseGeometry | None = None
    repair: str | None = None
    """What was wrong with the shape as it came."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of a file: its columns as text, by name in lower case, and one geometry (or None) a row."""

    file: str
    columns: dict[str, list[str | None]]
    shapes: list[BaseGeometry | None]
    repairs: list[str | None] = field(default_factory=list)

    def where(self, row: int) -> str:
        return f"{self.file}, feature {row + 1}"

    def needed(self, column: str, row: int) -> str:
        """Return a value that must be there."""
        value = self.columns[column][row]
        if value is None:
            raise InputError(f"{self.where(row)}: {column} is empty; every area needs its code.")
        return value

    def value(self, column: str | None, row: int) -> str | None:
        """Return a value that may be missing, as may its column."""
        return self.columns[column][row] if column in self.columns else None

    def outlines(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield each row's number, its place for messages, and its outline as an area has it."""
        for row, (shape, repair) in enumerate(zip(self.shapes, self.repairs, strict=True)):
            yield row, self.where(row), {"shape": shape, "repair": repair}


def read_boundaries(paths: Sequence[Path]) -> Boundaries:
    """Read areas and their shapes from GeoJSON, GeoPackage or Shapefile (also zipped): files or folders.

    Raises InputError for a file that cannot be read, is not in WGS 84, lacks a code, gives one area two
    shapes or two parents, or leaves an area outside every area of the level above.
    """
    found: list[_Area] = []
    days: list[date] = []
    for file in _files(paths):
        for layer in _layers(file):
            sound = [_polygons(shape, layer.where(row)) for row, shape in enumerate(layer.shapes)]
            shapes, repairs = [shape for shape, _ in sound], [repair for _, repair in sound]
            found += _areas(replace(layer, shapes=shapes, repairs=repairs))
            days += _days(layer)
    areas = _with_parents(_merged(found))
    rows = sorted(areas.values(), key=lambda one: (one.level or "", one.code))
    table = pa.Table.from_pylist(
        [
            {"area_code": one.code, "parent_code": one.parent, "level": one.level, "name": one.names.name}
            for one in rows
        ],
        schema=schema.AREAS,
    )
    return Boundaries(
        areas=table,
        shapes={one.code: one.shape for one in rows if one.shape is not None},
        local_names={one.code: one.names.local for one in rows if one.names.local},
        places={one.code: one.where for one in rows},
        repairs={one.code: one.repair for one in rows if one.repair},
        valid_on=max(days, default=None),
    )


def _files(paths: Sequence[Path]) -> list[str]:
    """Return what GDAL is to open: the map files of a folder, the members of a zip, or the file itself."""
    files: list[str] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder of boundaries.")
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        chosen = [one for one in inside if one == path or one.suffix.lower() in FOLDER_SUFFIXES]
        if not chosen:
            raise InputError(f"{path}: the folder holds no GeoJSON, GeoPackage or Shapefile.")
        for one in chosen:
            files += _zip_members(one) if one.suffix.lower() == ".zip" else [str(one)]
    return files


def _zip_members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith(FOLDER_SUFFIXES[:3]))
    except zipfile.BadZipFile as error:
        raise InputError(f"{path.name}: the zip file is damaged ({error}). Download it again.") from error
    if not names:
        raise InputError(f"{path.name}: the zip file holds no GeoJSON, GeoPackage or Shapefile.")
    return [f"/vsizip/{path.resolve().as_posix()}/{name}" for name in names]


def _layers(file: str) -> Iterator[_Layer]:
    """Yield the layers of polygons; COD-AB packages also carry lines and points, which are not areas."""
    import pyogrio

    short = Path(file).name
    try:
        kinds = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(file)]
        polygons = [name for name, kind in kinds if not re.search("Point|Line|None", kind)]
        tables = [pyogrio.read_arrow(file, layer=name) for name in polygons]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(
            f"{short} cannot be read as a map; give GeoJSON, GeoPackage or a zipped Shapefile. ({error})"
        ) from error
    if not polygons:
        raise InputError(f"{short} holds no polygons; give the file with the areas' outlines.")
    for meta, table in tables:
        yield _layer(short, meta["crs"], meta["geometry_name"] or "wkb_geometry", table)


def _layer(file: str, crs: str | None, geometry: str, table: pa.Table) -> _Layer:
    if crs not in WGS84:
        said = crs or "none given"
        raise InputError(
            f"{file}: the coordinates must be longitude and latitude in WGS 84 (EPSG:4326), but the file's "
            f"coordinate system is: {said}. Save it again as EPSG:4326."
        )
    try:
        shapes = shapely.force_2d(shapely.from_wkb(table.column(geometry).to_numpy()))
    except shapely.errors.GEOSException as error:
        raise InputError(f"{file}: an outline is broken and cannot be read: {error}.") from error
    west, south, east, north = shapely.total_bounds(shapes)
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise InputError(
            f"{file}: the coordinates are not degrees of longitude and latitude. Save it again as EPSG:4326."
        )
    columns = {
        name.lower(): [_clean(value) for value in column.to_pylist()]
        for name, column in zip(table.column_names, table.columns, strict=True)
        if name != geometry
    }
    return _Layer(file, columns, list(shapes))


def _clean(value: object) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _days(layer: _Layer) -> Iterator[date]:
    """Yield the days from which a set's rows hold, as COD-AB says in `validOn`."""
    for column in _VALID_ON:
        for row, value in enumerate(layer.columns.get(column, ())):
            if value is None:
                continue
            try:
                yield date.fromisoformat(value[:10].replace("/", "-"))
            except ValueError as error:
                raise InputError(f"{layer.where(row)}: {column} is {value!r}, which is no day.") from error


def _polygons(shape: BaseGeometry | None, where: str) -> tuple[BaseGeometry | None, str | None]:
    """Return a valid shape made of polygons only, and what was wrong with it if it had to be repaired."""
    if shape is None or shape.is_empty:
        return None, None
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError(f"{where}: the shape is a {shape.geom_type}; an area's outline must be a polygon.")
    if shape.is_valid:
        return shape, None
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty:
        raise InputError(f"{where}: the outline encloses nothing and cannot be repaired.")
    return mended, str(shapely.is_valid_reason(shape))


def _areas(layer: _Layer) -> Iterable[_Area]:
    """Return a layer's areas, and those its rows name as parents, by the style of its columns."""
    if "area_code" in layer.columns:
        return _plain(layer)
    if {"shapeid", "shapetype", "shapegroup"} <= layer.columns.keys():
        return _geoboundaries(layer)
    if codes := _code_columns(layer.columns):
        return _cod(layer, codes)
    raise InputError(
        f"{layer.file}: no column says which area a shape is. Expected area_code, or ADM1_PCODE (COD-AB), or "
        f"shapeID, shapeType and shapeGroup (geoBoundaries); found: {', '.join(layer.columns) or 'none'}."
    )


def _plain(layer: _Layer) -> Iterator[_Area]:
    local = next((name for name in layer.columns if _is_local(name)), None)
    for row, where, outline in layer.outlines():
        yield _Area(
            code=layer.needed("area_code", row),
            level=layer.value("level", row),
            names=_Names(layer.value("name", row), layer.value(local, row)),
            where=where,
            parent=layer.value("parent_code", row),
            parent_said="parent_code" in layer.columns,
            **outline,
        )


def _is_local(column: str) -> bool:
    """Tell whether one of our own columns holds names in the local language: `name_local`, or `name_th`."""
    match = _LOCAL_NAME.fullmatch(column)
    return match is not None and match[1] != "en"


def _geoboundaries(layer: _Layer) -> Iterator[_Area]:
    """The country is an area too, coded by `shapeGroup`; districts find their province on the map."""
    for row, where, outline in layer.outlines():
        country = layer.needed("shapegroup", row)
        kind = _SHAPE_TYPE.fullmatch(layer.needed("shapetype", row))
        if kind is None:
            raise InputError(f"{where}: shapeType is not one of ADM0, ADM1, ADM2, ADM3 and ADM4.")
        names = _Names(layer.value("shapename", row))
        if kind[1] == "0":
            yield _Area(country, "0", names, where, country=country, **outline)
            continue
        yield _Area(country, "0", _Names(), where, own=False, country=country)
        code = layer.needed("shapeid", row)
        yield _Area(
            code, kind[1], names, where, parent=country, parent_said=False, country=country, **outline
        )


def _code_columns(columns: Iterable[str]) -> dict[str, str]:
    """Return the columns of codes by level, from the country down."""
    found = {match[1]: column for column in columns if (match := _CODE.fullmatch(column))}
    return dict(sorted(found.items()))


def _name_columns(columns: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Return the columns of names by level, and of names in the local language where there is another one.

    The name is in English, else without a language, else the first there is; COD-AB numbers the other
    languages (`adm1_name1`) or names them (`ADM1_TH`).
    """
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for column in columns:
        if match := _NAME.fullmatch(column):
            language = match[2] or match[3]
            found[match[1]].append(({"en": 0, None: 1}.get(language, 2), column))
    chosen = {}
    for level, ranked in found.items():
        name = min(ranked, key=lambda one: one[0])[1]
        local = next((column for rank, column in ranked if rank == 2), None)
        chosen[level] = (name, local)
    return chosen


def _cod(layer: _Layer, codes: dict[str, str]) -> Iterator[_Area]:
    """Yield each row's whole chain, the country (or highest level given) first; the last has the shape."""
    columns = _name_columns(layer.columns)

    def names(level: str, row: int) -> _Names:
        name, local = columns.get(level, (None, None))
        return _Names(layer.value(name, row), layer.value(local, row))

    *above, lowest = codes
    for row, where, outline in layer.outlines():
        parent = None
        for level in above:
            code = layer.needed(codes[level], row)
            yield _Area(code, level, names(level, row), where, own=False, parent=parent)
            parent = code
        code = layer.needed(codes[lowest], row)
        yield _Area(
            code, lowest, names(lowest, row), where, parent=parent, parent_said=bool(above), **outline
        )


def _merged(found: Iterable[_Area]) -> dict[str, _Area]:
    """Return one area per code: its own row wins over those that name it, and rows may not contradict it."""
    areas: dict[str, _Area] = {}
    for new in found:
        old = areas.get(new.code)
        if old is None:
            areas[new.code] = new
            continue
        if old.own and new.own:
            twice = (
                "has two shapes" if old.shape is not None and new.shape is not None else "stands there twice"
            )
            raise InputError(f"Area {new.code} {twice}: {old.where}, and {new.where}.")
        for what, one, other in (("parents", old.parent, new.parent), ("levels", old.level, new.level)):
            if one is not None and other is not None and one != other:
                raise InputError(
                    f"Area {new.code} has two {what}: {one} ({old.where}), and {other} ({new.where})."
                )
        first, second = (new, old) if new.own else (old, new)
        areas[new.code] = replace(
            first, names=first.names.or_else(second.names), parent=first.parent or second.parent
        )
    return areas


def _with_parents(areas: dict[str, _Area]) -> dict[str, _Area]:
    """Find on the map the parents that no column gives: the area above that holds a point of this one.

    The level above is the nearest one with shapes in the same country; with none, what is known stands.
    """
    by_level: dict[tuple[str, str], list[_Area]] = defaultdict(list)
    for area in areas.values():
        if area.shape is not None and area.level in tuple("01234"):
            by_level[area.country, area.level].append(area)
    result = dict(areas)
    for (country, level), children in by_level.items():
        above = max((other for land, other in by_level if land == country and other < level), default="")
        lost = [one for one in children if not one.parent_said and _higher(areas, one.parent, above)]
        if lost:
            holders = _holders(lost, by_level[country, above])
            result |= {
                one.code: replace(one, parent=holder) for one, holder in zip(lost, holders, strict=True)
            }
    return result


def _higher(areas: dict[str, _Area], parent: str | None, level: str) -> bool:
    """Tell whether a known parent leaves room for one at `level`, nearer to the child."""
    return level > "" if parent is None else (areas[parent].level or "") < level


def _holders(children: list[_Area], parents: list[_Area]) -> list[str]:
    """Return, for each child, the code of the parent whose polygon holds the child's representative point."""
    tree = shapely.STRtree([one.shape for one in parents])
    points = shapely.point_on_surface(np.array([one.shape for one in children]))
    holders: dict[int, list[int]] = defaultdict(list)
    for child, parent in zip(*tree.query(points, predicate="intersects"), strict=True):
        holders[int(child)].append(int(parent))
    for place, one in enumerate(children):
        if place not in holders:
            raise InputError(
                f"{one.where}: area {one.code} ({one.names.name}) lies in no area of the level above. "
                "Add a column with its parent's code."
            )
    # A point on a shared border belongs to both; the smaller code decides, so that file order does not.
    return [min(parents[each].code for each in holders[place]) for place in range(len(children))]
