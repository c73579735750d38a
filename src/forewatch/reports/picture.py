"""The map of the first view, drawn once for readers without JavaScript; the script draws every other view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forewatch.reports.shapes import Shape

WIDTH = 720
MARGIN = 6
TALLEST = 640
LABEL = 13
"""Height of a label's letters; a label is drawn where a circle of its own width fits inside the area."""


@dataclass(frozen=True)
class Drawn:
    """One area on the picture: its SVG path, and where its label stands and what room it has."""

    place: int
    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class Picture:
    height: int
    areas: Sequence[Drawn]
    width: int = WIDTH


def draw(shapes: Mapping[int, Shape], places: Sequence[int]) -> Picture | None:
    """Return the picture of some areas, or None when none of them has a shape."""
    outlines = {
        place: [_corners(ring) for ring in shapes[place].rings] for place in places if place in shapes
    }
    corners = [corner for rings in outlines.values() for ring in rings for corner in ring]
    if not corners:
        return None
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / max(1, right - left), (TALLEST - 2 * MARGIN) / max(1, bottom - top))
    shift = (WIDTH - scale * (right - left)) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return round(shift + (x - left) * scale, 1), round(MARGIN + (y - top) * scale, 1)

    areas = []
    for place, rings in outlines.items():
        x, y, radius = shapes[place].label
        path = "".join(
            "M" + "L".join("{} {}".format(*at(*corner)) for corner in ring) + "Z" for ring in rings
        )
        areas.append(Drawn(place, path, *at(x, y), room=radius * scale))
    return Picture(round((bottom - top) * scale) + 2 * MARGIN, areas)


def _corners(ring: list[int]) -> list[tuple[int, int]]:
    x, y = ring[0], ring[1]
    corners = [(x, y)]
    for dx, dy in zip(ring[2::2], ring[3::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return corners
