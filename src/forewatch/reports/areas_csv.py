"""areas.csv: every area, sex and age band in one table that spreadsheets and HXL tools read.

The second row carries HXL hashtags (Humanitarian Exchange Language 1.1, hxlstandard.org). The file starts
with a byte order mark, without which Excel garbles Thai.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from forewatch.analysis.disclosure import ROWS
from forewatch.lib.cells import safe_cell
from forewatch.reports.figures import EXACT_COUNTS, SHARES, Source, connect

PLACE = {"area_code": "#loc+code", "name": "#loc+name", "level": "#loc+type"}
CROSSING = {"by": "#meta+by", "sex": "#meta+sex", "age_band": "#meta+age"}
HOME = {"home_area_code": "#loc+origin+code", "home_name": "#loc+origin+name"}
FIGURES = {
    "people": "#population+num",
    "assessed": "#population+assessed+num",
    "high": "#indicator+high+num",
    "medium": "#indicator+medium+num",
    "low": "#indicator+low+num",
    "not_enough_information": "#indicator+unknown+num",
    "provisional": "#indicator+provisional+num",
    "act_now": "#indicator+act_now+num",
    "mean_index_bp": "#severity+mean+bp",
    "h_bp": "#severity+h+bp",
    "a_bp": "#severity+a+bp",
    "m0_bp": "#severity+m0+bp",
}
ABOUT = {"as_of": "#date+as_of", "known_by": "#date+known_by", "definition": "#meta+definition"}
ALL = "all"
"""What stands where a row is about all sexes or all ages."""

AREAS_AT_ONCE, ROWS_AT_ONCE = 2_000, 10_000


def write_areas_csv(
    target: Path, source: Source, areas: pa.Table, *, as_of: date, known_by: date | None, definition: str
) -> None:
    """Write the figures of every row of `source`, in the order of area, by, sex, age band; all come first."""
    columns = columns_of(source)
    about = [as_of.isoformat(), known_by.isoformat() if known_by else "", safe_cell(definition)]
    places = {
        row["area_code"]: (
            safe_cell(row["area_code"]),
            safe_cell(row["name"] or ""),
            safe_cell(row["level"] or ""),
        )
        for row in areas.select(["area_code", "name", "level"]).to_pylist()
    }
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerow(columns.values())
        for rows in _batches(source):
            writer.writerows(
                (*(places.get(code) or (safe_cell(code), "", "")), *figures, *about)
                for code, *figures in rows
            )


def columns_of(source: Source) -> Mapping[str, str]:
    """Return the columns of areas.csv with their HXL hashtags; a release carries a sign beside each count."""
    return PLACE | CROSSING | {name: hashtag(name) for name in _figures(source)} | ABOUT


def hashtag(figure: str) -> str:
    """Return the HXL hashtag of a figure, or of the sign that goes with it."""
    of = figure.removesuffix("_sign")
    return FIGURES[of] if of == figure else FIGURES[of].replace("#", "#meta+sign+", 1)


def _figures(source: Source) -> list[str]:
    return ROWS.names[3:] if source.released else [*EXACT_COUNTS, *SHARES]


def _batches(source: Source) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows of area code, by, sex, age band and figures, some thousand at a time.

    Sorting all rows at once would need memory that grows with the country.
    """
    names = ", ".join(_figures(source))
    query = f"""
        SELECT area_code, figures.by, coalesce(sex, '{ALL}'), coalesce(age_band, '{ALL}'), {names}
        FROM figures
        WHERE area_code BETWEEN $first AND $last
        ORDER BY area_code, figures.by DESC, sex NULLS FIRST, age_band NULLS FIRST
    """
    codes = sorted(source.codes())
    with connect() as connection:
        source.table(connection)
        for start in range(0, len(codes), AREAS_AT_ONCE):
            part = codes[start : start + AREAS_AT_ONCE]
            result = connection.execute(query, {"first": part[0], "last": part[-1]})
            while rows := result.fetchmany(ROWS_AT_ONCE):
                yield rows
