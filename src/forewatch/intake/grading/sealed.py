"""How a source knows what it says: words that may tell who it is, so that they lie sealed."""

from __future__ import annotations

import uuid

from forewatch.access.rules import DataClass
from forewatch.access.sealing import seal, unseal
from forewatch.intake.grading.models import Grading

TABLE = "grading"


def seal_how_known(words: str, row: uuid.UUID) -> bytes | None:
    """Return the words sealed for a grading; None where nobody said any. Raises CannotOpen."""
    return seal(words, table=TABLE, row=row, data_class=DataClass.SOURCE) if words else None


def how_known(grading: Grading) -> str:
    """Return in which words the source said how it knows; empty where it did not. Raises CannotOpen."""
    if grading.how_known is None:
        return ""
    words: str = unseal(grading.how_known, table=TABLE, row=grading.pk, data_class=DataClass.SOURCE)
    return words
