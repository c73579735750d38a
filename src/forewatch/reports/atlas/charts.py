"""A small chart over days, drawn by the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forewatch.reports.atlas.figures import Moment
from forewatch.reports.atlas.rules import share_bp

WIDTH, HEIGHT, MARGIN = 320, 120, 8


@dataclass(frozen=True)
class Point:
    """A day on the chart; `y` is None where there is no share."""

    day: date
    x: float
    y: float | None
    percent: int | None


@dataclass(frozen=True)
class Chart:
    """Points by day, the line through them, and the share at the top of the chart."""

    points: Sequence[Point]
    path: str
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(trend: Sequence[Moment], band: str, whole: str) -> Chart | None:
    """Return the share of a band over days; None with fewer than two days that have one."""
    shares = [(one.day, share_bp(one.row, band, whole)) for one in trend]
    given = [share for _, share in shares if share is not None]
    if len(given) < 2:
        return None
    top = next(step for step in (1000, 2000, 5000, 10_000) if max(given) <= step)
    first, last = shares[0][0], shares[-1][0]
    days = max((last - first).days, 1)

    def at(day: date, share: int | None) -> Point:
        x = MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / days
        y = None if share is None else HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share / top
        return Point(day, round(x, 1), y and round(y, 1), None if share is None else share // 100)

    points = [at(day, share) for day, share in shares]
    return Chart(points, _path(points), top // 100)


def _path(points: Sequence[Point]) -> str:
    """Return the line through the points; it stops where a day has no share."""
    path, drawing = "", False
    for point in points:
        if point.y is not None:
            path += f"{'L' if drawing else 'M'}{point.x} {point.y}"
        drawing = point.y is not None
    return path
