"""What tests of every folder share."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from forewatch.ui import room

# How long a busy machine takes says nothing about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = [
    "forewatch.config.tests.assurance",
    "forewatch.config.tests.cast",
    "forewatch.config.tests.faults",
    "forewatch.config.tests.flushing",
    "forewatch.config.tests.locking",
    "forewatch.config.tests.second_lock",
    "forewatch.config.tests.surviving",
    "forewatch.config.tests.world",
    "forewatch.config.tests.browser",
    "forewatch.risk.tests.filled",
    "forewatch.risk.tests.province",
]


@pytest.fixture(autouse=True)
def _with_room() -> Iterator[None]:
    """Forget that a page of a test found no room: the program remembers it for a while."""
    yield
    room.note_saved()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Forget the language of the last page that was asked for: a client leaves it to the next test."""
    yield
    translation.deactivate()
