"""Reveals at the same moment are counted one after the other: haste passes no budget of a day."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections

from forewatch.access.rules import Purpose, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions import revealing
from forewatch.register.models import Household
from forewatch.register.permissions import BudgetSpent
from forewatch.register.tests.building import household

AT_ONCE = 4


@pytest.mark.django_db(transaction=True)
def test_haste_passes_no_budget(
    cast: Cast, areas: dict[str, Area], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=1)
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE])
    counted = revealing.single_reveals_today

    def slowly(actor: Any) -> int:
        found = counted(actor)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(revealing, "single_reveals_today", slowly)

    def reveal(_turn: int) -> bool:
        try:
            revealing.reveal_household(
                by=officer,
                household=Household.objects.get(pk=home.pk),
                reason="to bring the school forms on Monday",
                purpose=Purpose.PREVENT,
            )
        except BudgetSpent:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(AT_ONCE) as hands:
        assert sum(hands.map(reveal, range(AT_ONCE))) == 1
    assert Event.objects.filter(verb="reveal", allowed=True).count() == 1
