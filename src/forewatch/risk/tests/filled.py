"""A small made-up province as a whole register: people, households, records and events, for tests of risk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from forewatch.analysis.loading import load_definition
from forewatch.commands.filling import fill
from forewatch.places.models import Area
from forewatch.synthesis.province import synthesise

INDEX = load_definition("chiang-mai-28")


@pytest.fixture(scope="session")
def small_province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("small")
    synthesise(600, 11, made)
    return made


@pytest.fixture
def filled(db: None, small_province: Path) -> Path:
    fill_register(small_province, date(2026, 6, 30))
    return small_province


def fill_register(province: Path, as_of: date) -> None:
    """Bring the areas and the people of a made-up province into an empty register."""
    above: dict[str, Area] = {}
    for row in pq.read_table(province / "areas.parquet").to_pylist():
        parent = above.get(row["parent_code"] or "")
        path = f"{parent.path if parent else ''}{row['area_code']}/"
        above[row["area_code"]] = Area.objects.create(
            code=row["area_code"], level=int(row["level"]), parent=parent, path=path, name=row["name"],
            valid_on=date(2000, 1, 1),
        )  # fmt: skip
    fill(province, INDEX, as_of)
