"""Where figures come from: the runs of one's own area, or the releases, each read in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from forewatch.places.models import Area
from forewatch.reports.atlas.rules import AGE_KEYS, SEX_KEYS, Asked, Crossing
from forewatch.reports.figures import Row

SEX_PLACES = {"": -1} | {key: place for place, key in enumerate(SEX_KEYS)}
AGE_PLACES = {"": -1} | {key: place for place, key in enumerate(AGE_KEYS)}
"""Where a group stands in a report, everybody first."""


@dataclass(frozen=True)
class Counted:
    """An area with its figures, and for how many people each indicator is at its worst."""

    area: Area
    row: Row
    drivers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """The figures of an area on one day, and the area as it was then."""

    day: date
    row: Row
    area: Area


@dataclass(frozen=True)
class Crossed:
    """A row of a report: an area and a group in it; an empty sex or age band means all.

    `home` is where these residents are from, in a report that crosses both; None where nobody told.
    """

    area: Area
    sex: str
    age_band: str
    row: Row
    home: Area | None = None

    @property
    def place(self) -> tuple[str, tuple[bool, bool, str], int, int]:
        """Where the row stands in a report: by the area's code, its own people first, then sex, then age."""
        home = self.home.code if self.home else ""
        return (
            self.area.code,
            (not home, home != self.area.code, home),
            SEX_PLACES[self.sex],
            AGE_PLACES[self.age_band],
        )


class Figures(Protocol):
    """Figures of one day, exact or released."""

    released: bool
    day: date
    known_by: date | None
    definition: str
    """The index that made them, as id@version."""
    days: Sequence[date]
    """All days with figures, the newest first."""

    def area(self, asked: Asked) -> Counted | None:
        """Return the area asked for; None when there are no figures of it."""

    def parts(self, asked: Asked) -> list[Counted]:
        """Return the areas right below the one asked for."""

    def below(self, asked: Asked, level: int) -> list[Counted]:
        """Return all areas of a level inside the one asked for."""

    def groups(self, asked: Asked) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
        """Return the figures of one area by sex, and by age band."""

    def trend(self, asked: Asked) -> list[Moment]:
        """Return the figures of one area on every day that has any, the oldest first."""

    def crossed(self, asked: Crossing) -> Sequence[Crossed]:
        """Return the rows of a report; groups that nobody belongs to have none."""
