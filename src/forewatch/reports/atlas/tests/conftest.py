"""Figures of the cast's made-up world, small enough to add up by hand, and a release of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pytest
from django.db import transaction
from django.utils import timezone

from forewatch.analysis import schema
from forewatch.analysis.disclosure import CELLS
from forewatch.places.models import Area
from forewatch.risk.figures import store_figures
from forewatch.risk.models import Release, Run
from forewatch.risk.releases import publish, release_figures

DAY, EARLIER = date(2026, 6, 30), date(2026, 5, 31)
INDEX = "chiang-mai-28@1"

# Village, sex, age band: people by band, and people of whom nothing is known.
Group = tuple[str, str, str]
PEOPLE: Mapping[Group, Mapping[str, int]] = {
    ("XA10010101", "F", "18-24"): {"high": 23, "medium": 31, "low": 17, "not_enough_information": 13},
    ("XA10010101", "M", "25-59"): {"high": 14, "medium": 12, "low": 47},
    ("XA10010102", "M", "25-59"): {"unknown": 52},
    ("XA10020101", "F", "25-59"): {"high": 3, "medium": 61, "low": 141, "not_enough_information": 88},
    ("XA20010101", "F", "18-24"): {"high": 4, "medium": 33, "low": 61},
}
BANDS = ("high", "medium", "low", "not_enough_information")


@dataclass(frozen=True)
class Counted:
    """What is stored: two runs, and the release of the newer."""

    now: Run
    before: Run
    release: Release


@pytest.fixture
def counted(areas: Mapping[str, Area]) -> Counted:
    """Return figures of the made-up world: the earlier run knew of nobody but the women of one village."""
    known = dict(list(PEOPLE.items())[:1])
    with transaction.atomic():
        before = run_of(areas, EARLIER, known)
        now = run_of(areas, DAY, PEOPLE)
        release = release_figures(by=None, run=now, cells=cells_of(PEOPLE), areas=table_of(areas))
        publish(release.pk, release.made_at)
    return Counted(now, before, release)


def run_of(
    areas: Mapping[str, Area],
    day: date,
    people: Mapping[Group, Mapping[str, int]],
    definition: str = INDEX,
) -> Run:
    """Store a run that counted these people."""
    run = Run.objects.create(definition=definition, as_of=day, known_by=day, made_at=timezone.now())
    drivers = [{"area_code": "XA10", "score": 3, "indicator": "S7", "people": 31}]
    drivers += [{"area_code": "XA10", "score": 3, "indicator": "B2", "people": 44}]
    store_figures(run, figures_of(areas, people), pa.Table.from_pylist(drivers))
    return run


def figures_of(areas: Mapping[str, Area], people: Mapping[Group, Mapping[str, int]]) -> pa.Table:
    """Return the engine's table of areas for these people, added up from the villages."""
    found: dict[tuple[str, str, str | None, str | None], Counter[str]] = {
        (code, by, None, None): Counter() for code in areas for by in ("residence", "home")
    }
    for (village, sex, age), counts in people.items():
        for code in areas[village].codes():
            for key in ((None, None), (sex, None), (None, age), (sex, age)):
                found.setdefault((code, "residence", *key), Counter()).update(counts)
    rows = [_row(*key, counts) for key, counts in found.items()]
    return pa.Table.from_pylist(rows, schema=schema.area_rows())


def _row(
    code: str, by: str, sex: str | None, age: str | None, counts: Mapping[str, int]
) -> dict[str, object]:
    keys: dict[str, object] = {"area_code": code, "by": by, "sex": sex, "age_band": age}
    row: dict[str, object] = dict.fromkeys(schema.area_rows().names) | keys | {"people": sum(counts.values())}
    if not any(counts.get(band) for band in BANDS):
        return row
    bands = {band: counts.get(band, 0) for band in BANDS}
    # Of whom nothing at all is known, nothing but that is known.
    bands["not_enough_information"] += counts.get("unknown", 0)
    assessed = sum(bands[band] for band in BANDS[:3])
    mean = (6000 * bands["high"] + 3000 * bands["medium"] + 1000 * bands["low"]) // max(assessed, 1)
    share = 10_000 * bands["high"] // max(assessed, 1)
    rest = {"assessed": assessed, "provisional": 0, "act_now": bands["high"] // 10, "mean_index_bp": mean}
    return row | bands | rest | {"h_bp": share, "a_bp": 2000, "m0_bp": share // 5}


def cells_of(people: Mapping[Group, Mapping[str, int]]) -> pa.Table:
    """Return the exact base cells of a release for these people."""
    rows = []
    for (village, sex, age), counts in people.items():
        for band, number in counts.items():
            shown = band in BANDS[:3]
            rows.append(
                {
                    "sub_district": village[:8],
                    "district": village[:6],
                    "sex": sex,
                    "age_band": age,
                    "band": "not_enough_information" if band == "unknown" else band,
                    "people": number,
                    "surveyed": 0 if band == "unknown" else number,
                    "index_sum_bp": 3000 * number if shown else 0,
                    "index_n": number if shown else 0,
                    "share_sum": 0.2 * number if band == "high" else 0.0,
                }
            )
    return pa.Table.from_pylist(rows, schema=CELLS)


def table_of(areas: Mapping[str, Area]) -> pa.Table:
    """Return the areas as the engine's input table."""
    rows = [
        {
            "area_code": one.code,
            "parent_code": one.parent.code if one.parent else None,
            "level": str(int(one.level)),
            "name": one.name,
        }
        for one in areas.values()
    ]
    return pa.Table.from_pylist(rows, schema=schema.AREAS)
