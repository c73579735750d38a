"""What is saved on a page is in the index at once, though the reader's transaction is over by then."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.models import Person
from forewatch.risk.models import Assessment, Run
from forewatch.risk.queries import definition
from forewatch.risk.rules import unpacked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.VOLUNTEER])
def test_a_household_is_assessed_whoever_saves_it(
    cast: Cast, areas: dict[str, Area], sign_in: Callable[[User], Client], role: Role
) -> None:
    today = timezone.localdate()
    Run.objects.create(definition=definition().name, as_of=today - timedelta(days=1), made_at=timezone.now())
    sent = {
        "do": "save",
        "rows": "1",
        "draft": str(uuid.uuid4()),
        "place-area": str(areas[VILLAGE].pk),
        "place-observed_on": f"{today.day}/{today.month}/{today.year + 543}",
        "place-grade": "A",
        "m0-given": "Ann",
        "m0-birth": "2523",
        "m0-role": "head",
        "m0-no_number": "on",
        "a0-papers": "none",
    }
    assert sign_in(cast[role]).post(reverse("household_new"), sent).status_code == 302
    found = Assessment.objects.get(person=Person.objects.get())
    assert found.area == areas[VILLAGE]
    assert unpacked(tuple(definition().indicators), found.scores)["S1"] == 3
