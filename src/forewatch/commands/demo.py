"""`forewatch demo`: make up a province, score it, and name the report."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from forewatch.analysis.scoring import Progress
from forewatch.commands.score import Order, closing_table, score_files
from forewatch.synthesis.province import synthesise

REPORT = "report.html"


def demo(people: int, seed: int, folder: Path, *, open_report: bool, progress: Progress | None = None) -> str:
    """Write `folder`/province and `folder`/report, and return the closing words."""
    province, out = folder / "province", folder / "report"
    made = synthesise(people, seed, province)
    order = Order(
        subjects=province / "subjects.parquet",
        records=province / "records.parquet",
        events=province / "events.parquet",
        areas=[province / "areas.parquet", province / "boundaries.geojson"],
        as_of=made.as_of,
        out=out,
    )
    summary = score_files(order, progress)
    page = (out / REPORT).resolve()
    opened = open_report and webbrowser.open(page.as_uri())
    ending = "The report is open in your browser" if opened else "Open the report in a browser"
    return f"{closing_table(summary, out)}\n{ending}: {page}"
