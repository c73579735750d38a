"""Where first: the areas of a level in the order of need, why, how sure that is, and who was not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forewatch.access.decisions import Actor
from forewatch.places.models import Area, Level
from forewatch.reports.atlas.figures import Counted
from forewatch.reports.atlas.ranking import (
    FIRST,
    Order,
    Rank,
    Standing,
    likely_share,
    outermost_share,
    ranked,
)
from forewatch.reports.atlas.rules import Asked
from forewatch.reports.atlas.sheets import Sheet, drivers_of, open_sheet
from forewatch.reports.counts import known
from forewatch.ui.problems import NotFound

REASONS = 3
LISTED = 40
"""So many areas a page lists; the rest are counted."""


@dataclass(frozen=True)
class Ranked:
    """An area in the order of need: its rank, why, and how its share may really be."""

    counted: Counted
    rank: Rank
    standing: Standing
    reasons: Sequence[tuple[str, int]]
    unseen: Sequence[Area]
    """The villages in it where nobody was surveyed."""

    @property
    def expected(self) -> int:
        """How many people are for outreach now if those without a band resemble those with one."""
        return round(self.standing.people * self.standing.high / self.standing.assessed)

    @property
    def likely(self) -> tuple[int, int]:
        """The likely share, in whole per cent."""
        low, high = likely_share(self.standing)
        return int(100 * low), -int(-100 * high // 1)

    @property
    def outermost(self) -> tuple[int, int]:
        """The outermost share, in whole per cent."""
        low, high = outermost_share(self.standing)
        return int(100 * low), -int(-100 * high // 1)


@dataclass(frozen=True)
class Unseen:
    """A village where nobody was surveyed, and how many people are listed there."""

    area: Area
    people: int


@dataclass(frozen=True)
class First:
    """The answer of the page, with the sheet that says of where and when."""

    sheet: Sheet
    level: Level
    levels: Sequence[Level]
    order: Order
    areas: Sequence[Ranked]
    unranked: int
    """Areas of the level in which nobody has a band."""
    villages: int
    unseen: Sequence[Unseen]

    @property
    def top(self) -> Sequence[Ranked]:
        """The areas to visit first."""
        return self.areas[:FIRST]

    @property
    def rest(self) -> Sequence[Ranked]:
        """The next areas, as many as a page lists."""
        return self.areas[FIRST:LISTED]

    @property
    def more(self) -> int:
        """How many areas come after those listed."""
        return max(0, len(self.areas) - LISTED)

    @property
    def unseen_people(self) -> int:
        """How many people are listed in villages where nobody was surveyed."""
        return sum(one.people for one in self.unseen)


def open_first(actor: Actor, asked: Asked, level: Level | None, order: Order) -> First:
    """Return which areas come first inside one; only exact figures can say so.

    Raises NotFound when there is no such area, or the actor reads only released figures of it.
    """
    sheet = open_sheet(actor, asked.of_everybody())
    if not sheet.exact:
        raise NotFound
    levels = [one for one in Level if one > max(sheet.area.level, Level.PROVINCE)]
    if level not in levels:
        level = Level.SUB_DISTRICT if Level.SUB_DISTRICT in levels else Level.VILLAGE
    if sheet.figures is None or not levels:
        return First(sheet, level, levels, order, (), 0, 0, ())
    counted = sheet.figures.below(sheet.asked, level)
    villages = sheet.figures.below(sheet.asked, Level.VILLAGE)
    unseen = [one for one in villages if one.row["assessed"] is None and one.row["people"]]
    areas = _ranked(sheet, counted, unseen, order)
    return First(
        sheet,
        level,
        levels,
        order,
        areas,
        len(counted) - len(areas),
        len(villages),
        sorted((Unseen(one.area, known(one.row["people"])) for one in unseen), key=lambda one: -one.people),
    )


def _ranked(
    sheet: Sheet, counted: Sequence[Counted], unseen: Sequence[Counted], order: Order
) -> list[Ranked]:
    standings = [
        Standing(*(known(one.row[name]) for name in ("people", "assessed", "high"))) for one in counted
    ]
    found = [
        Ranked(one, rank, standing, _reasons(sheet, one), _inside(one.area, unseen))
        for one, standing, rank in zip(counted, standings, ranked(standings, order), strict=True)
        if rank is not None
    ]
    return sorted(found, key=lambda one: one.rank.rank)


def _reasons(sheet: Sheet, counted: Counted) -> Sequence[tuple[str, int]]:
    return drivers_of(counted, sheet.definition, REASONS) if sheet.definition else ()


def _inside(area: Area, unseen: Sequence[Counted]) -> list[Area]:
    return [one.area for one in unseen if one.area.path.startswith(area.path) and one.area.pk != area.pk]
