"""What people said of what is kept about them goes with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext_lazy

from forewatch.access.sealing import forget
from forewatch.register.models import Person
from forewatch.rights.models import Contest, Erasure


def said_of(*, people: QuerySet[Person], **_signal: Any) -> list[str]:
    """Return how many contests people filed, and how many erasures wait, in words."""
    counted = (
        (
            Contest.objects.filter(person__in=people),
            ngettext_lazy("%(count)s contest", "%(count)s contests", "count"),
        ),
        (
            Erasure.objects.filter(person_id__in=people.values("pk"), state=Erasure.State.WAITING),
            ngettext_lazy("%(count)s erasure asked for", "%(count)s erasures asked for", "count"),
        ),
    )
    return [str(words % {"count": count}) for rows, words in counted if (count := rows.count())]


def forget_contests(*, people: QuerySet[Person], **_signal: Any) -> None:
    """Remove the contests about people who leave the register, and shred their keys."""
    contests = Contest.objects.filter(person__in=people)
    forget(contests.values_list("pk", flat=True))
    contests.delete()
