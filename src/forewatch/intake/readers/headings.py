"""Where the headings stand: agencies put titles above their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from forewatch.intake.readers.limits import HEAD
from forewatch.intake.readers.refusals import Reason, Unreadable

Row = tuple[int, list[str]]
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x1f\x7f-\x9f]"
)
MAX_HEADING = 200


def table_of(rows: Iterator[Row]) -> tuple[int, list[str], Iterator[Row]] | None:
    """Return the line of the headings, the headings, and the rows below them; None for an empty sheet.

    The headings are the first row with at least three fifths as many filled cells as the fullest of the first
    rows. Empty rows are left out below. Raises Unreadable.
    """
    first = list(islice(rows, HEAD))
    fullest = max((_filled(cells) for _, cells in first), default=0)
    if not fullest:
        return None
    place = next(place for place, (_, cells) in enumerate(first) if _filled(cells) * 5 >= fullest * 3)
    line, cells = first[place]
    names = _names(cells)
    if all(re.fullmatch(r"[-\d.,/ ]*", one) for one in names):
        raise Unreadable(Reason.NO_HEADINGS, line=line)
    return line, names, _below(first[place + 1 :], rows, len(names))


def _filled(cells: list[str]) -> int:
    return sum(1 for one in cells if one.strip())


def _names(cells: list[str]) -> list[str]:
    """Return headings that differ from each other; one that is empty goes by its place."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(_UNSEEN.sub(" ", cell).split())[:MAX_HEADING] or f"({place})"
        again, number = name, 2
        while again in names:
            again, number = f"{name} ({number})", number + 1
        names.append(again)
    return names


def _below(first: list[Row], rows: Iterator[Row], width: int) -> Iterator[Row]:
    for source in (iter(first), rows):
        for line, cells in source:
            if not any(one and not one.isspace() for one in cells):
                continue
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            yield line, cells
