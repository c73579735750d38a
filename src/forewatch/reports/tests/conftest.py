"""Reports that several tests look at, and the browser that some look with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from forewatch.reports import write_reports
from forewatch.reports.tests.making import AS_OF, Province, define, make_province, write_figures

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests fail, for nobody would notice that they were skipped."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("The report is tested in a real browser: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield chromium
        chromium.close()
