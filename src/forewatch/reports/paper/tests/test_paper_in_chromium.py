"""Sheets in a real browser: on A4, in both languages, on a telephone, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from forewatch.access.rules import Role
from forewatch.config.tests.browser import PICTURES
from forewatch.reports.models import Printing
from forewatch.reports.paper.tests.making import Village

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
A4 = re.compile(rb"/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12][.\d]*\s*\]")
WIDTHS = pytest.mark.parametrize("width", [1440, 360])
LANGUAGES = pytest.mark.parametrize("language", ["en", "th"])


def on_paper(page: Page, name: str) -> int:
    """Print the page as a PDF of A4 into the folder of pictures, and return its number of pages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    file: Path = PICTURES / f"{name}.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=False)
    pdf = file.read_bytes()
    pages = len(A4.findall(pdf))
    assert pages == len(re.findall(rb"/Type\s*/Page\b", pdf)) > 0
    return pages


def form_sheet(page: Page, kind: str, language: str, members: int = 6) -> None:
    page.goto("/paper/forms/")
    page.select_option("[name=kind]", kind)
    page.fill("[name=members]", str(members))
    page.select_option("select[name=language]", language)
    page.click("main form[method=post] button")
    page.wait_for_selector(".domain")


def list_sheet(page: Page, village: Village, language: str) -> None:
    made = village.approved(with_names=True)
    page.goto(f"/paper/visits/{made.pk}/")
    page.select_option("select[name=language]", language)
    page.click("form[action$=sheet] button")
    page.wait_for_selector(".visits")
    page.wait_for_load_state()  # its style sheets too


def nothing_is_torn(page: Page, block: str) -> None:
    """Check that a block that must not be torn between sheets says so, and fits on one."""
    page.emulate_media(media="print")
    torn = """block => [...document.querySelectorAll(block)].filter(
        one => !getComputedStyle(one).breakInside.startsWith('avoid')).length"""
    assert page.evaluate(torn, block) == 0
    page.emulate_media(media="null")


@WIDTHS
@LANGUAGES
def test_a_household_form_prints_domain_by_domain(
    village: Village, signed_in: Open, axe: Callable[[Page], None], width: int, language: str
) -> None:
    page = signed_in(village.cast[Role.DISTRICT_OFFICER], width)
    form_sheet(page, "household_form", language)
    axe(page)
    nothing_is_torn(page, ".question")
    domains = page.locator(".domain").count()
    assert domains == 4
    # The first sheet holds the names, and each domain begins on a sheet of its own.
    assert domains + 1 <= on_paper(page, f"household-form-{language}") <= 14


@LANGUAGES
def test_a_form_for_one_person_is_short(
    village: Village, signed_in: Open, axe: Callable[[Page], None], language: str
) -> None:
    page = signed_in(village.cast[Role.ENUMERATOR], 360)
    form_sheet(page, "person_form", language)
    axe(page)
    assert on_paper(page, f"person-form-{language}") <= 5


@WIDTHS
@LANGUAGES
def test_an_approved_list_prints_with_its_names(
    village: Village, signed_in: Open, axe: Callable[[Page], None], width: int, language: str
) -> None:
    page = signed_in(village.cast[Role.DISTRICT_OFFICER], width)
    list_sheet(page, village, language)
    axe(page)
    assert page.inner_text(".visit >> nth=0").count("Ann Reed") == 1
    assert on_paper(page, f"visit-list-{language}") <= 3


def test_paper_is_black_on_white_and_without_buttons(village: Village, signed_in: Open) -> None:
    page = signed_in(village.cast[Role.DISTRICT_OFFICER])
    list_sheet(page, village, "en")
    page.emulate_media(media="print")
    assert not page.is_visible("button[data-print]")
    assert not page.is_visible(".bar")
    colours = page.evaluate(
        """() => [...new Set([...document.querySelectorAll('main *')].filter(one => one.checkVisibility())
            .flatMap(one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]))]"""
    )
    assert set(colours) <= {"rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
    sizes = page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.visit li')).fontSize)")
    assert sizes >= 14  # 10.5 points: read aloud at arm's length


def test_the_button_prints(village: Village, signed_in: Open) -> None:
    page = signed_in(village.cast[Role.DISTRICT_OFFICER])
    list_sheet(page, village, "en")
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = 'yes' } }")
    page.focus("[data-print]")
    page.keyboard.press("Enter")
    assert page.get_attribute("body", "data-printed") == "yes"


@WIDTHS
@LANGUAGES
def test_the_pages_around_the_sheets(
    village: Village,
    signed_in: Open,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    language: str,
) -> None:
    village.approved()
    waiting = village.requested(with_names=True)
    page = signed_in(village.cast[Role.DISTRICT_SUPERVISOR], width)
    if language == "th":
        page.click("button[name=language][value=th]")
    urls = ["", "forms/", "visits/", "visits/new/", f"visits/{waiting.pk}/", "printings/"]
    for name, url in zip(["overview", "forms", "lists", "request", "list", "ledger"], urls, strict=True):
        page.goto(f"/paper/{url}")
        axe(page)
        picture(page, f"paper-{name}-{language}")


def test_without_scripts_a_list_is_asked_for_approved_and_printed(village: Village, signed_in: Open) -> None:
    officer = signed_in(village.cast[Role.DISTRICT_OFFICER], 360, javascript=False)
    officer.goto("/paper/visits/new/")
    officer.select_option("[name=area]", str(village.areas["XA10010101"].pk))
    officer.fill("[name=reason]", "The round of this week")
    officer.check("[name=with_names]")
    officer.click("main form[method=post] button")
    supervisor = signed_in(village.cast[Role.DISTRICT_SUPERVISOR], javascript=False)
    supervisor.goto("/paper/")
    supervisor.click("text=Look and decide")
    assert "Ann" not in supervisor.inner_text("main")
    supervisor.click("button[value=approve]")
    officer.reload()
    officer.click("form[action$=sheet] button")
    assert "Ann Reed" in officer.inner_text("main")
    assert Printing.objects.get().identities == 3
