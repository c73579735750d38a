"""What a server does before the first page: load all there is, and keep Python's collector from it."""

from __future__ import annotations

import atexit
import gc

from django.urls import get_resolver

from forewatch.risk.queries import definition


def make_ready() -> None:
    """Load every page's code and the index, and tell the collector that they stay.

    A full collection walks every object of the program, which stops a page for more than 0.1 s; those loaded
    by now are never garbage.
    """
    assert get_resolver().url_patterns
    definition()
    gc.collect()
    gc.freeze()
    # At the end they are garbage after all; DuckDB's binding complains of what is left.
    atexit.register(gc.unfreeze)
