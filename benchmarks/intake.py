"""The way of one large file: read, checked and written into an empty register, as a job does it.

    python -m benchmarks.intake --rows 1000000 --folder /somewhere [--confirming]

With --confirming the same people come again in a second file of what is known indirectly, after another root
has said the same of everybody: each row of it is a second witness.

Prints, on SQLite with its shipped settings, the seconds of each part, how long the register could not be
written to by others, and the largest memory of the job.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.register import CHUNK, START, _areas, _user, settle

HEADINGS = ("area", "household", "person", "sex", "born", "observed", *(f"q{number}" for number in range(12)))
MOST_SECONDS, MOST_MB = 300, 300


def main() -> None:
    """Write a file and bring it in."""
    parser = argparse.ArgumentParser(prog="benchmarks.intake")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--confirming", action="store_true")
    asked = parser.parse_args()
    settle(asked.folder)
    (asked.folder / "uploads").mkdir(exist_ok=True)
    upload = _uploaded(asked.rows, asked.folder / "rows.csv")
    _bring(upload, asked.rows)
    if asked.confirming:
        _tell_the_same(upload, asked.rows)
        _bring(_uploaded_again(upload, asked.folder / "rows.csv"), asked.rows)
        _count_confirmed(asked.rows)


def _variables() -> list[Any]:
    """Return twelve variables of people whose answers are choices or yes and no."""
    from forewatch.analysis.definition import Kind, Level
    from forewatch.intake.profiles.loading import definition

    kinds = (Kind.CHOICE, Kind.BOOLEAN)
    people = [one for one in definition().variables.values() if one.level is Level.PERSON]
    return [one for one in people if one.kind in kinds][:12]


def _answers(variable: Any) -> list[str]:
    return list(variable.choices) or ["true", "false"]


def _write(file: Path, rows: int, villages: list[str]) -> None:
    dice, answers = random.Random(7), [_answers(one) for one in _variables()]  # noqa: S311  not a secret
    with file.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.writer(sink)
        writer.writerow(HEADINGS)
        for number in range(rows):
            born = f"{1 + number % 28}/{1 + number % 12}/{2500 + number % 60}"
            home = [villages[number // 4 % len(villages)], f"H{number // 4}"]
            row = [*home, f"P{number}", "FM"[number % 2], born, "1/6/2569"]
            writer.writerow([*row, *(dice.choice(one) for one in answers)])


def _profile() -> str:
    from forewatch.analysis.definition import Kind
    from forewatch.intake.mapping import Chosen, profile_of
    from forewatch.intake.profiles.loading import definition
    from forewatch.intake.profiles.writing import to_yaml

    asked = _variables()
    known = ("area", "household", "reference", "sex", "birth", "observed_on")
    targets = (*known, *(f"v:{one.name}" for one in asked))
    codes = {f"q{at}": {one: one for one in _answers(asked[at])} for at in range(len(asked))}
    assert {one.kind for one in asked} <= {Kind.CHOICE, Kind.BOOLEAN}
    chosen = Chosen(HEADINGS[: len(targets)], targets)
    made = profile_of(chosen, codes, definition(), code="benchmark", version=1, title="Benchmark", sheet="")
    return to_yaml(made)


def _uploaded(rows: int, file: Path) -> Any:
    from django.utils import timezone

    from forewatch.access.models import Grant, Organisation
    from forewatch.access.rules import PURPOSES, Role
    from forewatch.intake.models import Upload
    from forewatch.intake.rules import State
    from forewatch.intake.safe import Safe
    from forewatch.lib.ids import new_id
    from forewatch.register.models import Source

    centre = Organisation.objects.create(code="centre", name="Centre")
    user = _user(centre)
    Grant.objects.update(role=Role.ANALYST, purposes=[one.value for one in PURPOSES[Role.ANALYST]])
    _write(file, rows, [one.code for one in _areas()])
    source = Source.objects.create(code="survey", name="Survey", kind="survey", agency=centre, grade="B")
    upload = Upload.objects.create(
        id=new_id(), source=source, filename=file.name, size=file.stat().st_size, sha256="0" * 64,
        observed_on=START, state=State.READING,
        uploaded_at=timezone.now(), uploaded_by=user, approved_by=user,
    )  # fmt: skip
    with file.open("rb") as content:
        Safe(upload.id).keep_original(content)
    return upload


def _tell_the_same(upload: Any, rows: int) -> None:
    """Let another root say of everybody what the file said."""
    from django.db import transaction

    from forewatch.lib.ids import new_id
    from forewatch.register import bulk
    from forewatch.register.models import Record, Source

    other = Source.objects.create(code="told", name="Told", kind="register", agency=upload.source.agency)
    batch = bulk.Batch(new_id(), other.pk, "told", START, upload.uploaded_at, upload.uploaded_by_id)
    said = (
        Record.objects.filter(source=upload.source)
        .order_by("id")
        .values_list("person_id", "values")
        .iterator()
    )
    while some := list(islice(said, CHUNK)):
        records = [bulk.NewRecord(new_id(), "person", one, START, values, "C") for one, values in some]
        with transaction.atomic():
            bulk.write(batch, bulk.Chunk(records=records))
    assert Record.objects.filter(grade="C").count() == rows


def _uploaded_again(before: Any, file: Path) -> Any:
    from forewatch.intake.models import Upload
    from forewatch.intake.rules import State
    from forewatch.intake.safe import Safe
    from forewatch.lib.ids import new_id
    from forewatch.register.models import Source

    file.write_text(file.read_text(encoding="utf-8").replace(",1/6/2569,", ",1/7/2569,"), encoding="utf-8")
    Source.objects.filter(pk=before.source_id).update(grade="C")
    Upload.objects.filter(pk=before.pk).delete()
    upload = Upload.objects.create(
        id=new_id(), source_id=before.source_id, filename=file.name, size=file.stat().st_size,
        sha256="1" * 64, observed_on=START, state=State.READING,
        uploaded_at=before.uploaded_at, uploaded_by=before.uploaded_by, approved_by=before.uploaded_by,
    )  # fmt: skip
    with file.open("rb") as content:
        Safe(upload.id).keep_original(content)
    return upload


def _count_confirmed(rows: int) -> None:
    from forewatch.register.models import Confirmation

    assert Confirmation.objects.filter(made__isnull=False).count() == rows
    print(f"{rows:,} statements are known by a second root")


def _timed(name: str, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {took:.1f} s, at most {memory:,.0f} MB", flush=True)
    return took


def _bring(upload: Any, rows: int) -> None:
    from forewatch.intake import jobs
    from forewatch.intake.models import Upload
    from forewatch.intake.rules import State
    from forewatch.register.models import Record

    def job() -> None:
        jobs.work(upload.id)

    before = Record.objects.filter(rests_on__isnull=True).count()
    took = _timed("read", job)
    Upload.objects.update(profile_text=_profile(), profile="benchmark@1", state=State.CHECKING)
    took += _timed("checked", job)
    found = Upload.objects.get(id=upload.id)
    print(f"  {found.ready:,} ready, {found.rejected:,} set aside")
    Upload.objects.update(state=State.COMMITTING)
    took += _timed("written (others wait so long to write)", job)
    assert Record.objects.filter(rests_on__isnull=True).count() == before + rows
    print(f"{rows:,} rows of 12 variables: {took:.0f} s, {rows / took:,.0f} rows a second")


if __name__ == "__main__":
    main()
