"""Reports that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.reports import write_reports
from forewatch.reports.tests.making import AS_OF, Province, define, make_province, write_figures


@pytest.fixture(scope="session")
def province() -> Province:
    return make_province()


@pytest.fixture(scope="session")
def reported(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished report of the made-up province."""
    folder = tmp_path_factory.mktemp("reported")
    write_figures(province, folder / "areas.parquet")
    write_reports(
        folder, define(), province.areas, province.shapes, AS_OF, AS_OF, {"records": 4_000}, province.drivers
    )
    return folder
