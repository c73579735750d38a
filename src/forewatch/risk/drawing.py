"""The index over time as a small picture: where its lines and areas run, in the units of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forewatch.risk.profiles import Point

WIDTH, HEIGHT = 600, 200
_FULL = 10_000


@dataclass(frozen=True)
class Mark:
    """One day on the picture, with what stands beside it in the table."""

    x: float
    y: float | None
    point: Point


@dataclass(frozen=True)
class Picture:
    """The picture of an index over time."""

    bounds: str
    """The area between the lowest and the highest possible index, as the points of a polygon."""
    lines: tuple[str, ...]
    """The index itself, broken where it is not known."""
    marks: tuple[Mark, ...]
    thresholds: tuple[float, ...]
    """Where the bands medium and high begin, from the top of the picture."""


def picture(points: Sequence[Point], thresholds_bp: Sequence[int]) -> Picture:
    """Return the picture of an index over time; 100 is at the top, the first day at the left."""
    marks = tuple(Mark(_x(place, len(points)), _y(one.index_bp), one) for place, one in enumerate(points))
    known = [one for one in marks if one.point.low_bp is not None and one.point.high_bp is not None]
    upper = [(one.x, _y(one.point.high_bp)) for one in known]
    lower = [(one.x, _y(one.point.low_bp)) for one in reversed(known)]
    return Picture(
        bounds=_path(upper + lower),
        lines=tuple(_lines(marks)),
        marks=marks,
        thresholds=tuple(round(HEIGHT * (1 - one / _FULL), 1) for one in thresholds_bp),
    )


def _x(place: int, count: int) -> float:
    return round(WIDTH * (place + 0.5) / max(count, 1), 1)


def _y(basis_points: int | None) -> float | None:
    return None if basis_points is None else round(HEIGHT * (1 - basis_points / _FULL), 1)


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _lines(marks: Sequence[Mark]) -> list[str]:
    runs: list[list[Mark]] = [[]]
    for one in marks:
        if one.y is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return [_path([(one.x, one.y) for one in run]) for run in runs if len(run) > 1]
