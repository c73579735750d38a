"""Writing the three files that leave a scoring run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
from shapely.geometry.base import BaseGeometry

from forewatch.analysis.definition import Definition
from forewatch.reports.areas_csv import write_areas_csv
from forewatch.reports.areas_geojson import write_areas_geojson
from forewatch.reports.figures import open_source
from forewatch.reports.page import write_page
from forewatch.reports.report import Report
from forewatch.reports.tree import grow


def write_reports(
    folder: Path,
    definition: Definition,
    areas: pa.Table,
    boundaries: Mapping[str, BaseGeometry] | None,
    as_of: date,
    known_by: date | None,
    summary: Mapping[str, object],
    drivers: pa.Table | None,
    released: bool = False,
) -> tuple[Path, Path, Path]:
    """Write report.html, areas.csv and areas.geojson beside `folder`/areas.parquet; return their paths.

    `areas` is `schema.AREAS`; `boundaries` holds polygons in WGS 84 degrees by area code; `drivers` has
    area_code, score, indicator and people, descendants included; `summary` counts what the run read, by name.
    With `released`, areas.parquet holds a release (`disclosure.ROWS`), and nothing else is shown.
    Raises ValueError when areas.parquet has not the columns it should have.
    """
    source = open_source(folder / "areas.parquet", released)
    tree = grow(areas, source.codes())
    shapes = boundaries or {}
    report = Report(source, definition, tree, shapes, as_of, known_by, summary, drivers)
    page, table, map_file = (folder / name for name in ("report.html", "areas.csv", "areas.geojson"))
    write_areas_csv(table, source, areas, as_of=as_of, known_by=known_by, definition=definition.name)
    write_areas_geojson(
        map_file,
        source,
        tree,
        report.figures,
        shapes,
        as_of=as_of,
        known_by=known_by,
        definition=definition.name,
    )
    write_page(page, report)
    return page, table, map_file
