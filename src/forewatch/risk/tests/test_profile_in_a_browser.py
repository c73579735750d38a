"""Somebody is found in a real browser, one reads why, and asks what was known of them in another year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.models import Organisation, User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE, tabbed_to
from forewatch.config.tests.cast import make_user
from forewatch.places.models import Area
from forewatch.register.models import Person, Record, Source
from forewatch.risk.actions import rescore
from forewatch.risk.profiles import History
from forewatch.risk.tests.filled import INDEX

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF, LAST_YEAR = date(2026, 6, 30), date(2025, 12, 31)
LATE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def lead(filled: Path) -> User:
    rescore(INDEX, as_of=AS_OF, now=datetime(2026, 7, 1, 6, tzinfo=UTC))
    office = Organisation.objects.create(code="office", name="Office")
    return make_user("lead", office, Role.PROVINCIAL_LEAD, Area.objects.get(level=1).code)


def somebody() -> Person:
    """Return somebody with a band now, of whose earner nobody had said anything last year."""
    for person in Person.objects.filter(assessment__band="high").order_by("pk"):
        history = History.of(INDEX, person.household_id)
        then = history.profiles(LAST_YEAR, known_by=LAST_YEAR).get(person.pk)
        if then and then.assessment.index.index_bp and "H1" not in then.assessment.drivers:
            return person
    raise AssertionError("The made-up province has nobody like this.")


def on(page: Page, day: date) -> None:
    page.fill("#on", day.isoformat())
    page.locator("form.filters button").click()
    page.get_by_text(f"as of {day.day} {day:%B %Y}").wait_for()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_reads_why_and_what_was_known_last_year(
    lead: User,
    signed_in: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
) -> None:
    person = somebody()
    page = signed_in(lead, width=width)
    page.goto("/people/")
    page.fill("[name=code]", person.code.lower())
    page.press("[name=code]", "Enter")
    page.wait_for_url(f"**/people/persons/{person.pk}")
    tabbed_to(page, "a[href^='/risk/people/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/risk/people/**")
    on(page, AS_OF)
    driver = INDEX.indicators[person.assessment.drivers.split()[0]].label["en"]
    expect(page.get_by_text(driver).first).to_be_visible()
    picture(page, "profile")
    axe(page)

    on(page, LAST_YEAR)
    known_then = page.inner_text("main")
    Record.objects.create(
        level="household",
        household_id=person.household_id,
        source=Source.objects.order_by("pk")[0],
        observed_on=date(2025, 12, 20),
        grade="A",
        received_on=LATE.date(),
        received_at=LATE,
        values={"earner_incapacitated": True},
    )
    page.reload()
    assert page.inner_text("main") == known_then, "what came to be known later was not known then"
    earner = INDEX.indicators["H1"].label["en"]
    assert earner not in page.locator("h2:has-text('Why') + *").inner_text()
    on(page, AS_OF)
    expect(page.get_by_text(earner).first).to_be_visible()
    axe(page)
