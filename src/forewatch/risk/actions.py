"""Asking the engine: about everybody, and about a few households as soon as something about them changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.analysis.definition import Definition
from forewatch.analysis.engines import memory
from forewatch.analysis.figures import driver_counts, origin_counts, release_cells
from forewatch.analysis.reading import Input
from forewatch.analysis.scoring import Progress, Question
from forewatch.analysis.scoring import run as answer
from forewatch.audit.actions import record
from forewatch.lib.folders import scratch
from forewatch.places.models import Area
from forewatch.register.actions.canaries import note_canaries
from forewatch.register.rules.canaries import How
from forewatch.risk.figures import areas_on, store_figures, store_origins
from forewatch.risk.inputs import household_tables, write_inputs
from forewatch.risk.models import Assessment, Run
from forewatch.risk.releases import is_released, release_figures
from forewatch.risk.storing import store


def rescore(
    definition: Definition,
    *,
    as_of: date,
    now: datetime,
    known_by: date | None = None,
    release: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Ask the engine about everybody, and put the answers in place of the older ones, in one transaction.

    Rows of the register that the engine refuses are left out of the answer, never the others. With `release`
    the figures that may leave are frozen too, unless the month has its own. Raises InputError, UnknownAreas.
    """
    # On the disk of the data: what a killed run leaves is of people, and goes with the next start or run.
    with scratch(settings.DATA_DIR) as folder:
        inputs: dict[str, Input] = dict(write_inputs(definition, folder))
        out = folder / "out"
        out.mkdir()
        question = Question(definition, as_of, known_by)
        summary = answer(question, inputs, out, set_bad_rows_aside=True, progress=progress)
        people = out / "assessments.parquet"
        with transaction.atomic():
            run = Run.objects.create(definition=definition.name, as_of=as_of, known_by=known_by, made_at=now)
            _forget_all()
            run.people = store(run, definition, _batches(people), as_of=as_of, areas=areas_on(as_of))
            run.save(update_fields=["people"])
            drivers = driver_counts(people, definition, summary.areas)
            store_figures(run, pq.read_table(out / "areas.parquet"), drivers)
            store_origins(run, origin_counts(people, definition, summary.areas))
            record(at=now, verb="rescore", data_class=DataClass.BAND, subject="run", subject_id=run.pk)
        if release and not is_released(run):
            cells = release_cells(people, definition, summary.areas)
            release_figures(by=None, run=run, cells=cells, areas=summary.areas)
    return run


def reassess(
    definition: Definition, households: Collection[uuid.UUID], *, run: Run, as_of: date | None = None
) -> int:
    """Ask about the members of a few households again, and return how many they are.

    As of the day of the last run, or of a later one. The memory engine answers: it is the oracle of the
    others, and needs no start.
    """
    day = as_of or run.as_of
    tables = household_tables(definition, households)
    results = memory.run(definition, tables, day, run.known_by)
    areas = areas_on(day, set(tables.subjects["area_code"].to_pylist()))
    with transaction.atomic():
        people = {uuid.UUID(one) for one in tables.subjects["person_id"].to_pylist()}
        Assessment.objects.filter(household_id__in=households).delete()
        Assessment.objects.filter(person_id__in=people).delete()
        return store(run, definition, results.assessments.to_batches(), as_of=day, areas=areas)


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    yield from pq.ParquetFile(file).iter_batches(batch_size=20_000)


def _forget_all() -> None:
    """Remove every assessment; without a condition SQLite drops the pages instead of the rows."""
    table = connection.ops.quote_name(Assessment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def note_reading(*, by: Actor, subject: str, subject_id: uuid.UUID, area: Area | None) -> None:
    """Write down that somebody read a profile; before its bytes leave, in the transaction of the page."""
    record(
        at=by.now,
        actor_id=by.user_id,
        role=",".join(sorted(by.roles()))[:32],
        verb=Verb.READ,
        data_class=DataClass.BAND,
        area_code=area.code if area else "",
        subject=subject,
        subject_id=subject_id,
        request_id=by.request_id,
    )
    if subject == "person":
        note_canaries(by=by, how=How.PROFILE, person=subject_id)
    elif subject == "household":
        note_canaries(by=by, how=How.PROFILE, person__household=subject_id)
