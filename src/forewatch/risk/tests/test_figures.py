"""Figures of areas in the database are those of the engine, row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from django.utils import timezone

from forewatch.analysis import schema
from forewatch.places.models import Area
from forewatch.risk.figures import FIGURES, UnknownAreas, areas_on, store_figures
from forewatch.risk.models import AreaFigure, Run
from forewatch.risk.tests.province import Province


def test_every_row_of_the_engine_is_stored_and_no_other(province: Province) -> None:
    stored = {
        (one["area__code"], one["by"], one["sex"], one["age_band"]): [one[name] for name in FIGURES]
        for one in AreaFigure.objects.filter(run=province.runs["now"]).values(
            "area__code", "by", "sex", "age_band", *FIGURES
        )
    }
    engine = {
        (one["area_code"], one["by"], one["sex"] or "", one["age_band"] or ""): [
            one[name] for name in FIGURES
        ]
        for one in province.now.areas.to_pylist()
    }
    assert stored == engine
    assert any(values[1] is None for values in stored.values()), "nobody surveyed stays null"


def test_drivers_stand_with_everybody_who_lives_there(province: Province) -> None:
    (row,) = AreaFigure.objects.filter(
        run=province.runs["now"], area__code=province.code, by="residence", sex="", age_band=""
    )
    engine = {
        one["indicator"]: one["people"]
        for one in province.now.drivers.to_pylist()
        if one["area_code"] == province.code and one["score"] == 3
    }
    assert row.drivers == engine
    others = AreaFigure.objects.exclude(by="residence", sex="", age_band="")
    assert not others.filter(drivers__isnull=False).exists()


@pytest.fixture
def run(db: None) -> Run:
    return Run.objects.create(definition="x@1", as_of=date(2026, 6, 30), made_at=timezone.now())


def test_an_area_is_the_one_of_the_runs_day(run: Run) -> None:
    day = run.as_of
    old = _area("XF1", valid_on=date(2000, 1, 1), valid_to=day + timedelta(days=1))
    _area("XF1", valid_on=day + timedelta(days=1))
    _area("XF2", valid_on=date(2000, 1, 1), valid_to=day)
    new = _area("XF2", valid_on=day)
    later = _area("XF3", valid_on=day + timedelta(days=9))
    _area("XF4", valid_on=date(2000, 1, 1), valid_to=day)
    assert areas_on(run.as_of) == {"XF1": old.pk, "XF2": new.pk, "XF3": later.pk}


def test_figures_of_an_area_that_is_not_listed_are_refused_by_name(run: Run) -> None:
    row = dict.fromkeys(schema.area_rows().names) | {"area_code": "XF9", "by": "home", "people": 0}
    with pytest.raises(UnknownAreas, match="XF9"):
        store_figures(run, pa.Table.from_pylist([row], schema=schema.area_rows()))


def _area(code: str, *, valid_on: date, valid_to: date | None = None) -> Area:
    return Area.objects.create(
        code=code, level=1, path=f"{code}/", name=code, valid_on=valid_on, valid_to=valid_to
    )
