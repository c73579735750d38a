"""The map, the profiles and the reports at the size of a province, asked as staff ask them.

    python -m benchmarks.atlas --people 200000 --folder /somewhere

Fills a register on SQLite with a made-up province, scores it, and prints the 95th percentiles of the figures
of a map view, the pages of the map, of a report and of a person, and of a district's PDF.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

from benchmarks.register import _told, _user, settle, signed_in

SEED = 7


def main() -> None:
    """Fill, unless the folder holds a register already, and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.atlas")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    settle(asked.folder)
    from forewatch.risk.models import Run

    if not Run.objects.exists():
        _fill(asked.people, asked.folder / "province")
    _measure()


def _fill(people: int, folder: Path) -> None:
    from django.db import connection, transaction

    from forewatch.access.actors import nobody
    from forewatch.access.models import Organisation
    from forewatch.analysis.loading import load_definition
    from forewatch.commands.filling import BEGINNING, fill
    from forewatch.places.actions import load_areas
    from forewatch.risk.actions import rescore
    from forewatch.synthesis.province import synthesise

    folder.mkdir(exist_ok=True)
    began, definition = time.perf_counter(), load_definition("chiang-mai-28")
    day = synthesise(people, SEED, folder).as_of
    with transaction.atomic():
        files = [folder / "areas.parquet", folder / "boundaries.geojson"]
        load_areas(by=nobody(), files=files, valid_on=BEGINNING)
        fill(folder, definition, day)
        _user(Organisation.objects.get(code="centre"), _whole())
    print(f"filled with {people:,} people in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    rescore(definition, as_of=day, now=datetime.combine(day, clock(12), UTC), release=True)
    print(f"scored in {time.perf_counter() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _whole() -> str:
    """Return the lowest area in which everybody lives: a large synthesis makes several provinces."""
    from forewatch.places.models import Area

    provinces = list(Area.objects.filter(level=1))
    return str(provinces[0].code if len(provinces) == 1 else Area.objects.get(level=0).code)


def _measure() -> None:
    from forewatch.places.models import Area
    from forewatch.risk.models import Assessment

    browser, dice = signed_in(), random.Random(11)  # noqa: S311  not a secret
    codes = {
        level: list(Area.objects.filter(level=level).values_list("code", flat=True)) for level in (1, 2, 3, 4)
    }
    people = list(Assessment.objects.values_list("pk", flat=True)[:50_000:500])

    def get(address: str, times: int, **asked: str) -> Iterator[Callable[[], None]]:
        for _ in range(times):
            code = dice.choice(codes[dice.choice((1, 2, 3))])
            yield lambda code=code: _well(browser.get(address, {"area": code, **asked}))

    def export(kind: str, code: str, times: int, **asked: str) -> Iterator[Callable[[], None]]:
        for _ in range(times):
            words = {"format": kind, "area": code, **asked}
            yield lambda words=words: _well(browser.post("/reports/export", words))

    province, district = _whole(), codes[2][0]
    for once in get("/map/figures", 5):
        once()  # what a server has done before the first reader comes
    _told("figures of a map view", get("/map/figures", 100))
    _told("... of women of one age", get("/map/figures", 100, sex="F", age="18-24", show="high"))
    _told("outlines of a map view", get("/map/outlines", 60))
    _told("page of the map", get("/map/", 60))
    _told("where first", (lambda: _well(browser.get("/map/first")) for _ in range(20)))
    _told("person page", (lambda one=one: _well(browser.get(f"/risk/people/{one}")) for one in people))
    _told("one answer saved, to the new assessment of the household", _saves(people))
    _told("a report, parts", get("/reports/", 60))
    _told("... each sex and age", get("/reports/", 60, sex="each", age="each"))
    _told("... by home town, each age", get("/reports/", 60, by="home", age="each"))
    everything = {"level": "4", "sex": "each", "age": "each"}
    _told("... each village, sex and age of the province", _each(browser, province, everything, 20))
    _told("... and home town", _each(browser, province, everything | {"by": "both"}, 60))
    _told("... home town, parts", _each(browser, province, {"by": "both"}, 60))
    _told("PDF of a district, its villages", export("pdf", district, 20, level="4"))
    _told("... each sex", export("pdf", district, 10, sex="each", level="4"))
    _told("XLSX of the province, all crossings", export("xlsx", province, 3, **everything))
    _told("CSV of the province, all crossings", export("csv", province, 5, **everything))


def _each(browser: Any, code: str, asked: dict[str, str], times: int) -> Iterator[Callable[[], None]]:
    for _ in range(times):
        yield lambda: _well(browser.get("/reports/", {"area": code, **asked}))


def _saves(people: list[Any]) -> Iterator[Callable[[], None]]:
    from django.utils import timezone

    from forewatch.access.actors import actor_for
    from forewatch.access.models import User
    from forewatch.register.actions.statements import record_answers
    from forewatch.register.entries import Observation
    from forewatch.register.models import Person
    from forewatch.risk.models import Assessment

    actor, today = actor_for(User.objects.get(username="lead")), timezone.localdate()

    def save(person: Any) -> None:
        record_answers(by=actor, subject=person, observation=Observation(today), answers={"papers": "none"})
        assert Assessment.objects.filter(person=person, as_of=today).exists()

    for one in Person.objects.filter(pk__in=people).select_related("household__area"):
        yield lambda one=one: save(one)


def _well(answer: Any) -> None:
    assert answer.status_code == 200, (answer.request["PATH_INFO"], answer.status_code)


if __name__ == "__main__":
    main()
