"""A fault at any call while a household is saved leaves nothing or all; sent again, all is there once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.verification import verify
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.faults import Faults, NewRows
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.models import Draft
from forewatch.register.tests.building import page

TABLES = ("register", "informing", "audit")


@pytest.mark.django_db(transaction=True)
def test_a_fault_at_any_call_of_a_save_leaves_nothing_or_all(
    cast: Cast, areas: dict[str, Area], sign_in: Callable[[User], Client], faults: Faults, assured: Assured
) -> None:
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    # Without a fault, once before it counts: whatever a process reads only once is read.
    for _ in range(2):
        rows = NewRows()
        assert client.post(reverse("household_new"), page(areas[VILLAGE], new_id())).status_code == 302
    clean = rows.hashed(TABLES)
    assert clean
    for number in count(1):
        rows, sent, answered = NewRows(), page(areas[VILLAGE], new_id()), False
        with faults.at(number):
            answered = client.post(reverse("household_new"), sent).status_code == 302
        # What was typed may be kept as a draft: it is nothing that counts yet.
        left = rows.hashed(TABLES, without=(Draft,))
        assert left in (clean if answered else "", clean), f"something half is there after call {number}"
        assert client.post(reverse("household_new"), sent).status_code == 302
        assert rows.hashed(TABLES) == clean, f"not the same after call {number} failed"
        if not faults.happened():
            break
    assert verify().breach is None
    assured("fault save", number - 1)
