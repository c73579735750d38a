"""The pages of grading at 360 and 1440 pixels, in both languages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.rules import Protocol, Role
from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.intake.concerns.actions import hand_in
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import Seen
from forewatch.intake.grading.actions import Given, grade_again, grade_concern
from forewatch.intake.grading.models import Grading
from forewatch.places.models import Area
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation
from forewatch.register.models import Source
from forewatch.register.tests.building import household, member, people_of

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]


@pytest.fixture
def reports(cast: Cast, areas: dict[str, Area], settings: Any) -> list[Grading]:
    """Statements of two sources, most graded twice, and a concern: one of each waits for a second grader."""
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    settings.TERMS = replace(settings.TERMS, second_grades_percent=100)
    officer, agency = cast.actor(Role.DISTRICT_OFFICER), cast[Role.ANALYST].organisation
    home = household(officer, areas[VILLAGE], member("Ann"))
    for turn in range(36):
        source, _new = Source.objects.get_or_create(
            code=f"watch-{turn % 2}",
            defaults={"name": f"Made-up Watch {turn % 2}", "kind": "volunteer", "agency": agency},
        )
        day = officer.today - timedelta(days=turn)
        seen = Observation(day, source, "ABC"[turn % 3], how_known="A cousin works there")
        record_answers(by=officer, subject=people_of(home)[0], observation=seen, answers={"papers": "none"})
    for turn, first in enumerate(Grading.objects.all()[:35]):
        given = Given("ABCD"[turn % 3 + (turn % 7 == 0)], "P", "", "helpers")
        grade_again(by=cast.actor(Role.SOURCE_HANDLER), first=first, given=given)
    receipt = hand_in(
        by=cast.actor(Role.VOLUNTEER), token=uuid.uuid4(), area=areas[VILLAGE], seen=[Seen.DEBT], who="",
        where="", words="They say the mill keeps his card", urgent=False, risky_visit=False,
    )  # fmt: skip
    concern = Concern.objects.get(receipt=receipt)
    grade_concern(by=officer, concern=concern, given=Given("C", "P", "", "helpers"))
    return list(Grading.objects.filter(turn=1, drawn=True))


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_is_clean(
    cast: Cast, reports: list[Grading], signed_in: Open, axe: Any, picture: Any, width: int, language: str
) -> None:
    last = next(one for one in reversed(reports) if one.record_id)
    page = signed_in(cast[Role.SOURCE_HANDLER], width=width)
    if language == "th":
        page.context.add_cookies([{"name": "language", "value": "th", "url": page.url}])
    for name, address in {
        "second-grades": "/grading/second",
        "second-statement": f"/grading/second/{last.pk}",
        "agreement": "/grading/",
    }.items():
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        picture(page, f"{name}-{language}")


def test_a_concern_is_graded_a_second_time(
    cast: Cast, reports: list[Grading], signed_in: Open, axe: Any, picture: Any
) -> None:
    page = signed_in(cast[Role.DISTRICT_SUPERVISOR], width=NARROW)
    page.goto("/grading/second")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("They say the mill keeps his card")).to_be_visible()
    axe(page)
    picture(page, "second-concern")
    page.get_by_label("D: not known").check()
    page.get_by_label("P: may be shared as the law allows").check()
    page.get_by_role("button", name="Keep the grade").click()
    expect(page.get_by_text("Nothing waits for a second grade.")).to_be_visible()
    assert Grading.objects.filter(turn=2, concern__isnull=False, information="D").count() == 1
    assert reports
