"""What a source says for the staff of an area alone reaches nobody else by way of the index."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation, Under
from forewatch.register.models import Audience, Household, Person
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits.content import as_table, rows_of
from forewatch.risk.queries import definition

SignIn = Callable[..., Client]
TODAY = timezone.localdate()
TELLS = {
    "person_profile": "No registration and no number",
    "household_profile": "Visits by",
    "household": "without papers",
    "person": "no registration and no number",
}
"""By page: what of it tells that something was said."""


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    """Return a household given to a social worker, of whom something is known to the staff alone."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    made = household(lead, areas[VILLAGE], member("Ann", "1990"))
    assign(by=lead, household=made, user=cast[Role.SOCIAL_WORKER])
    told = Observation(TODAY, grade="A", under=Under("only for the office", Audience.STAFF))
    record_answers(by=lead, subject=people_of(made)[0], observation=told, answers={"papers": "none"})
    return made


@pytest.mark.parametrize("page", TELLS)
def test_who_looks_after_somebody_reads_nothing_that_is_for_the_staff(
    cast: Cast, home: Household, sign_in: SignIn, page: str
) -> None:
    row = people_of(home)[0].pk if page.startswith("person") else home.pk
    address = reverse(page, args=[row])
    staff = sign_in(cast[Role.DISTRICT_OFFICER]).get(address).content.decode()
    worker = sign_in(cast[Role.SOCIAL_WORKER]).get(address)
    assert TELLS[page] in staff
    assert worker.status_code == 200
    assert TELLS[page] not in worker.content.decode()


def test_the_worker_is_told_that_something_is_left_out(cast: Cast, home: Household, sign_in: SignIn) -> None:
    address = reverse("household_profile", args=[home.pk])
    assert "left out here" in sign_in(cast[Role.SOCIAL_WORKER]).get(address).content.decode()
    assert "left out here" not in sign_in(cast[Role.DISTRICT_OFFICER]).get(address).content.decode()


def test_a_file_says_no_reasons_of_them(cast: Cast, home: Household) -> None:
    person = Person.objects.select_related("household__area").get(household=home)
    [row] = rows_of([person], with_names=False)
    assert not row.reasons
    assert as_table([row], definition(), "en", TODAY, with_names=False)
