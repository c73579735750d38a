"""The index whose questions this installation asks."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition


def definition() -> Definition:
    """Return the definition that the setting INDEX names; it is read once."""
    return _loaded(str(settings.INDEX))


@lru_cache(maxsize=2)
def _loaded(index: str) -> Definition:
    return load_definition(index)
