"""The register as people use it: a family of six by hand, a closed tab, 360 pixels, no script, no mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE, tabbed_to
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.citizenship import StepEntry, plan_step
from forewatch.register.models import Draft, Household, Identity, MatchProposal, Record
from forewatch.register.sealed import open_who
from forewatch.register.tests.building import household, member, number, people_of

pytestmark = pytest.mark.django_db(transaction=True)
Areas = dict[str, Area]
Open = Callable[..., Page]
FAMILY = (
    ("Ann", "Reed", "F", "1980", "head"),
    ("Bob", "Reed", "M", "5/7/2520", "spouse"),
    ("Cat", "Reed", "F", "12/3/2555", "child"),
    ("Dan", "Reed", "M", "2560", "child"),
    ("Eve", "Reed", "F", "1/1/2564", "child"),
    ("Flo", "Moor", "F", "2490", "parent"),
)


def write_member(page: Page, row: int, given: str, family: str, sex: str, born: str, role: str) -> None:
    page.fill(f"[name=m{row}-given]", given)
    page.fill(f"[name=m{row}-family]", family)
    page.select_option(f"[name=m{row}-sex]", sex)
    page.fill(f"[name=m{row}-birth]", born)
    page.select_option(f"[name=m{row}-role]", role)


def test_a_household_of_six_by_hand_with_the_tab_closed_half_way(
    cast: Cast, areas: Areas, signed_in: Open, axe: Any, picture: Any
) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER])
    page.goto("/people/new")
    page.select_option("[name=place-area]", label="Mill Village 1")
    page.fill("[name=place-house]", "12/3")
    for row, one in enumerate(FAMILY[:3]):
        write_member(page, row, *one)
    axe(page)
    expect(page.locator("[data-autosave-status]")).to_have_text(re.compile(r"\d\d:\d\d"), timeout=8000)
    context = page.context
    page.close()

    page = context.new_page()
    page.goto("/people/")
    page.get_by_role("link", name="Go on").click()
    expect(page.locator("[name=m2-given]")).to_have_value("Cat")
    expect(page.locator("[name=place-house]")).to_have_value("12/3")
    for row, one in enumerate(FAMILY[3:], 3):
        write_member(page, row, *one)
    page.locator("[name=m0-birth]").press("Tab")
    page.locator("#answers-2 summary").click()
    page.select_option("[name=a2-schooling]", "attending")
    # A girl of 13 is asked about school, not about reading a contract.
    assert not page.locator("[name=a2-literacy]").count()
    page.get_by_label(re.compile("Every member has health cover")).select_option("true")
    picture(page, "register-sheet")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Registered")).to_be_visible()
    axe(page)
    home = Household.objects.get()
    assert (home.members, Draft.objects.count()) == (6, 0)
    names = {open_who(one.person_id, bytes(one.sealed)).given for one in Identity.objects.all()}
    assert names == {one[0] for one in FAMILY}
    page.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(home.code)
    assert "Reed" not in page.content()
    said = {key for one in Record.objects.all() for key in one.values}
    assert said == {"schooling", "health_cover", "has_minor"}


@pytest.fixture
def village(cast: Cast, areas: Areas) -> Household:
    """A household about which something is known, and a second that may share a person with it."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    same = number("77")
    ann = member("Zanderlyn", numbered=same, answers={"papers": "none", "literacy": "partly"})
    kid = member("Kit", "2558", role="child", sex="M", answers={"schooling": "out", "papers": "limited"})
    home = household(
        lead, areas[VILLAGE], ann, kid, answers={"arrears": True, "oop_share": "0.25", "lender": "informal"}
    )
    household(lead, areas[VILLAGE], member("Zander", numbered=same, answers={"papers": "full"}))
    assign(by=lead, household=home, user=cast[Role.SOCIAL_WORKER])
    step = StepEntry("birth", lead.today, helper=cast[Role.SOCIAL_WORKER])
    plan_step(by=lead, person=people_of(home)[1], entry=step)
    return home


