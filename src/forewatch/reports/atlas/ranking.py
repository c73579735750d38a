"""Which areas come first, and how sure that is: shares with their intervals, and ranks with theirs.

Two intervals answer two questions. The *likely* one asks how far chance alone could move a share if those
without a band resemble those with one (Wilson's interval at 95%, corrected for a finite population). The
*outermost* one supposes nothing: all who are missing are for outreach now, or none of them is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

Z = 1.959964
"""95% of a normal distribution lie within this many standard deviations."""
FIRST = 3
"""A director visits this many first."""

Interval = tuple[float, float]


class Order(StrEnum):
    """What makes an area come before another."""

    SHARE = "share"
    """How large a share of its people is for outreach now."""
    PEOPLE = "people"
    """How many people that would be if those without a band resemble those with one."""


class Sureness(StrEnum):
    """How sure it is that an area is among the first."""

    CERTAIN = "certain"
    """Whatever the missing people are like."""
    LIKELY = "likely"
    """If the missing people resemble those known."""
    OPEN = "open"
    """It may as well not be."""


@dataclass(frozen=True)
class Standing:
    """Counts of one area: people listed, people with a band, and of these the people for outreach now."""

    people: int
    assessed: int
    high: int


@dataclass(frozen=True)
class Rank:
    """The rank of an area, the ranks it may likely have, and the outermost ranks it could have."""

    rank: int
    likely: tuple[int, int]
    outermost: tuple[int, int]

    @property
    def sureness(self) -> Sureness:
        """How sure it is that the area is among the first."""
        if self.outermost[1] <= FIRST:
            return Sureness.CERTAIN
        return Sureness.LIKELY if self.likely[1] <= FIRST else Sureness.OPEN


def likely_share(one: Standing) -> Interval:
    """Return Wilson's 95% interval of the share for outreach now, for a sample without replacement.

    Known of everybody, the share is what it is; known of nobody, it may be anything.
    """
    if one.assessed == 0:
        return 0.0, 1.0
    share = one.high / one.assessed
    if one.assessed >= one.people:
        return share, share
    # The part of the variance that is left where a sample takes much of a small population.
    size = one.assessed * (one.people - 1) / (one.people - one.assessed)
    middle = share + Z * Z / (2 * size)
    half = Z * sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
    whole = 1 + Z * Z / size
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def outermost_share(one: Standing) -> Interval:
    """Return the share for outreach now if none, and if all, of those without a band were."""
    if one.people == 0:
        return 0.0, 0.0
    return one.high / one.people, (one.high + one.people - one.assessed) / one.people


def ranked(standings: Sequence[Standing], order: Order) -> list[Rank | None]:
    """Return the rank of each area; an area where nobody has a band has none, but may stand before others."""

    def scale(one: Standing, share: float) -> float:
        return share * one.people if order is Order.PEOPLE else share

    def both(one: Standing, interval: Interval) -> Interval:
        return scale(one, interval[0]), scale(one, interval[1])

    value = [scale(one, one.high / one.assessed) if one.assessed else None for one in standings]
    likely = [both(one, likely_share(one)) for one in standings]
    outermost = [both(one, outermost_share(one)) for one in standings]
    known = [place for place, one in enumerate(value) if one is not None]
    ordered = sorted(known, key=lambda place: (-(value[place] or 0), -standings[place].people, place))
    found: list[Rank | None] = [None] * len(standings)
    for number, place in enumerate(ordered, 1):
        near, far = _span(place, likely, known), _span(place, outermost, range(len(standings)))
        found[place] = Rank(number, _around(number, near), _around(number, far))
    return found


def _span(place: int, intervals: Sequence[Interval], among: Sequence[int]) -> tuple[int, int]:
    """Return the best and the worst rank that an area may have, when every value lies in its interval."""
    low, high = intervals[place]
    others = [intervals[one] for one in among if one != place]
    return 1 + sum(other[0] > high for other in others), 1 + sum(other[1] >= low for other in others)


def _around(rank: int, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span that holds the rank itself, which ties may have put just outside."""
    return min(rank, span[0]), max(rank, span[1])
