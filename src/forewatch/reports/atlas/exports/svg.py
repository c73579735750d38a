"""The map of a report as one picture that needs no page around it: its colours are written into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from forewatch.reports.atlas.drawing import DrawnPart, drawn_parts
from forewatch.reports.atlas.rules import EMPTY
from forewatch.reports.atlas.sheets import Sheet
from forewatch.reports.counts import WITHHELD, Count, known

SHEETS = ("ui/static/ui/forewatch.css", "reports/atlas/static/atlas/atlas.css")
COLOUR = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});")
RULE = re.compile(r"^\.(?:[ctm]-|q\d).*$", re.MULTILINE)
ROOM, NAME_ROOM = 14, 30
"""So large a circle an area must hold for its number, and for its name."""


@dataclass(frozen=True)
class Label:
    """What stands in an area of the map, and where: x and y are parts of the picture's width and height."""

    x: float
    y: float
    name: str
    """Empty where there is no room for it."""
    number: str


@dataclass(frozen=True)
class MapPicture:
    """The map of a report: its shapes as SVG, and its words apart.

    Words are left to what sets the page, for few drawers of SVG place the marks of Thai as they should stand.
    """

    svg: str
    labels: Sequence[Label]


def map_picture(sheet: Sheet) -> MapPicture | None:
    """Return the map of a sheet's parts; None when none of them has an outline."""
    drawn = drawn_parts(sheet.parts)
    if drawn is None:
        return None
    width, height = drawn.picture.width, drawn.picture.height
    border = f'stroke="{colours()["border"]}" stroke-width="0.9"'
    shapes = "".join(f'<path {_paint(one.line.shade)} {border} d="{one.shape.path}"/>' for one in drawn.parts)
    labels = [
        Label(one.shape.x / width, one.shape.y / height, _name(one), said)
        for one in drawn.parts
        if one.shape.room >= ROOM and (said := _said(one.line.row[sheet.asked.show.band]))
    ]
    return MapPicture(_svg(width, height, shapes), labels)


def swatch_svg(shade: str) -> str:
    """Return a small field that looks as an area does on the map."""
    return _svg(36, 18, f'<rect {_paint(shade)} width="36" height="18" stroke="{colours()["border"]}"/>')


@cache
def colours() -> dict[str, str]:
    """Return the colours of the pages by name, so that a file shows the same as the screen."""
    found: dict[str, str] = {}
    for name in SHEETS:
        for key, value in COLOUR.findall(_text(name)):
            found.setdefault(key, value)
    return found


@cache
def _style() -> str:
    rules = "".join(RULE.findall(_text(SHEETS[1])))
    plain = re.sub(r"\.empty:is.*$", f".{EMPTY} {{ fill: var(--sheet); }}", rules)
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: colours()[found[1]], plain)


@cache
def _patterns() -> str:
    found = re.search(r"<defs>.*</defs>", _text("reports/templates/_signs.html"), re.DOTALL)
    return found[0] if found else ""


def _text(name: str) -> str:
    return files("forewatch").joinpath(*name.split("/")).read_text(encoding="utf-8")


def _svg(width: int, height: int, inside: str) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    drawn = f"<style>{_style()}</style>{_patterns()}{inside}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'


def _paint(shade: str) -> str:
    return f'class="{shade}"' if shade[:1] == "q" or shade == EMPTY else f'fill="url(#fw-p-{shade})"'


def _name(part: DrawnPart) -> str:
    return str(part.line.area) if part.shape.room >= NAME_ROOM else ""


def _said(count: Count) -> str:
    if count is None:
        return ""
    if count == WITHHELD:
        return "×"
    return f"≥ {known(count):,}" if isinstance(count, str) else f"{count:,}"
