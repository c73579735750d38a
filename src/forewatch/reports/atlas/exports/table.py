"""A report as CSV with a row of HXL hashtags, the same columns as areas.csv."""

from __future__ import annotations

import csv
import io

from forewatch.lib.cells import safe_cell
from forewatch.reports.areas_csv import ABOUT, CROSSING, HOME, PLACE, hashtag
from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.exports.columns import about, keys_of, values_of

MARK = "\ufeff"
"""A byte order mark, without which Excel garbles Thai."""


def as_csv(report: Report) -> bytes:
    """Return the rows of a report; the second row carries the hashtags."""
    text = io.StringIO(MARK, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    names = list(values_of(report, report.lines[0]))
    crossing = HOME | CROSSING if report.asked.each_home else CROSSING
    tags = PLACE | {"by": crossing["by"]} | crossing | {name: hashtag(name) for name in names} | ABOUT
    writer.writerow(tags)
    writer.writerow(tags.values())
    of = [safe_cell(one) for one in about(report).values()]
    for line in report.lines:
        keys = [safe_cell(one) for one in keys_of(report, line).values()]
        writer.writerow([*keys, *values_of(report, line).values(), *of])
    return text.getvalue().encode()
