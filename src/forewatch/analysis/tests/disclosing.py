"""A made-up country and exact counts for the tests of releases.

Country `XX` has the provinces `XX1` and `XX2`; `XX1` has the districts `XX11` and `XX12`, `XX2` has `XX21`.
District `XX11` has the sub-districts `XX111`, `XX112` and `XX113`, and so on; `XX1111` is a village.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from forewatch.analysis.disclosure import CELLS, Release, make_release
from forewatch.analysis.disclosure.cells import Geography, accepted_cells, base_areas, base_cells
from forewatch.analysis.disclosure.figures import figures
from forewatch.analysis.schema import AREAS

DAY = date(2031, 3, 31)
SEXES = ("F", "M", "X", "unknown")
AGES = ("0-11", "12-14", "15-17", "18-24", "25-59", "60+", "unknown")
BANDS = ("high", "medium", "low", "not_enough_information")
COUNTS = ("people", "assessed", *BANDS)
DISTRICTS = ("XX11", "XX12", "XX21")
Row = dict[str, Any]


def country(districts: Sequence[str] = DISTRICTS, parts: int = 3, level: Sequence[str] = "01234") -> pa.Table:
    """Return the areas of a country: `parts` sub-districts in each district, a village in each of those."""
    rows: list[tuple[str, str | None, str]] = [("XX", None, level[0])]
    rows += [(one, "XX", level[1]) for one in sorted({district[:3] for district in districts})]
    for district in districts:
        rows.append((district, district[:3], level[2]))
        for part in range(1, parts + 1):
            rows.append((f"{district}{part}", district, level[3]))
            rows.append((f"{district}{part}1", f"{district}{part}", level[4]))
    columns = zip(*((code, above, one, f"Place {code}") for code, above, one in rows), strict=True)
    return pa.table(list(columns), schema=AREAS)


def cell(
    place: str,
    people: int,
    band: str = "low",
    sex: str | None = "F",
    age_band: str | None = "18-24",
    *,
    surveyed: int | None = None,
    index_bp: int = 1000,
    index_n: int | None = None,
    share: float = 0.25,
) -> Row:
    """Return one row of cells; `place` is a sub-district (five characters), a district (four) or above."""
    shown = band != "not_enough_information"
    indexes = (people if index_n is None else index_n) if shown else 0
    return {
        "sub_district": place if len(place) == 5 else None,
        "district": place[:4] if len(place) > 3 else None,
        "sex": sex,
        "age_band": age_band,
        "band": band,
        "people": people,
        "surveyed": people if surveyed is None else surveyed,
        "index_sum_bp": index_bp * indexes,
        "index_n": indexes,
        "share_sum": share * people if band == "high" else 0.0,
    }


def table(rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=CELLS)


def release(rows: Iterable[Row], *, areas: pa.Table | None = None, **options: Any) -> Release:
    """Make a release of made-up cells."""
    given = {"definition": "small@1", "as_of": DAY} | options
    return make_release(table(rows), country() if areas is None else areas, **given)


def unaudited(rows: Iterable[Row], split: Iterable[str] = (), *, definition: str = "small@1") -> Release:
    """Return the figures that an office without an audit would publish, with these districts split."""
    geography = Geography.of(country())
    base = base_areas(geography, frozenset(split))
    cells = accepted_cells(table(rows), geography)
    return Release(definition, DAY, figures(base_cells(cells, base), geography), base)


def look(one: Release, area: str, sex: str | None = None, age_band: str | None = None) -> Row:
    """Return the one row of an area, sex and age band; fails when there is none."""
    key = (area, sex, age_band)
    found = [row for row in one.rows.to_pylist() if (row["area_code"], row["sex"], row["age_band"]) == key]
    assert len(found) == 1, f"{len(found)} rows for {key}"
    return found[0]


def said(row: Mapping[str, Any], name: str) -> str:
    """Return a count as a reader sees it: `15`, `at least 15`, `0`, `withheld` or `not surveyed`."""
    value, sign = row[name], row[f"{name}_sign"]
    if sign in ("withheld", "not_surveyed"):
        assert value is None
        return str(sign).replace("_", " ")
    assert (value == 0) == (sign == "zero")
    return f"at least {value}" if sign == "at_least" else str(value)
