"""The page in a real browser: drilling down, both languages, small screens, paper, and no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page

from forewatch.reports.counts import points
from forewatch.reports.tests.making import AS_OF, define, make_province, write_figures
from forewatch.reports.writing import write_reports

NAMES = {row["area_code"]: row["name"] for row in make_province().areas.to_pylist()}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


class Watched:
    """A page with everything it asked for and complained about."""

    def __init__(self, page: Page) -> None:
        self.page, self.asked, self.complaints = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=WIDE)
    found = Watched(context.new_page())
    yield found
    context.close()


@pytest.fixture
def page(watched: Watched, reported: Path) -> Page:
    watched.page.goto((reported / "report.html").as_uri())
    return watched.page


@pytest.fixture(scope="module")
def rows(reported: Path) -> dict[str, dict]:
    """The figures of everybody who lives in each area."""
    found = pq.read_table(reported / "areas.parquet").to_pylist()
    return {
        row["area_code"]: row
        for row in found
        if row["by"] == "residence" and row["sex"] is None and row["age_band"] is None
    }


def slot(page: Page, field: str) -> str:
    return page.inner_text(f"#fw-panel [data-f={field}]")


def shown_codes(page: Page) -> list[str]:
    links = page.query_selector_all("#fw-children tbody th a")
    return [link.get_attribute("href").removeprefix("#") for link in links]


def until(page: Page, true: str) -> None:
    """Wait for a JavaScript expression; the page's own policy forbids Playwright's way, which needs eval."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"this never became true: {true}")


def go(page: Page, code: str) -> None:
    page.evaluate("code => { location.hash = code }", code)
    name = NAMES[code or "XF"]
    until(page, f"document.querySelector('#fw-area [data-f=name]').textContent === '{name}'")


def test_nothing_is_asked_of_anybody_and_nothing_goes_wrong(watched, reported):
    page = watched.page
    page.goto((reported / "report.html").as_uri())
    for code in ("XF02", "XF0203", "XF020304", ""):
        go(page, code)
    page.check("#fw-th", force=True)
    page.emulate_media(media="print")
    assert watched.asked == [(reported / "report.html").as_uri()]
    assert watched.complaints == []


def test_drilling_down_with_the_keyboard_alone(page, rows):
    page.focus(".areas a")
    for depth, length in enumerate((4, 6, 8)):
        link = page.evaluate("document.activeElement.getAttribute('href')")
        assert len(link) == length + 1
        page.keyboard.press("Enter")
        until(page, f"location.hash === '{link}' && document.activeElement.id === 'fw-area'")
        assert page.locator("#fw-trail li").count() == depth + 2
        assert slot(page, "people") == f"{rows[link[1:]]['people']:,}"
        while depth < 2 and not page.evaluate("document.activeElement.closest('.areas') !== null"):
            page.keyboard.press("Tab")
    assert len(link) == 9


def test_the_back_button_goes_up_again(page):
    name = "document.querySelector('#fw-area [data-f=name]').textContent"
    page.click("#fw-children a[href='#XF02']")
    page.click("#fw-children a[href='#XF0201']")
    until(page, f"{name} === 'Sub-district 2.1'")
    page.go_back()
    until(page, f"{name} === 'District 2'")
    page.go_back()
    until(page, f"{name} === 'Mirkland'")


def test_an_address_opens_its_area_and_a_wrong_one_the_first(watched, reported):
    address = (reported / "report.html").as_uri()
    watched.page.goto(f"{address}#XF0302")
    assert watched.page.inner_text("#fw-area [data-f=name]") == "Sub-district 3.2"
    watched.page.goto("about:blank")
    watched.page.goto(f"{address}#%E0%A4%A")
    assert watched.page.inner_text("#fw-area [data-f=name]") == "Mirkland"
    assert watched.complaints == []


@pytest.mark.parametrize("code", ["XF", "XF03", "XF0202", "XF030304", "XF010104", "XF010101"])
def test_the_panel_shows_the_figures_of_areas_parquet(page, rows, code):
    go(page, code)
    row = rows[code]
    for field in ("people", "assessed", "high", "medium", "low", "not_enough_information"):
        assert slot(page, field) == ("–" if row[field] is None else f"{row[field]:,}")
    for field in ("provisional", "act_now"):
        assert slot(page, field) == ("–" if row[field] is None else f"{row[field]:,}")
    assert slot(page, "mean_index_bp") == (points(row["mean_index_bp"]) or "–")
    assert slot(page, "h_bp") == (f"{points(row['h_bp'])}%" if row["h_bp"] is not None else "–")
    assert slot(page, "m0_bp") == (points(row["m0_bp"]) or "–")


def test_the_table_lists_the_areas_of_the_map_with_the_same_figures(page, rows):
    for code in ("XF", "XF01", "XF0102"):
        go(page, code)
        on_map = page.eval_on_selector_all(
            ".areas a", "all => all.map(one => one.getAttribute('href').slice(1))"
        )
        assert sorted(on_map) == sorted(shown_codes(page))
        for row in page.query_selector_all("#fw-children tbody tr"):
            figures = rows[row.query_selector("a").get_attribute("href")[1:]]
            expected = "–" if figures["high"] is None else f"{figures['high']:,}"
            assert row.query_selector("td").inner_text() == expected


def test_most_people_for_outreach_now_come_first_and_the_unsurveyed_last(page, rows):
    go(page, "XF0101")
    listed = shown_codes(page)
    assert listed[2:] == ["XF010101", "XF010102"]
    assert rows[listed[0]]["high"] >= rows[listed[1]]["high"]


