"""Contrast of the palette, computed as WCAG 2.2 defines it, and the rules that print needs."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations

import pytest

CSS = files("forewatch.reports").joinpath("assets", "report.css").read_text(encoding="utf-8")
SIGNS = files("forewatch.reports").joinpath("templates", "_signs.html").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.split("}")[0]))


def luminance(colour: str) -> float:
    """Return WCAG 2.2's relative luminance of a colour written as #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(COLOURS[one]), luminance(COLOURS[other])])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_rightly():
    COLOURS.update({"black": "#000000", "white": "#ffffff", "grey": "#e4dfd4"})
    assert contrast("black", "white") == pytest.approx(21)


@pytest.mark.parametrize("text", ["ink", "soft", "teal"])
@pytest.mark.parametrize("behind", ["paper", "faint"])
def test_text_stands_out(text, behind):
    assert contrast(text, behind) >= 4.5


def test_text_on_teal_stands_out():
    assert contrast("on-teal", "teal") >= 4.5


@pytest.mark.parametrize("fill", ["medium", "low", "paper", "grey", "high-tint", "medium-tint", "low-tint"])
def test_borders_stand_out_from_every_fill_but_the_darkest(fill):
    assert contrast("border", fill) >= 3


@pytest.mark.parametrize("fill", ["high", "medium", "low", "paper", "grey", "high-tint", "medium-tint"])
def test_the_focus_stands_out_from_every_fill_by_one_of_its_two_lines(fill):
    assert max(contrast("teal", fill), contrast("paper", fill)) >= 3
    assert contrast("teal", "paper") >= 3


@pytest.mark.parametrize(
    ("mark", "fill"), [("high-mark", "high"), ("medium-mark", "medium"), ("mark", "paper"), ("mark", "grey")]
)
def test_what_tells_signs_apart_without_colour_stands_out(mark, fill):
    assert contrast(mark, fill) >= 3


def test_bands_are_apart_in_lightness_so_that_grey_prints_keep_them():
    for one, other in combinations(("high", "medium", "low"), 2):
        assert contrast(one, other) >= 1.8


def test_every_sign_has_a_pattern_of_its_own():
    patterns = re.findall(r'<pattern id="fw-p-([\w-]+)"[^>]*>(.*?)</pattern>', SIGNS)
    assert len(patterns) == len({content for _, content in patterns}) == 9
    used = re.findall(r"url\(#fw-p-([\w-]+)\)", CSS)
    assert sorted(used) == sorted(name for name, _ in patterns)


def test_thai_has_more_room_between_lines():
    assert "line-height: 1.7" in CSS
    assert "1rem/1.6" in CSS


def test_paper_and_calm_motion_are_provided_for():
    for rule in ("@page { size: A4", "@media print", "prefers-reduced-motion: reduce", "tabular-nums"):
        assert rule in CSS
    assert "gradient" not in CSS
