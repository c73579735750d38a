"""A report: the figures of an area crossed by place, sex and age, as its reader likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from forewatch.access.decisions import Actor
from forewatch.places.models import Level
from forewatch.reports.atlas.figures import Crossed
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.atlas.sheets import Sheet, open_sheet

ON_A_PAGE = 200
"""So many rows a page shows; files hold them all."""


@dataclass(frozen=True)
class Report:
    """A sheet of figures, and its rows crossed as asked."""

    sheet: Sheet
    asked: Crossing
    lines: Sequence[Crossed]

    @cached_property
    def shown(self) -> Sequence[Crossed]:
        """The rows that a page shows."""
        return self.lines[:ON_A_PAGE]

    @property
    def more(self) -> int:
        """How many rows only files hold."""
        return len(self.lines) - len(self.shown)

    @property
    def levels(self) -> Sequence[Level]:
        """The levels below the report's area."""
        return [one for one in Level if one > self.sheet.area.level]

    @property
    def by_home(self) -> bool:
        """Tell whether people are counted where they are from."""
        return self.sheet.asked.by != Crossing.by


def open_report(actor: Actor, asked: Crossing) -> Report:
    """Return the report that answers a question: exact in the actor's own area, else of the newest release.

    An area with nothing below it is reported alone. Raises NotFound when there is no such area.
    """
    sheet = open_sheet(actor, asked)
    asked = replace(asked, area=sheet.asked.area, by=sheet.asked.by)
    if asked.level is not None and 0 < asked.level <= sheet.area.level:
        asked = replace(asked, level=None)
    if asked.level is None and sheet.around != sheet.area:
        asked = replace(asked, level=0)
    asked = replace(asked, each_home=asked.each_home and sheet.exact)
    lines = sheet.figures.crossed(asked) if sheet.figures and sheet.whole else []
    return Report(sheet, asked, lines)
