"""Reports as files: a workbook, a table with HXL hashtags, GeoJSON, and a PDF to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.exports.document import as_pdf
from forewatch.reports.atlas.exports.features import as_geojson
from forewatch.reports.atlas.exports.table import as_csv
from forewatch.reports.atlas.exports.workbook import as_xlsx


class Format(StrEnum):
    """What a report can be had as."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"


FORMAT_NAMES = {Format.GEOJSON: "GeoJSON"}
"""Where a format is not written in capitals."""


@dataclass(frozen=True)
class Kind:
    """How a format is made, and what it is to a browser."""

    media_type: str
    make: Callable[[Report], bytes]


KINDS: Mapping[Format, Kind] = {
    Format.PDF: Kind("application/pdf", as_pdf),
    Format.XLSX: Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    Format.CSV: Kind("text/csv; charset=utf-8", as_csv),
    Format.GEOJSON: Kind("application/geo+json", as_geojson),
}
