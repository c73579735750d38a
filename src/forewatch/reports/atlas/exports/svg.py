"""The map of a report as one picture that needs no page around it: its colours are written into it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from django.utils.html import escape

from forewatch.reports.atlas.drawing import DrawnPart, drawn_parts
from forewatch.reports.atlas.rules import EMPTY
from forewatch.reports.atlas.sheets import Sheet
from forewatch.reports.counts import WITHHELD, Count, known

SHEETS = ("ui/static/ui/forewatch.css", "reports/atlas/static/atlas/atlas.css")
COLOUR = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});")
RULE = re.compile(r"^\.(?:[ctm]-|q\d).*$", re.MULTILINE)
ROOM, NAME_ROOM = 14, 30
"""So large a circle an area must hold for its number, and for its name."""


def map_svg(sheet: Sheet) -> str:
    """Return the map of a sheet's parts; empty when none of them has an outline."""
    drawn = drawn_parts(sheet.parts)
    if drawn is None:
        return ""
    border = f'stroke="{colours()["border"]}" stroke-width="0.9"'
    shapes = "".join(f'<path {_paint(one.line.shade)} {border} d="{one.shape.path}"/>' for one in drawn.parts)
    labels = "".join(_label(one, sheet.asked.show.band) for one in drawn.parts)
    return _svg(drawn.picture.width, drawn.picture.height, shapes + labels)


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


def _label(part: DrawnPart, band: str) -> str:
    shape, said = part.shape, _said(part.line.row[band])
    if shape.room < ROOM or not said:
        return ""
    if shape.room < NAME_ROOM:
        return _line(shape.x, shape.y + 5, 14, said)
    return _line(shape.x, shape.y - 4, 12, str(part.line.area)) + _line(shape.x, shape.y + 13, 14, said)


def _line(x: float, y: float, size: int, text: str) -> str:
    """Return a line of text, over a broad pale one that sets it off from the hatching."""
    of = f'x="{x}" y="{y}" font-size="{size}" font-weight="600" text-anchor="middle"'
    family = 'font-family="Noto Sans, Noto Sans Thai Looped"'
    pale, ink = colours()["paper"], colours()["ink"]
    halo = f'stroke="{pale}" stroke-width="3.5" stroke-linejoin="round" fill="{pale}"'
    said = escape(text)
    return f'<text {of} {family} {halo}>{said}</text><text {of} {family} fill="{ink}">{said}</text>'


def _said(count: Count) -> str:
    if count is None:
        return ""
    if count == WITHHELD:
        return "×"
    return f"≥ {known(count):,}" if isinstance(count, str) else f"{count:,}"
