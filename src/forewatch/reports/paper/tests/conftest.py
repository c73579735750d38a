"""A few households in the villages of the cast, with answers about their people."""

from __future__ import annotations

import pytest

from forewatch.config.tests.cast import Cast
from forewatch.places.models import Area
from forewatch.reports.paper.tests.making import Village, make_village


@pytest.fixture
def village(cast: Cast, areas: dict[str, Area]) -> Village:
    """Return the made-up villages with their people."""
    return make_village(cast, areas)
