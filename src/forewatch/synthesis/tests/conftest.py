"""Small provinces that several tests read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition
from forewatch.synthesis.people import People, draw_people
from forewatch.synthesis.places import Places, draw_places
from forewatch.synthesis.province import Summary, synthesise


@dataclass(frozen=True)
class Province:
    """A province read back from its files."""

    folder: Path
    summary: Summary
    subjects: pa.Table
    records: pa.Table
    events: pa.Table
    areas: pa.Table


@pytest.fixture(scope="session")
def definition() -> Definition:
    return load_definition("chiang-mai-28")


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A province of 50,000 people, three blocks of it."""
    folder = tmp_path_factory.mktemp("province")
    summary = synthesise(50_000, 1, folder)
    tables = {
        name: pq.read_table(folder / f"{name}.parquet") for name in ("subjects", "records", "events", "areas")
    }
    return Province(folder, summary, **tables)


@pytest.fixture(scope="session")
def places() -> Places:
    return draw_places(50_000, np.random.default_rng(7))


@pytest.fixture(scope="session")
def people(places: Places) -> People:
    """Everybody in those places."""
    return draw_people(places, 0, len(places), np.random.default_rng(8))