def test_the_script_says_the_same_as_the_page_without_it(browser, reported, page):
    """Both draw the first view: numbers, names and their order must agree."""
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    still = context.new_page()
    still.goto((reported / "report.html").as_uri())
    for part in ("#fw-children tbody", "#fw-panel", "[data-group=age_band]", "[data-group=sex]", "#fw-trail"):
        assert still.inner_text(part).split() == page.inner_text(part).split()
    assert still.locator(".areas a").count() == page.locator(".areas a").count() == 3
    assert still.locator("noscript p").is_visible()
    still.click("#fw-children a[href='#XF02']")
    assert still.locator("#XF02").is_visible()
    context.close()


def test_groups_follow_the_chosen_area(page, reported):
    go(page, "XF0203")
    found = pq.read_table(reported / "areas.parquet").to_pylist()
    for key in ("0-11", "60+"):
        (row,) = [
            one
            for one in found
            if (one["area_code"], one["by"], one["sex"], one["age_band"])
            == ("XF0203", "residence", None, key)
        ]
        cells = page.locator(f"[data-group=age_band] tr[data-key='{key}'] td").all_inner_texts()
        assert [cells[0], cells[5]] == [f"{row['high']:,}", f"{row['people']:,}"]


def test_drivers_follow_the_chosen_area_and_hostile_labels_are_text(page, province):
    go(page, "XF02")
    table = province.drivers.to_pandas()
    here = table[(table["area_code"] == "XF02") & (table["score"] == 3)]
    people = [int(text) for text in page.locator("#fw-drivers td").all_inner_texts()]
    assert people == sorted(here["people"], reverse=True)
    assert "<in words> & more" in page.inner_text("#fw-drivers")


def test_five_signs_with_five_patterns(page):
    legend = page.eval_on_selector_all(
        ".legend li",
        "all => all.map(one => [one.dataset.sign, getComputedStyle(one.querySelector('rect')).fill])",
    )
    fills = dict(legend)
    assert {"high", "medium", "low", "unknown", "unsurveyed"} <= set(fills)
    assert len(set(fills.values())) == len(fills)
    go(page, "XF0101")
    used = page.eval_on_selector_all(".areas a > path", "all => all.map(one => one.getAttribute('class'))")
    assert {"s-unsurveyed", "s-unknown"} <= set(used)


def test_the_whole_page_speaks_one_language_at_a_time(page):
    english = page.inner_text("main")
    assert "What needs attention now" in english
    assert not re.search("[ก-๙]", english)
    page.check("#fw-th", force=True)
    assert page.evaluate("document.documentElement.lang") == "th"
    thai = page.inner_text("main")
    assert "เรื่องที่ต้องดำเนินการก่อน" in thai
    assert "30 มิถุนายน 2569" in thai
    left = re.sub(
        r"Mirkland|(Sub-d|D)istrict [\d.]+|Village [\d.]+|areas\.(csv|geojson)|small-index|HXL|PPV|_bp",
        "",
        thai,
    )
    assert re.findall("[A-Za-z]{3,}", left) == []
    label = page.get_attribute(".areas a", "aria-label")
    assert "ลงเยี่ยมทันที" in label


def test_the_language_can_be_chosen_from_the_keyboard_and_without_javascript(browser, reported):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reported / "report.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert "เรื่องที่ต้องดำเนินการก่อน" in page.inner_text("main")
    context.close()


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("code", ["", "XF0101", "XF010103"])
def test_a_phone_never_scrolls_sideways(page, language, code):
    page.set_viewport_size(NARROW)
    page.check(f"#fw-{language}", force=True)
    go(page, code)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    until(page, "document.querySelector('.areas').viewBox.baseVal.width <= 360")


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("width", [1280, 1440])
def test_a_desk_shows_every_column(page, language, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.check(f"#fw-{language}", force=True)
    cut = page.eval_on_selector_all(
        ".scroll", "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    )
    assert cut == []


def test_small_links_are_large_enough_to_hit(page):
    page.set_viewport_size(NARROW)
    heights = page.eval_on_selector_all(
        "#fw-children tbody a, .languages label, #fw-trail a, summary",
        "all => all.map(one => one.getBoundingClientRect().height)",
    )
    assert min(heights) >= 24


def test_everything_that_can_be_reached_has_a_name(page):
    go(page, "XF01")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
                "a, input, summary, [role=region], [tabindex='0'], figure, nav")]
            .filter(one => !one.getAttribute("aria-label") && !one.textContent.trim()
                && !(one.labels && one.labels.length)
                && !document.getElementById(one.getAttribute("aria-labelledby"))?.textContent.trim())
            .map(one => one.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


def test_heads_have_scope_and_headings_skip_no_level(page):
    assert page.locator("th:not([scope])").count() == 0
    levels = page.eval_on_selector_all(
        "main h1, main h2, main h3, main h4", "all => all.map(one => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_focus_can_be_seen_on_the_map_and_on_links(page):
    page.focus(".areas a")
    focused = page.get_attribute(".areas a:focus path", "d")
    assert page.get_attribute(".areas .outline", "d") == focused
    page.focus("#fw-children a")
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(width.removesuffix("px")) >= 2


def test_on_paper_every_table_is_open_and_the_buttons_are_gone(page, tmp_path):
    page.emulate_media(media="print")
    assert not page.locator(".languages").is_visible()
    assert not page.locator(".hint").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 8


def test_without_boundaries_the_bars_drill_down_too(browser, province, tmp_path, rows):
    write_figures(province, tmp_path / "areas.parquet")
    write_reports(tmp_path, define(), province.areas, None, AS_OF, None, {}, None)
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.click(".bars a[href='#XF02']")
    page.wait_for_selector(".bars a[href='#XF0201']")
    numbers = page.locator(".bars .number").all_inner_texts()
    expected = sorted((rows[f"XF020{one}"]["high"] for one in (1, 2, 3)), reverse=True)
    assert numbers == [f"{one:,}" for one in expected]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
