"""The pages of telling people, at 360 and 1440 pixels, in both languages, and without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.sources import grade_source
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation, Under
from forewatch.register.models import Audience, Reliability, Source
from forewatch.register.tests.building import household, member, people_of
from forewatch.rights.informing.actions import ask_not_to
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import Ground

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
WHY = "Her employer reads every letter that comes"


@pytest.fixture
def told(cast: Cast, areas: dict[str, Area]) -> Source:
    """Two people of whom a volunteers' group told; for one of them a ground waits."""
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, areas[VILLAGE], member("Ann"), member("Ben"))
    agency = cast[Role.ANALYST].organisation
    source = Source.objects.create(code="mill", name="Mill Watch", kind="volunteer", agency=agency)
    seen = Observation(officer.today, source, "C", Under("not to the mill", Audience.STAFF))
    for one in people_of(home):
        record_answers(by=officer, subject=one, observation=seen, answers={"papers": "none"})
    ask_not_to(by=officer, duty=Duty.objects.all()[0], ground=Ground.DANGER, reason=WHY)
    handler = cast.actor(Role.SOURCE_HANDLER)
    grade_source(
        by=handler, source=source, reliability=Reliability.UNRELIABLE, reason="They were never there"
    )
    return source


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_is_clean(
    cast: Cast, told: Source, signed_in: Open, axe: Any, picture: Any, width: int, language: str
) -> None:
    waits, person = Duty.objects.get(state="open"), Duty.objects.get(state="open").person_id
    pages = {
        Role.DISTRICT_OFFICER: {
            "informing": "/to-be-told/",
            "informing-one": f"/to-be-told/{waits.pk}",
            "told-person": f"/people/persons/{person}",
        },
        Role.DATA_PROTECTION_OFFICER: {"informing-grounds": "/to-be-told/grounds"},
        Role.SOURCE_HANDLER: {
            "sources-graded": "/people/sources",
            "source-grade": f"/people/sources/{told.pk}/grade",
        },
    }
    for role, addresses in pages.items():
        page = signed_in(cast[role], width=width)
        if language == "th":
            page.context.add_cookies([{"name": "language", "value": "th", "url": page.url}])
        for name, address in addresses.items():
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            picture(page, f"{name}-{language}-{width}")


def test_somebody_is_told_on_the_pages(cast: Cast, told: Source, signed_in: Open) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER])
    page.goto("/to-be-told/")
    page.get_by_role("link", name=Duty.objects.get(state="open").person.code).click()
    page.get_by_label("in person, with nobody listening").check()
    day = Duty.objects.all()[0].collected_on
    page.get_by_label("Day they were told").fill(f"{day.day}/{day.month}/{day.year + 543}")
    page.get_by_role("button", name="Note that they were told").click()
    expect(page.get_by_text("Nobody waits to be told")).to_be_visible()
    assert Duty.objects.filter(state="told").count() == 1
    assert told.pk
