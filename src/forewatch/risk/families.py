"""A household's profile on any day: what weighs on all its members, what is left to ask, and its year."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forewatch.analysis.definition import Level
from forewatch.risk.profiles import MONTHS_SHOWN, Gap, History, Point, Profile, Reason, Trigger, month_ends

SHARED = (Level.HOUSEHOLD, Level.AREA)
"""Levels whose indicators are the same for every member."""


@dataclass(frozen=True)
class Family:
    """The members of a household on a day, and what holds for all of them."""

    profiles: Mapping[uuid.UUID, Profile]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What weighs on everybody in it, the heaviest first."""
        found = (reason for one in self.profiles.values() for reason in one.reasons)
        return tuple({one.indicator.id: one for one in found if one.indicator.level in SHARED}.values())

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is left to ask of it as a whole; what is asked of each member stands on their own page."""
        found = (gap for one in self.profiles.values() for gap in one.gaps)
        return tuple({one.indicator.id: one for one in found if one.indicator.level in SHARED}.values())

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """The events that reach any of its members, the newest first."""
        found = (one for profile in self.profiles.values() for one in profile.triggers)
        # Members share the very object of what happened to all; two who met the same fate on one day do not.
        each = {id(one.happened): one for one in found}
        return tuple(sorted(each.values(), key=lambda one: one.happened.occurred_on, reverse=True))


def highest(history: History, last: date) -> list[Point]:
    """Return the highest index of any member at each month's end of a year, as known then (max_index_bp)."""
    found = []
    for day in month_ends(last, MONTHS_SHOWN):
        profiles = history.profiles(day, known_by=day)
        points = [one.point for one in profiles.values()]
        if points:
            found.append(max(points, key=lambda one: -1 if one.index_bp is None else one.index_bp))
    return found
