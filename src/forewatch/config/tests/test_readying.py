"""A server is ready before its first page, and what it loaded is not walked again and again."""

from __future__ import annotations

import gc

from forewatch.config.readying import make_ready
from forewatch.risk.queries import definition


def test_everything_is_loaded_and_left_alone_by_the_collector() -> None:
    definition.cache_clear()
    try:
        make_ready()
        assert definition.cache_info().currsize == 1
        assert gc.get_freeze_count() > 50_000
    finally:
        gc.unfreeze()
