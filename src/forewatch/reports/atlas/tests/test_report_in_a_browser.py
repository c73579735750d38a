"""From the map to a report to a file in a real browser: one figure all the way, the engine's own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE, arrived, tabbed_to
from forewatch.config.tests.cast import Cast
from forewatch.reports.atlas.tests.test_map_in_a_browser import DRAWN, figure, opened
from forewatch.risk.tests.province import Province

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[..., Page]


def taken(page: Page, name: str) -> bytes:
    """Take a file as a person would, and return it."""
    with page.expect_download() as found:
        page.get_by_role("button", name=name, exact=True).click()
    return found.value.path().read_bytes()


def number(page: Page, column: int, **row: str) -> int:
    chosen = "".join(f'[data-{name}="{value}"]' for name, value in row.items())
    said = page.locator(f"#rows tbody tr{chosen} td.number").nth(column).inner_text()
    return int(said.split()[0].replace(",", ""))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_village_has_one_figure_on_the_map_in_the_report_in_the_file_and_in_the_engine(
    province: Province,
    signed_in: SignedIn,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
) -> None:
    page = signed_in(province.lead, width=width)
    page.goto("/map/")
    for _level in ("district", "sub-district", "village"):
        page.wait_for_selector(DRAWN)
        page.locator("#parts a.row").first.click()
    village = opened(page)
    on_the_map = figure(page, "people"), figure(page, "high")
    engines = province.now.figure(village)
    assert on_the_map == (engines["people"], engines["high"])

    page.get_by_role("link", name="Report", exact=True).click()
    arrived(page, f"Report {page.locator('h1 small').inner_text()}")
    assert (number(page, 5, area=village), number(page, 0, area=village)) == on_the_map
    page.select_option("[name=sex]", "each")
    page.select_option("[name=age]", "each")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**sex=each**")
    lines = page.locator("#rows tbody tr").all()
    sums = [0, 0]
    for line in lines:
        sex, age = line.get_attribute("data-sex") or "", line.get_attribute("data-age") or ""
        row = province.now.figure(village, sex=sex, age=age)
        assert number(page, 5, area=village, sex=sex, age=age) == row["people"]
        sums = [sums[0] + row["people"], sums[1] + (row["high"] or 0)]
    assert tuple(sums) == on_the_map
    picture(page, "report-village")
    axe(page)
    sheet = openpyxl.load_workbook(io.BytesIO(taken(page, "XLSX"))).worksheets[0]
    assert sheet.max_row == len(lines) + 1
    assert sum(cell.value for cell in sheet["E"][1:]) == on_the_map[0]


def test_a_whole_province_is_reported_and_printed(
    province: Province,
    signed_in: SignedIn,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
) -> None:
    page = signed_in(province.lead)
    page.goto("/reports/?sex=each")
    picture(page, "report")
    axe(page)
    assert taken(page, "PDF").startswith(b"%PDF-")
    page.emulate_media(media="print")
    expect(page.locator("form.exports")).to_be_hidden()
    expect(page.locator("#rows")).to_be_visible()
    picture(page, "report-printed")


def test_reports_work_without_javascript_and_from_the_keyboard(
    province: Province, signed_in: SignedIn
) -> None:
    page = signed_in(province.lead, javascript=False)
    page.goto("/reports/")
    tabbed_to(page, "[name=by]")
    page.select_option("[name=by]", "home")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**by=home**")
    district = page.locator("#rows tbody tr").first.get_attribute("data-area") or ""
    assert number(page, 5, area=district) == province.now.figure(district, by="home")["people"]
    tabbed_to(page, "button[value=csv]")
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    assert f"{district},".encode() in found.value.path().read_bytes()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_planner_takes_released_figures_in_thai(
    province: Province,
    cast: Cast,
    signed_in: SignedIn,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
) -> None:
    page = signed_in(cast[Role.PLANNER], width=width)
    page.get_by_role("button", name="ภาษาไทย").click()
    page.goto(f"/reports/?area={province.code}&age=each")
    expect(page.locator("[name=by]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("รายงาน")
    picture(page, "report-released-thai")
    axe(page)
    assert b"people_sign" in taken(page, "CSV")
