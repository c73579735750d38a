"""The audit of releases: what can someone who has read them all work out about a cell?

Unknown are the true counts of the base cells. Known is what follows, and nothing else published adds to it:

* each published cell: 0 is 0, 15 is 11 to 17, any other count is within 2 of the truth, withheld is 1 to 10;
* totals, "at least" included, and h are computed from the published cells, so they tell nothing further; a
  mean, A and m0 are those of one base crossing with no part withheld, or computed from such;
* a district is split only when each of its sub-districts with people has at least 50 assessed; one kept whole
  that another release of the day splits has one with fewer. (By itself a whole district tells nothing: any
  figures could come with such a sub-district, and a district is also kept whole for other reasons.)
* releases of one day are of the same people: in each area, sex and age band their bands add up to the same
  number. Nothing adds up between days: people are born, move and grow older, so each day has its own cells.

A withheld cell must be able to be all of 1 to 10, a rounded one three counts or more: of one that is known
nearly on two days, the difference would show the one person who joined in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from forewatch.analysis.disclosure.bounds import Flags, Integers, extremes
from forewatch.analysis.disclosure.cells import AGE_KEYS, SEX_KEYS
from forewatch.analysis.disclosure.figures import SMALLEST
from forewatch.analysis.disclosure.knowledge import GREATEST_WITHHELD, LEAST_WITHHELD, Known, bounds_and_rules
from forewatch.analysis.disclosure.release import Release
from forewatch.analysis.schema import BANDS

FEWEST = 3
"""So many counts or more must be possible behind a rounded one."""


@dataclass(frozen=True)
class Narrowed:
    """A cell that can only be `lowest` to `highest` people; lowest > highest: no count fits."""

    definition: str
    as_of: date
    area_code: str
    sex: str
    age_band: str
    band: str
    lowest: int
    highest: int

    def __str__(self) -> str:
        cell = f"{self.band} in {self.area_code}, sex {self.sex}, age {self.age_band}, of {self.definition}"
        if self.lowest > self.highest:
            return f"{cell} ({self.as_of}), where the releases contradict each other"
        return f"{cell} ({self.as_of}), which could only be {self.lowest} to {self.highest}"


def audit(releases: Sequence[Release]) -> list[Narrowed]:
    """Return every withheld base cell that is narrowed, and every rounded one left with one or two counts."""
    if not releases:
        return []
    known, lower, upper, rules = bounds_and_rules(releases)
    hidden = (lower == LEAST_WITHHELD) & (upper == GREATEST_WITHHELD)
    rounded = (upper > lower) & (lower >= SMALLEST)
    least, greatest = extremes(lower, upper, rules, hidden | rounded)
    narrowed = hidden & ((least > lower) | (greatest < upper))
    narrowed |= rounded & (greatest - least < FEWEST - 1)
    return [found for one in known for found in _named(one, narrowed, least, greatest)]


def _named(known: Known, narrowed: Flags, least: Integers, greatest: Integers) -> Iterator[Narrowed]:
    release, areas = known.release, list(known.release.base_areas)
    for area, crossing, band in np.argwhere(narrowed[known.number]).tolist():
        number = known.number[area, crossing, band]
        sex, age = divmod(crossing, len(AGE_KEYS))
        yield Narrowed(
            definition=release.definition,
            as_of=release.as_of,
            area_code=areas[area],
            sex=SEX_KEYS[sex],
            age_band=AGE_KEYS[age],
            band=BANDS[band],
            lowest=int(least[number]),
            highest=int(greatest[number]),
        )
