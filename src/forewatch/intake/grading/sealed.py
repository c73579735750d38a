"""How a source knows what it says: words that may tell who it is, so that they lie sealed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.utils import timezone

from forewatch.access.rules import DataClass
from forewatch.access.sealing import if_it_opens, seal
from forewatch.intake.grading.models import Grading
from forewatch.lib.calendars import months_before

TABLE = "grading"


def seal_how_known(words: str, row: uuid.UUID) -> bytes | None:
    """Return the words sealed for a grading; None where nobody said any. Raises CannotOpen."""
    return seal(words, table=TABLE, row=row, data_class=DataClass.SOURCE) if words else None


def how_known(grading: Grading) -> str:
    """Return in which words the source said how it knows; empty where it did not, and after their time."""
    kept = months_before(timezone.localdate(), settings.TERMS.sources_months)
    if grading.how_known is None or timezone.localdate(grading.at) < kept:
        return ""
    # The words may have gone before somebody let them be kept for longer.
    words = if_it_opens(grading.how_known, table=TABLE, row=grading.pk, data_class=DataClass.SOURCE)
    return words or ""
