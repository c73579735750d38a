"""Every component, as each kind of reader sees it: small, wide, on paper, with colours of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.config.tests.cast import Cast
from forewatch.ui.tests.showing import Shown

TOUCHED = (
    "main button, main a.button, main summary, main input:not([type=checkbox], [type=radio]), main select"
)
BANDS = "high", "medium", "low", "unknown", "unsurveyed"


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_components_are_open_to_everybody(
    shown: Shown, axe: Callable[[Page], None], picture: Callable[[Page, str], Path], width: int
) -> None:
    page = shown(width)

    picture(page, "components")
    axe(page)


def test_what_is_touched_is_large_enough_for_a_thumb(shown: Shown) -> None:
    page = shown(NARROW)

    for one in page.locator(TOUCHED).all():
        box = one.bounding_box()
        assert box is None or box["height"] >= 44, one.evaluate("element => element.outerHTML")


def test_numbers_stand_in_columns(shown: Shown) -> None:
    page = shown(WIDE)

    style = page.locator("td.number").first.evaluate(
        "cell => [getComputedStyle(cell).textAlign, getComputedStyle(cell).fontVariantNumeric]"
    )

    assert style == ["right", "tabular-nums"]


def test_lines_leave_room_for_thai(shown: Shown) -> None:
    page = shown(WIDE)
    measure = (
        "body => parseFloat(getComputedStyle(body).lineHeight) / parseFloat(getComputedStyle(body).fontSize)"
    )

    assert page.locator("body").evaluate(measure) == pytest.approx(1.7)


def test_each_cell_of_a_stacked_list_says_its_column(shown: Shown) -> None:
    page = shown(NARROW)

    labels = page.locator("table.list tbody tr").first.evaluate(
        """row => [...row.querySelectorAll("td")].map(cell => getComputedStyle(cell, "::before").content)"""
    )

    edges = page.evaluate(
        """[...document.querySelectorAll("table.list tbody :is(td, th):not(:empty)")].map(
            cell => cell.getBoundingClientRect().left + parseFloat(getComputedStyle(cell).paddingLeft))"""
    )

    assert labels == ['"Village"', '"Members"', '"Index"', '"Band"']
    assert len(set(edges)) == 1, "cells of a stack stand below each other"


def test_no_two_bands_share_a_sign_even_without_colour(shown: Shown) -> None:
    page = shown(WIDE)
    drawn = """(band) => {
        const style = getComputedStyle(document.querySelector(".signs .band." + band), "::before");
        return [style.clipPath, style.borderRadius, style.backgroundImage].join("|");
    }"""

    assert len({page.evaluate(drawn, band) for band in BANDS}) == len(BANDS)


def test_provisional_is_the_same_colour_hatched(shown: Shown) -> None:
    page = shown(WIDE)
    fill = "band => getComputedStyle(document.querySelector(band), '::before').backgroundImage"

    assert page.evaluate(fill, ".signs .band.high.provisional").startswith("repeating-linear-gradient")
    assert "rgb(140, 26, 21)" in page.evaluate(fill, ".signs .band.high.provisional")


def test_paper_carries_what_a_meeting_needs_and_no_more(shown: Shown) -> None:
    page = shown(WIDE)

    page.emulate_media(media="print")

    assert page.locator("table.list").is_visible()
    for hidden in (".filters", ".actions", ".pages", ".tabs", "[data-print]"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_nothing_moves_for_those_who_ask_for_less(shown: Shown) -> None:
    page = shown(WIDE, reduced_motion="reduce")

    assert page.locator("a.button").first.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


def test_signs_keep_their_colours_where_the_reader_sets_all_others(shown: Shown) -> None:
    page = shown(WIDE, forced_colors="active")
    kept = "getComputedStyle(document.querySelector('.signs .band.high'), '::before').forcedColorAdjust"

    assert page.evaluate(kept) == "none"


def test_fonts_are_ours_and_a_page_is_light(shown: Shown, open_page: Callable[..., Page]) -> None:
    page = open_page(WIDE)
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.__setitem__(answer.url.rsplit("/", 1)[1], len(answer.body())))

    page.goto("/account/login/", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    used = page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)")

    assert {family.strip('"') for family in used} == {"Noto Sans", "Noto Sans Thai Looped"}
    assert sum(weights.values()) < 250_000, weights


@pytest.mark.parametrize("name", ["Nok", "The Assistant Director of the Provincial Office for Everything"])
def test_the_bar_stays_on_one_line_above_the_navigation(
    cast: Cast, signed_in: Callable[..., Page], name: str
) -> None:
    user = cast[Role.PROVINCIAL_LEAD]
    User.objects.filter(pk=user.pk).update(name=name)

    page = signed_in(user, NARROW)

    tops = [page.locator(one).bounding_box() for one in (".top .brand", ".top .who")]
    assert tops[0]["y"] == pytest.approx(tops[1]["y"], abs=2)
    assert tops[1]["x"] + tops[1]["width"] <= NARROW
