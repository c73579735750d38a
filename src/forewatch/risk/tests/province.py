"""A made-up province, scored by the engine, and the same in the database, for tests of every folder.

`scored` is the engine's own output; `province` has its areas, a run with its figures, and a release.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.utils import timezone
from shapely.geometry import shape
from shapely.wkb import dumps

from forewatch.access.models import Organisation, User
from forewatch.access.rules import Role
from forewatch.analysis.definition import Definition
from forewatch.analysis.figures import driver_counts, origin_counts, release_cells
from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import Question, run
from forewatch.config.tests.cast import make_user
from forewatch.places.models import Area
from forewatch.risk.figures import store_figures, store_origins
from forewatch.risk.models import Release, Run
from forewatch.risk.releases import publish, release_figures
from forewatch.synthesis.province import synthesise

PEOPLE, SEED = 14_000, 3
INPUTS = ("subjects", "records", "events", "areas")
EARLIER = timedelta(days=180)


@dataclass(frozen=True)
class Scored:
    """The engine's own output on a day: figures of areas as a table, drivers, and the cells of a release."""

    folder: Path
    definition: Definition
    as_of: date
    places: pa.Table
    areas: pa.Table
    drivers: pa.Table
    cells: pa.Table
    outlines: Mapping[str, bytes]

    def figure(self, code: str, by: str = "residence", sex: str | None = None, age: str | None = None) -> Any:
        """Return the engine's row of an area, or None."""
        wanted = (code, by, sex, age)
        for row in self.areas.to_pylist():
            if (row["area_code"], row["by"], row["sex"], row["age_band"]) == wanted:
                return row
        return None


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Scored]:
    """Return the engine's output `now` and half a year `before`."""
    made = tmp_path_factory.mktemp("province")
    summary = synthesise(PEOPLE, SEED, made)
    outlines = {
        one["properties"]["area_code"]: dumps(shape(one["geometry"]))
        for one in json.loads((made / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
        if one["geometry"]
    }
    days = {"now": summary.as_of, "before": summary.as_of - EARLIER}
    return {name: _scored(made, tmp_path_factory.mktemp(name), day, outlines) for name, day in days.items()}


def _scored(made: Path, folder: Path, day: date, outlines: Mapping[str, bytes]) -> Scored:
    definition = load_definition("chiang-mai-28")
    question = Question(definition, day, day)
    summary = run(question, {name: made / f"{name}.parquet" for name in INPUTS}, folder)
    people = folder / "assessments.parquet"
    return Scored(
        folder,
        definition,
        day,
        summary.areas,
        pq.read_table(folder / "areas.parquet"),
        driver_counts(people, definition, summary.areas),
        release_cells(people, definition, summary.areas),
        outlines,
    )


@dataclass(frozen=True)
class Province:
    """The made-up province as stored: the engine's output, runs, a release, two people of its office."""

    scored: Mapping[str, Scored]
    runs: Mapping[str, Run]
    release: Release
    lead: User
    officer: User
    """A district officer of `district`."""
    code: str
    district: str

    @property
    def now(self) -> Scored:
        """The newest output of the engine."""
        return self.scored["now"]


@pytest.fixture
def province(db: None, scored: Mapping[str, Scored]) -> Province:
    """Return the made-up province in the database, with the runs `before` and `now`."""
    with transaction.atomic():
        load_areas(scored["now"])
        runs = {name: load_run(one) for name, one in scored.items()}
        release = release_figures(
            by=None, run=runs["now"], cells=scored["now"].cells, areas=scored["now"].places
        )
        publish(release.pk, release.made_at)
    codes = sorted(scored["now"].places["area_code"].to_pylist(), key=lambda code: (len(code), code))
    office = Organisation.objects.create(code="made-up", name="Made-up Coordination Centre")
    lead = make_user("lead", office, Role.PROVINCIAL_LEAD, codes[0])
    officer = make_user("officer", office, Role.DISTRICT_OFFICER, codes[1])
    return Province(scored, runs, release, lead, officer, codes[0], codes[1])


def load_areas(scored: Scored) -> None:
    """Write the areas of a made-up province, from the province down."""
    made: dict[str, Area] = {}
    for one in sorted(scored.places.to_pylist(), key=lambda row: row["level"]):
        above = made.get(one["parent_code"] or "")
        made[one["area_code"]] = Area.objects.create(
            code=one["area_code"],
            level=int(one["level"]),
            parent=above,
            path=f"{above.path if above else ''}{one['area_code']}/",
            name=one["name"],
            valid_on=date(2000, 1, 1),
            geometry=scored.outlines.get(one["area_code"]),
        )


def load_run(scored: Scored) -> Run:
    """Write a run and its figures."""
    made = Run.objects.create(
        definition=scored.definition.name,
        as_of=scored.as_of,
        known_by=scored.as_of,
        made_at=timezone.now(),
        people=pq.read_metadata(scored.folder / "assessments.parquet").num_rows,
    )
    store_figures(made, scored.areas, scored.drivers)
    store_origins(
        made, origin_counts(scored.folder / "assessments.parquet", scored.definition, scored.places)
    )
    return made
