"""What was done about people since their batch came: whoever takes it out again must not take that too."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from forewatch.access import second_lock
from forewatch.register.models import (
    Assignment,
    BreakGlass,
    CitizenshipStep,
    ConflictOfInterest,
    Consent,
    Correction,
    Draft,
    Household,
    Merge,
    Person,
    TakenBack,
)
from forewatch.register.signals import undo_asked
from forewatch.ui.problems import Conflict

_SINCE: tuple[tuple[Any, tuple[str, ...], Any], ...] = (
    (
        Consent,
        ("person",),
        ngettext_lazy("%(count)s consent or refusal", "%(count)s consents or refusals", "count"),
    ),
    (
        ConflictOfInterest,
        ("person",),
        ngettext_lazy("%(count)s conflict of interest", "%(count)s conflicts of interest", "count"),
    ),
    (BreakGlass, ("person",), ngettext_lazy("%(count)s emergency", "%(count)s emergencies", "count")),
    (
        CitizenshipStep,
        ("person",),
        ngettext_lazy("%(count)s step towards papers", "%(count)s steps towards papers", "count"),
    ),
    (Merge, ("kept", "merged"), ngettext_lazy("%(count)s merge", "%(count)s merges", "count")),
    (Assignment, ("household",), ngettext_lazy("%(count)s assignment", "%(count)s assignments", "count")),
    (
        Correction,
        ("household", "record", "event"),
        ngettext_lazy("%(count)s correction", "%(count)s corrections", "count"),
    ),
    (
        TakenBack,
        ("event",),
        ngettext_lazy("%(count)s event taken back", "%(count)s events taken back", "count"),
    ),
    (Draft, ("household",), ngettext_lazy("%(count)s page begun", "%(count)s pages begun", "count")),
)
"""By which columns each leads to what a batch wrote, and how many of them are said."""
_CHANGED = ngettext_lazy(
    "%(count)s household changed by hand", "%(count)s households changed by hand", "count"
)


@second_lock.opened("what stands on a batch that is to be undone")
def check_nothing_was_done_since(batch_id: uuid.UUID) -> None:
    """Check that nobody did anything about the people of a batch; the caller holds the transaction.

    Raises Conflict, saying what there is and how many: of whom is not for whoever undoes.
    """
    found = [*_here(batch_id), *_elsewhere(batch_id)]
    if found:
        words = _(
            "Nothing was undone. By now there are about people of this batch: %(what)s. So the batch stays; "
            "whoever has to leave the register is erased one by one, which two people decide."
        )
        raise Conflict(words % {"what": ", ".join(found)})


def _here(batch_id: uuid.UUID) -> Iterator[str]:
    for model, columns, words in _SINCE:
        yield from _counted(model._default_manager.filter(_any(columns, batch_id)), words)
    yield from _counted(Household.objects.filter(batch_id=batch_id, version__gt=1), _CHANGED)


def _any(columns: tuple[str, ...], batch_id: uuid.UUID) -> Q:
    found = Q()
    for one in columns:
        found |= Q(**{f"{one}__batch_id": batch_id})
    return found


def _counted(rows: QuerySet[Any], words: Any) -> Iterator[str]:
    if count := rows.count():
        yield words % {"count": count}


def _elsewhere(batch_id: uuid.UUID) -> Iterator[str]:
    answers = undo_asked.send(
        sender=Person,
        people=Person.objects.filter(batch_id=batch_id),
        households=Household.objects.filter(batch_id=batch_id),
    )
    for _receiver, said in answers:
        yield from said or ()
