"""A made-up province for tests of reports: places, people, figures, drivers and shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from forewatch.analysis import schema
from forewatch.analysis.definition import (
    Aggregation,
    Bands,
    Definition,
    Domain,
    Indicator,
    Level,
    Threshold,
)
from forewatch.analysis.disclosure import ROWS
from forewatch.analysis.expressions import Truth

AS_OF = date(2026, 6, 30)
SHOW_BP, FIRM_BP, MEDIUM_BP, HIGH_BP = 4000, 7500, 2000, 4000


def define(*, title: str = "A small index, a reconstruction", **aggregation: object) -> Definition:
    """Return an index of four indicators that scores nobody: reports read only its labels and thresholds."""
    always = Truth(True)
    indicators = {
        name: Indicator(
            name,
            "living",
            Level.HOUSEHOLD,
            {"en": f"{label} <in words> & more", "th": f"ตัวชี้วัด{name}"},
            365,
            always,
        )
        for name, label in {"L1": "Debt", "L2": "Water", "L3": "Papers", "L4": "School"}.items()
    }
    mean = Aggregation(
        "mean", Threshold(SHOW_BP, 2000), Threshold(FIRM_BP, 6000), Bands(MEDIUM_BP, HIGH_BP, 8)
    )
    return Definition(
        id="small-index",
        version=3,
        title={"en": title, "th": "ดัชนีขนาดเล็ก"},
        domains={"living": Domain("living", 1, {"en": "Living", "th": "ความเป็นอยู่"})},
        variables={},
        derived={},
        indicators=indicators,
        events={},
        gates=(),
        aggregation=replace(mean, **aggregation),
    )


@dataclass(frozen=True)
class Province:
    """Everything that goes into a report but the figures' file: areas, shapes, people by village."""

    areas: pa.Table
    shapes: dict[str, shapely.Geometry]
    people: pa.Table
    drivers: pa.Table


def make_province(
    districts: int = 3, sub_districts: int = 3, villages: int = 4, people: int = 3_000, top: str = "XF"
) -> Province:
    """Return a made-up province: every village has the same chance of people; two were never surveyed."""
    rows = [(top, None, "1", "Mirkland")]
    for district in range(1, districts + 1):
        code = f"{top}{district:02d}"
        rows.append((code, top, "2", f"District {district}"))
        for sub in range(1, sub_districts + 1):
            rows.append((f"{code}{sub:02d}", code, "3", f"Sub-district {district}.{sub}"))
            rows += [
                (
                    f"{code}{sub:02d}{number:02d}",
                    f"{code}{sub:02d}",
                    "4",
                    f"Village {district}.{sub}.{number}",
                )
                for number in range(1, villages + 1)
            ]
    areas = pa.table(dict(zip(schema.AREAS.names, zip(*rows, strict=True), strict=True))).cast(schema.AREAS)
    lowest = [row[0] for row in rows if row[2] == "4"]
    return Province(areas, make_shapes(rows, lowest), make_people(lowest, people), make_drivers(areas))


def make_shapes(rows: list, lowest: list[str], seed: int = 5) -> dict[str, shapely.Geometry]:
    """Return shapes for all areas: Voronoi cells for the villages, and their unions."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(len(lowest))))
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)[: len(lowest)]
    points = (100, 19) + 0.05 * (grid + rng.uniform(-0.35, 0.35, grid.shape))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    frame = shapely.buffer(shapely.convex_hull(shapely.multipoints(points)), 0.03)
    clipped = shapely.transform(shapely.intersection(cells, frame), lambda corners: np.round(corners, 6))
    return with_areas_above(rows, dict(zip(lowest, clipped, strict=True)))


def with_areas_above(rows: list, villages: dict[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    """Return the villages' shapes and the unions of these for the areas above."""
    parent = {row[0]: row[1] for row in rows}
    shapes, below = dict(villages), villages
    for _ in range(3):
        groups: dict[str, list] = {}
        for code, shape in below.items():
            groups.setdefault(parent[code], []).append(shape)
        below = {code: shapely.coverage_union_all(parts) for code, parts in groups.items()}
        shapes |= below
    return shapes


