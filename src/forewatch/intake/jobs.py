"""Jobs for what takes longer than anybody should wait; a small file is dealt with at once."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from threading import Lock

from django.conf import settings
from django.db import transaction
from django_tasks import task

from forewatch.intake import actions, working
from forewatch.intake.models import Upload
from forewatch.intake.rules import INLINE_BYTES, OVER, State
from forewatch.intake.safe import STAYS, Safe, folders
from forewatch.storage.bulk import many_rows

_now = Lock()


def go_on(upload: Upload) -> None:
    """Do what the state of an upload asks for: now when it is small, else as a job, which waits for keys.

    One is dealt with at a time, and what comes meanwhile is a job too: many at once would keep pages waiting.
    """
    if upload.size <= INLINE_BYTES and not settings.LOCKED and _now.acquire(blocking=False):
        try:
            work(upload.id)
        finally:
            _now.release()
    else:
        transaction.on_commit(lambda: task_work.enqueue(str(upload.id)))


@task()
def task_work(upload_id: str) -> None:
    """Work on an upload in the background."""
    work(uuid.UUID(upload_id))


def work(upload_id: uuid.UUID) -> None:
    """Work on an upload; whatever was cut off begins again."""
    upload = Upload.objects.select_related("source", "uploaded_by", "area").get(id=upload_id)
    # A small file is dealt with inside the server, where other pages go on beside it.
    with many_rows() if upload.size > INLINE_BYTES else nullcontext():
        _work(upload)


def tidy() -> None:
    """Remove what work that was cut off has left beside the database; for a start, when nothing is under way.

    A file whose upload was never written down is nobody's, and no page would lead to it; one that is in, or
    over, was about to be removed.
    """
    states = dict(Upload.objects.values_list("id", "state"))
    for one in folders():
        if states.get(one) == State.IN:
            Safe(one).drop_all_but(*STAYS)
        elif states.get(one) in (None, *OVER):
            Safe(one).drop()


def _work(upload: Upload) -> None:
    if upload.state == State.READING:
        working.read_file(upload)
    elif upload.state == State.CHECKING:
        working.check_rows(upload)
    elif upload.state == State.COMMITTING:
        actions.write_in(upload)
    elif upload.state == State.UNDOING:
        actions.take_out(upload)
