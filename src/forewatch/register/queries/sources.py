"""The registry of sources."""

from __future__ import annotations

import uuid

from forewatch.register.models import Source
from forewatch.ui.problems import NotFound


def sources() -> list[Source]:
    """Return every source, by name; a source is about nobody, so that whoever signs in may read them."""
    return list(Source.objects.select_related("agency"))


def one_source(row: uuid.UUID) -> Source:
    """Return one source.

    Raises NotFound.
    """
    found = Source.objects.filter(pk=row).first()
    if found is None:
        raise NotFound("")
    return found
