"""The run about everybody as a job, asked for by many and made once."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from forewatch.risk.actions import rescore
from forewatch.risk.queries import definition


@task()
def rescore_everybody() -> None:
    """Assess everybody as of today."""
    rescore(definition(), as_of=timezone.localdate(), now=timezone.now())


def ask_for_everybody() -> None:
    """Have everybody assessed, unless such a job waits already."""
    waiting = DBTaskResult.objects.filter(
        task_path=rescore_everybody.module_path, status=TaskResultStatus.READY
    )
    if not waiting.exists():
        rescore_everybody.enqueue()
