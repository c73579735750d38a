"""Making the release of a month, and reading releases again."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass
from forewatch.analysis import disclosure
from forewatch.audit.actions import record
from forewatch.risk.models import Publication, Release, Run
from forewatch.risk.signals import release_made


def is_released(run: Run) -> bool:
    """Tell whether the index of a run has its release of the run's month."""
    return Release.objects.filter(index=index_of(run), month=f"{run.as_of:%Y-%m}").exists()


def index_of(run: Run) -> str:
    """Return the id of a run's definition, without its version."""
    return run.definition.partition("@")[0]


def release_figures(*, by: Actor | None, run: Run, cells: pa.Table, areas: pa.Table) -> Release:
    """Freeze the figures of a run that may leave, as the release of its month.

    `cells` is what `analysis.figures.release_cells` counts from the run's assessments, `areas` the hierarchy
    (`schema.AREAS`). Without `by` the nightly job made it. Raises disclosure.ReleaseRefused, also when the
    month has its release.
    """
    with transaction.atomic():
        made = disclosure.make_release(
            cells, areas, definition=run.definition, as_of=run.as_of, live=live_releases()
        )
        release = Release.objects.create(
            run=run,
            index=made.index,
            definition=made.definition,
            month=made.month,
            as_of=made.as_of,
            made_at=timezone.now(),
            file=_written(made),
        )
        record(
            at=release.made_at,
            verb="release",
            data_class=DataClass.RELEASED,
            actor_id=by.user_id if by else None,
            subject="release",
            subject_id=release.pk,
            request_id=by.request_id if by else None,
        )
        release_made.send(sender=Release, release=release, by=by)
    return release


def published() -> QuerySet[Release]:
    """Return the releases that may be read now, the newest first, without their figures."""
    return Release.objects.filter(publication__at__lte=timezone.now()).defer("file")


def publish(release_id: uuid.UUID, at: datetime) -> None:
    """Let a release be read from a moment on. Raises IntegrityError when it is already."""
    Publication.objects.create(release_id=release_id, at=at)


def unpublish(release_id: uuid.UUID, now: datetime) -> None:
    """Let a release not be read after all, if its moment is still to come."""
    Publication.objects.filter(release_id=release_id, at__gt=now).delete()


def live_releases() -> Sequence[disclosure.Release]:
    """Return every release that stands, and what waits to be let out: for none is ever taken back."""
    return [opened(one) for one in Release.objects.all()]


def opened(release: Release) -> disclosure.Release:
    """Return the figures of a release."""
    return disclosure.read_release(io.BytesIO(bytes(release.file)))


def _written(release: disclosure.Release) -> bytes:
    file = io.BytesIO()
    disclosure.write_release(release, file)
    return file.getvalue()
