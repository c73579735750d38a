"""What people said of what is kept about them goes with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from forewatch.access.sealing import forget
from forewatch.register.models import Person
from forewatch.rights.models import Contest


def forget_contests(*, people: QuerySet[Person], **_signal: Any) -> None:
    """Remove the contests about people who leave the register, and shred their keys."""
    contests = Contest.objects.filter(person__in=people)
    forget(contests.values_list("pk", flat=True))
    contests.delete()
