"""From files to areas as they state them: maps with outlines, tables without, or both of the same areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import shapely

from forewatch.analysis.boundaries import FOLDER_SUFFIXES, read_boundaries
from forewatch.analysis.problems import InputError
from forewatch.analysis.reading.area_tables import read_area_tables
from forewatch.places.rules import Stated, read_row

TABLE_SUFFIXES = (".csv", ".parquet")
MAP_SUFFIXES = (*FOLDER_SUFFIXES, ".json")
_SHOWN = 20


@dataclass(frozen=True)
class AreaSet:
    """The areas of a set by code, the day from which it says that it holds, and what was repaired in it."""

    areas: Mapping[str, Stated]
    valid_on: date | None = None
    repairs: Mapping[str, str] = field(default_factory=dict)


def read_areas(paths: Sequence[Path], encoding: str = "utf-8") -> AreaSet:
    """Read the files of one set.

    Raises InputError, with file and feature or line, for what cannot be read or is no area.
    """
    tables = [path for path in paths if path.suffix.lower() in TABLE_SUFFIXES]
    maps = [path for path in paths if path not in tables]
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file of areas.")
    for path in maps:
        if not path.is_dir() and path.suffix.lower() not in MAP_SUFFIXES:
            known = ", ".join((*MAP_SUFFIXES, *TABLE_SUFFIXES))
            raise InputError(f"{path}: areas come as one of {known}.")
    listed = _listed(tables, encoding) if tables else {}
    if not maps:
        return AreaSet(listed)
    mapped = _mapped(maps)
    return replace(mapped, areas=_together(listed, mapped.areas)) if listed else mapped


def _listed(files: Sequence[Path], encoding: str) -> dict[str, Stated]:
    found, problems = {}, []
    for row in read_area_tables(files, encoding):
        try:
            one = read_row(row, row["where"])
        except ValueError as problem:
            problems.append(str(problem))
        else:
            found[one.code] = one
    refuse(problems)
    return found


def _mapped(paths: Sequence[Path]) -> AreaSet:
    boundaries = read_boundaries(paths)
    codes = list(boundaries.shapes)
    # The same outline may begin at another corner or run the other way round; normalised it is the same.
    outlines = shapely.to_wkb(shapely.normalize([boundaries.shapes[code] for code in codes]))
    geometry: dict[str, bytes] = dict(zip(codes, outlines, strict=True))
    found, problems = {}, []
    for row in boundaries.areas.to_pylist():
        code = row["area_code"]
        row["name_local"] = boundaries.local_names.get(code)
        try:
            found[code] = read_row(row, boundaries.places[code], geometry.get(code))
        except ValueError as problem:
            problems.append(str(problem))
    refuse(problems)
    return AreaSet(found, boundaries.valid_on, boundaries.repairs)


def _together(listed: Mapping[str, Stated], mapped: Mapping[str, Stated]) -> dict[str, Stated]:
    """Return a table's areas with the outlines of a map's, and those that the map alone has."""
    found, problems = {**mapped, **listed}, []
    for code in listed.keys() & mapped.keys():
        row, shape = listed[code], mapped[code]
        if row.level != shape.level or (row.parent and shape.parent and row.parent != shape.parent):
            problems.append(f"Area {code} is not the same in {row.where}, and in {shape.where}.")
        found[code] = replace(
            row,
            parent=row.parent or shape.parent,
            name=row.name or shape.name,
            name_local=row.name_local or shape.name_local,
            geometry=shape.geometry,
        )
    refuse(problems)
    return found


def refuse(problems: Iterable[str]) -> None:
    """Raise InputError with the first problems, if there are any."""
    said = sorted(problems)
    if said:
        more = [f"... and {len(said) - _SHOWN:,} more."] if len(said) > _SHOWN else []
        raise InputError("\n".join(["Nothing was loaded:", *(f"  {one}" for one in said[:_SHOWN] + more)]))