def make_people(lowest: list[str], people: int, seed: int = 7) -> pa.Table:
    """Return one row per person: village, home, sex, age band, band, index; later villages have it harder."""
    rng = np.random.default_rng(seed)
    village = rng.integers(len(lowest), size=people)
    index = np.clip(rng.normal(1500 + 2500 * village / len(lowest), 1100), 0, 9000).astype(int)
    unknown = rng.random(people) < np.where(village % 5 == 3, 0.7, 0.15)
    bands = np.where(index >= HIGH_BP, "high", np.where(index >= MEDIUM_BP, "medium", "low"))
    return pa.table(
        {
            "area_code": np.array(lowest)[village],
            "home_area_code": np.array(lowest)[rng.integers(len(lowest), size=people)],
            "sex": rng.choice([*schema.SEXES, schema.UNKNOWN], p=[0.5, 0.48, 0.01, 0.01], size=people),
            "age_band": rng.choice([*schema.AGE_BANDS, schema.UNKNOWN], size=people),
            "band": np.where(unknown, "not_enough_information", bands),
            "provisional": ~unknown & (rng.random(people) < 0.2),
            "act_now": rng.random(people) < 0.01,
            "surveyed": village > 1,
            "index_bp": index,
        }
    )


def make_drivers(areas: pa.Table, seed: int = 11) -> pa.Table:
    rng = np.random.default_rng(seed)
    codes = areas["area_code"].to_pylist()
    rows = [(code, score, f"L{number}") for code in codes for score in (3, 2) for number in (1, 2, 3, 4)]
    code, score, indicator = zip(*rows, strict=True)
    people = rng.integers(1, 500, size=len(rows))
    return pa.table(
        {"area_code": code, "score": pa.array(score, pa.int8()), "indicator": indicator, "people": people}
    )


def write_figures(province: Province, path: Path) -> None:
    """Write areas.parquet from the people: each person counts in their village and in all areas above."""
    people, areas = province.people, province.areas  # noqa: F841  the query reads them by name
    query = """
        WITH RECURSIVE chain AS (
            SELECT area_code AS low, area_code AS code FROM areas
            UNION ALL SELECT low, parent_code FROM chain JOIN areas ON areas.area_code = code
            WHERE parent_code IS NOT NULL
        ), placed AS (
            SELECT code, 'residence' AS "by", people.* FROM people JOIN chain ON low = people.area_code
            UNION ALL
            SELECT code, 'home', people.* FROM people JOIN chain ON low = home_area_code
        ), counted AS (
            SELECT code AS area_code, "by", sex, age_band, count(*) AS people,
                bool_or(surveyed) AS known,
                count(*) FILTER (surveyed AND band <> 'not_enough_information') AS assessed,
                count(*) FILTER (surveyed AND band = 'high') AS high,
                count(*) FILTER (surveyed AND band = 'medium') AS medium,
                count(*) FILTER (surveyed AND band = 'low') AS low,
                count(*) FILTER (NOT surveyed OR band = 'not_enough_information') AS unknown,
                count(*) FILTER (surveyed AND provisional) AS provisional,
                count(*) FILTER (surveyed AND act_now) AS act_now,
                avg(index_bp) FILTER (surveyed AND band <> 'not_enough_information') AS mean
            FROM placed
            GROUP BY GROUPING SETS ((1, 2), (1, 2, 3), (1, 2, 4), (1, 2, 3, 4))
        )
        SELECT area_code, "by", sex, age_band, people, if(known, assessed, NULL) AS assessed,
            if(known, high, NULL) AS high, if(known, medium, NULL) AS medium, if(known, low, NULL) AS low,
            if(known, unknown, NULL) AS not_enough_information, if(known, provisional, NULL) AS provisional,
            if(known, act_now, NULL) AS act_now, round_even(mean, 0) AS mean_index_bp,
            if(known AND assessed > 0, round_even(10000 * high / assessed, 0), NULL) AS h_bp,
            if(known AND high > 0, 4321, NULL) AS a_bp,
            if(known AND assessed > 0, round_even(4321 * high / assessed, 0), NULL) AS m0_bp
        FROM counted
    """
    with duckdb.connect() as connection:
        pq.write_table(connection.sql(query).to_arrow_table().cast(schema.area_rows()), path)


def released_rows(rows: list[dict[str, object]]) -> pa.Table:
    """Return rows of a release; a count given as a pair is a value and its sign, a number a plain count."""
    full = []
    for row in rows:
        found: dict[str, object] = dict.fromkeys(ROWS.names)
        for name, value in row.items():
            if f"{name}_sign" in found and name != "h_bp":
                pair = value if isinstance(value, tuple) else (value, "count" if value else "zero")
                found[name], found[f"{name}_sign"] = pair
            else:
                found[name] = value
        full.append(found)
    return pa.Table.from_pylist(full, schema=ROWS)
