"""What is counted from the assessments afterwards: drivers, home towns, cells of a release."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from forewatch.analysis.database import opened, rows, table
from forewatch.analysis.definition import Definition
from forewatch.analysis.disclosure.cells import CELLS, DISTRICT, LEVELS, SUB_DISTRICT, Geography
from forewatch.analysis.plan import areas as tree
from forewatch.analysis.plan.names import quoted, text
from forewatch.analysis.schema import AGE_BANDS, BANDS, UNKNOWN

DRIVERS = pa.schema(
    [
        pa.field("area_code", pa.string()),
        pa.field("score", pa.int8()),
        pa.field("indicator", pa.string()),
        pa.field("people", pa.int64()),
    ]
)

ORIGINS = pa.schema(
    [
        pa.field("level", pa.int8()),
        pa.field("area_code", pa.string()),
        pa.field("home_area_code", pa.string()),
        pa.field("sex", pa.string()),
        pa.field("age_band", pa.string()),
        *(
            pa.field(name, pa.int64())
            for name in (
                *("people", "assessed", *BANDS, "provisional", "act_now", "surveyed"),
                *("index_sum_bp", "index_n"),
            )
        ),
    ]
)
"""Residents of each area by their home town (null where it is not known), sex and age band, at each level."""


def driver_counts(assessments: Path, definition: Definition, areas: pa.Table) -> pa.Table:
    """Return how many people have a known 3, and a known 2, by area (descendants included) and indicator.

    Columns `DRIVERS`; combinations with nobody are left out.
    """
    named = {f"{one}={score}": (score, one) for one in definition.indicators for score in (3, 2)}
    counts = ", ".join(
        f"count(*) FILTER (WHERE {quoted('s_' + one)} = {score}) AS {quoted(name)}"
        for name, (score, one) in named.items()
    )
    totals = ", ".join(f"sum({quoted(name)}) AS {quoted(name)}" for name in named)
    closure = tree.closure(areas["area_code"].to_pylist(), areas["parent_code"].to_pylist())
    with opened() as connection:
        connection.register("closure", closure)
        found = rows(
            connection,
            f"WITH lowest AS (SELECT area_code, {counts} FROM read_parquet({text(str(assessments))}) "
            f"GROUP BY area_code) SELECT c.ancestor, {totals} FROM lowest AS l "
            "JOIN closure AS c ON c.area_code = l.area_code GROUP BY c.ancestor ORDER BY c.ancestor",
        )
    flat = [
        (row[0], *named[name], int(people))
        for row in found
        for name, people in zip(named, row[1:], strict=True)
        if people
    ]
    columns = [[row[place] for row in flat] for place in range(len(DRIVERS))]
    return pa.table(columns, schema=DRIVERS)


def origin_counts(assessments: Path, definition: Definition, areas: pa.Table) -> pa.Table:
    """Return how many residents of each area come from which home town, in cells that sum (`ORIGINS`).

    Everybody is counted once for each level: where they live and where they are from are then the areas of
    that level, or the lowest known where it lies higher. A home town outside `areas` is null.
    """
    bands = ", ".join(f"count(*) FILTER (WHERE band = '{band}') AS {quoted(band)}" for band in BANDS)
    summed = ", ".join(f"sum({name}) AS {name}" for name in ORIGINS.names[5:])
    with opened() as connection:
        connection.register("lifted", _lifted(areas))
        found = table(
            connection,
            f"""WITH lowest AS (
                SELECT area_code, home_area_code, {_GROUP}, count(*) AS people,
                    count(*) FILTER (WHERE {_SHOWN}) AS assessed, {bands},
                    count(*) FILTER (WHERE band_basis = 'provisional') AS provisional,
                    count(*) FILTER (WHERE len(act_now) > 0) AS act_now, {_surveyed(definition)}, {_INDEX}
                FROM read_parquet({text(str(assessments))}) GROUP BY ALL)
            SELECT a.level, a.above AS area_code, h.above AS home_area_code, sex, age_band, {summed}
            FROM lowest JOIN lifted AS a USING (area_code)
            LEFT JOIN lifted AS h ON h.area_code = lowest.home_area_code AND h.level = a.level
            GROUP BY ALL ORDER BY ALL""",
        )
    return found.cast(ORIGINS)


def _lifted(areas: pa.Table) -> pa.Table:
    """Return for every area and level the area of that level it lies in; itself where it lies higher."""
    geography = Geography.of(areas)
    found: list[tuple[int, str, str]] = []
    for code in areas["area_code"].to_pylist():
        above = {geography.level.get(one): one for one in geography.chain(code)}
        found += [(level, code, above.get(level, code)) for level in range(len(LEVELS))]
    return pa.table(dict(zip(("level", "area_code", "above"), zip(*found, strict=True), strict=True)))


def release_cells(assessments: Path, definition: Definition, areas: pa.Table) -> pa.Table:
    """Return the exact base cells of a release (`disclosure.CELLS`) from the assessments of a run.

    Raises ValueError when somebody lives in an area that lies in no district.
    """
    with opened() as connection:
        connection.register("places", _places(areas))
        lost = rows(
            connection,
            f"SELECT area_code, count(*) FROM read_parquet({text(str(assessments))}) AS a "
            "ANTI JOIN places AS p USING (area_code) GROUP BY area_code ORDER BY area_code LIMIT 3",
        )
        if lost:
            named = ", ".join(f"{code} ({people} people)" for code, people in lost)
            raise ValueError(
                f"A release counts people by district, and some live in no area of level {DISTRICT} "
                f"(district): {named}. Give --areas with the levels 0 country to 4 village."
            )
        counted = table(connection, _cells_query(assessments, definition))
    return counted.cast(CELLS)


def _places(areas: pa.Table) -> pa.Table:
    """Return the district and sub-district (null when there is none) of every area in a district."""
    geography = Geography.of(areas)
    found = []
    for code in areas["area_code"].to_pylist():
        above = {geography.level[one]: one for one in geography.chain(code) if one in geography.level}
        if DISTRICT in above:
            found.append((code, above[DISTRICT], above.get(SUB_DISTRICT)))
    names = ("area_code", "district", "sub_district")
    return pa.table(
        {name: pa.array([row[place] for row in found], pa.string()) for place, name in enumerate(names)}
    )


def _cells_query(assessments: Path, definition: Definition) -> str:
    return f"""
        SELECT p.sub_district, p.district, {_GROUP}, band,
            count(*) AS people, {_surveyed(definition)}, {_INDEX},
            coalesce(sum({_share(definition)}) FILTER (WHERE band = 'high'), 0.0) AS share_sum
        FROM read_parquet({text(str(assessments))}) AS a JOIN places AS p USING (area_code)
        GROUP BY ALL ORDER BY ALL"""


_SHOWN = "band <> 'not_enough_information'"
_AGES = " ".join(f"WHEN age <= {last} THEN '{name}'" for name, (_, last) in AGE_BANDS.items())
_GROUP = f"coalesce(sex, '{UNKNOWN}') AS sex, CASE WHEN age IS NULL THEN '{UNKNOWN}' {_AGES} END AS age_band"
_INDEX = (
    f"coalesce(sum(index_bp) FILTER (WHERE {_SHOWN}), 0) AS index_sum_bp, "
    f"count(index_bp) FILTER (WHERE {_SHOWN}) AS index_n"
)


def _surveyed(definition: Definition) -> str:
    """Return the SQL that counts people of whom anything is known."""
    known = " OR ".join(f"{quoted('s_' + one)} IS NOT NULL" for one in definition.indicators)
    return f"count(*) FILTER (WHERE {known} OR {_SHOWN}) AS surveyed"


def _share(definition: Definition) -> str:
    """Return the SQL of the Alkire-Foster share: the weight of 3s over that known, over domains."""
    parts, weights = [], []
    for domain in definition.domains.values():
        of = definition.of_domain(domain.id)
        threes = " + ".join(
            f"CASE WHEN {quoted('s_' + one.id)} = 3 THEN {one.weight} ELSE 0 END" for one in of
        )
        known = " + ".join(
            f"CASE WHEN {quoted('s_' + one.id)} IS NULL THEN 0 ELSE {one.weight} END" for one in of
        )
        parts.append(f"{domain.weight} * coalesce(CAST({threes} AS DOUBLE) / nullif({known}, 0), 0.0)")
        weights.append(f"CASE WHEN {known} > 0 THEN {domain.weight} ELSE 0 END")
    return f"({' + '.join(parts)}) / nullif({' + '.join(weights)}, 0)"
