"""Emptying the tables between tests waits for a page that is still being answered, and for nothing else."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from forewatch.config.tests import flushing


def failing(times: int, words: str) -> tuple[list[int], flushing.Callable[[], None]]:
    tried: list[int] = []

    def empty() -> None:
        tried.append(1)
        if len(tried) <= times:
            raise OperationalError(words)

    return tried, empty


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flushing.time, "sleep", lambda _seconds: None)


def test_a_deadlock_with_a_page_is_tried_again() -> None:
    tried, empty = failing(2, "deadlock detected")
    flushing._patiently(empty)
    assert len(tried) == 3


def test_a_deadlock_that_stays_is_said() -> None:
    tried, empty = failing(99, "deadlock detected")
    with pytest.raises(OperationalError):
        flushing._patiently(empty)
    assert len(tried) == flushing.TRIES


def test_what_else_is_wrong_is_said_at_once() -> None:
    tried, empty = failing(1, "no such table")
    with pytest.raises(OperationalError):
        flushing._patiently(empty)
    assert len(tried) == 1
