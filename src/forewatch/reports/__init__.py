"""What leaves a scoring run: report.html, areas.csv and areas.geojson."""

from forewatch.reports.writing import write_reports

__all__ = ["write_reports"]