def pages_of(home: Household) -> dict[str, str]:
    first, kid = people_of(home)
    return {
        "households": "/people/?children=on",
        "household": f"/people/households/{home.pk}",
        "household-edit": f"/people/households/{home.pk}/edit",
        "person": f"/people/persons/{kid.pk}",
        "person-merge": f"/people/persons/{first.pk}/merge",
        "children": f"/people/children?area={VILLAGE}",
        "papers": "/people/papers",
        "papers-waiting": "/people/papers?waiting=1",
        "step": f"/people/persons/{kid.pk}/step",
        "correct": f"/people/records/{Record.objects.filter(person=kid).get().pk}/correct",
        "matches": "/people/matches",
        "match": f"/people/matches/{MatchProposal.objects.get().pk}",
        "sources": "/people/sources",
        "source": "/people/sources/new",
        "new": "/people/new",
    }


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_is_clean_at_both_widths_in_both_languages(
    cast: Cast, village: Household, signed_in: Open, axe: Any, picture: Any, width: int, language: str
) -> None:
    page = signed_in(cast[Role.PROVINCIAL_LEAD], width=width)
    if language == "th":
        page.context.add_cookies([{"name": "language", "value": "th", "url": page.url}])
    for name, address in pages_of(village).items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        assert "Zanderlyn" not in page.content()
        axe(page)
        picture(page, f"register-{name}-{language}")


def test_a_household_is_registered_without_javascript_on_a_phone(
    cast: Cast, areas: Areas, signed_in: Open, picture: Any
) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER], width=NARROW, javascript=False)
    page.goto("/people/new")
    page.select_option("[name=place-area]", label="Mill Village 1")
    write_member(page, 0, *FAMILY[0])
    page.get_by_role("button", name="More rows").click()
    assert page.locator("[name=m8-given]").count()
    write_member(page, 7, *FAMILY[2])
    page.get_by_role("button", name="Show the questions for these ages").click()
    assert not page.locator("[name=a7-literacy]").count()
    page.locator("#answers-7 summary").click()
    page.select_option("[name=a7-schooling]", "irregular")
    picture(page, "register-sheet-no-script")
    page.get_by_role("button", name="Keep the draft, go on later").click()
    page.goto("/people/")
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_role("heading", name="Registered").is_visible()
    assert Household.objects.get().members == 2
    assert Record.objects.get(level="person").values == {"schooling": "irregular"}


def test_a_household_is_registered_with_the_keyboard_alone(cast: Cast, areas: Areas, signed_in: Open) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER])
    page.goto("/people/")
    tabbed_to(page, "a[href='/people/new']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/new")
    tabbed_to(page, "[name=place-area]")
    page.keyboard.type("Mill Village 1")
    tabbed_to(page, "[name=m0-given]")
    for word in ("Ann", "Reed", "f", "1980", "h"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    # Enter in a field keeps the draft and hands nothing in.
    page.keyboard.press("Enter")
    expect(page.get_by_text("The draft is kept")).to_be_visible()
    assert not Household.objects.exists()
    tabbed_to(page, "button[value=save]", most=120)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Registered")).to_be_visible()
    assert Household.objects.get().members == 1


def test_a_mistake_is_led_to_and_mended(cast: Cast, areas: Areas, signed_in: Open, axe: Any) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER], width=NARROW)
    page.goto("/people/new")
    page.select_option("[name=place-area]", label="Mill Village 1")
    write_member(page, 0, "Ann", "Reed", "F", "31/4/2520", "head")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is no such day")
    axe(page)
    page.get_by_role("alert").get_by_role("link", name="Born").click()
    page.fill("[name=m0-birth]", "30/4/2520")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Registered")).to_be_visible()


def test_names_appear_only_after_a_reason(cast: Cast, village: Household, signed_in: Open, axe: Any) -> None:
    page = signed_in(cast[Role.DISTRICT_OFFICER])
    page.goto(f"/people/households/{village.pk}")
    page.get_by_text("Show names").first.click()
    page.fill("[name=reason]", "visit on Friday")
    page.get_by_role("button", name="Show names").click()
    expect(page.get_by_text("Zanderlyn Reed")).to_be_visible()
    axe(page)
    page.goto("/people/")
    assert "Zanderlyn" not in page.content()
