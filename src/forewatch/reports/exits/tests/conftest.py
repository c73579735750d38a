"""A household of three, two of whom agreed to be handed over, and somebody who asks for a file about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.models import Household
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits import actions
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.tests.making import ANALYST, LEAD, agrees, wish


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    """Return a household of three, of whom two agreed to be handed over."""
    made = household(cast.actor(LEAD), areas[VILLAGE], member("=Mali()"), member("Ben"), member("Cid"))
    for one in people_of(made)[:2]:
        agrees(cast, one)
    return made


@pytest.fixture
def ask(cast: Cast, areas: dict[str, Area], home: Household) -> Callable[..., Exit]:
    def asked(by: Role = ANALYST, **others: object) -> Exit:
        return actions.request_exit(by=cast.actor(by), wish=wish(areas[PROVINCE], **others))

    return asked
