"""What a reader may ask of the figures, and which sign an area carries; no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from forewatch.analysis.definition import Aggregation
from forewatch.analysis.schema import AGE_BANDS, BANDS, SEXES, UNKNOWN
from forewatch.reports import signs
from forewatch.reports.counts import Count, known
from forewatch.reports.figures import Row

SEX_KEYS = (*SEXES, UNKNOWN)
AGE_KEYS = (*AGE_BANDS, UNKNOWN)
RESIDENCE, HOME = "residence", "home"
BOTH = "both"
"""In a report, residents have a row for each home town."""

EACH = "each"
"""In a report every sex, or every age band, has a row of its own."""

EMPTY = "empty"
"""The sign of an area where nobody of the group asked for lives: there is nobody to survey either."""

STEPS_BP = (500, 1000, 2000, 4000)
"""Where the shades of a map of shares change, in basis points; the same on every map, so that two compare."""


class Show(StrEnum):
    """What the colours of a map say."""

    SIGN = "sign"
    """The band of the area's mean index."""
    HIGH, MEDIUM, LOW, NOT_ENOUGH_INFORMATION = BANDS
    """How large a share of the people has this band."""

    @property
    def band(self) -> str:
        """The band whose people are counted on the map."""
        return str(Show.HIGH) if self is Show.SIGN else str(self)

    @property
    def whole(self) -> str:
        """What the band is a share of."""
        return "people" if self is Show.NOT_ENOUGH_INFORMATION else "assessed"


@dataclass(frozen=True)
class Asked:
    """What a reader asks: which area, up to which day, of whom, and what the colours say.

    An empty `sex` or `age_band` means all; without a day the newest figures are meant.
    """

    area: str = ""
    on: date | None = None
    since: date | None = None
    by: str = RESIDENCE
    sex: str = ""
    age_band: str = ""
    show: Show = Show.SIGN

    def of_everybody(self) -> Asked:
        """Return the same question about everybody who lives there."""
        return replace(self, by=RESIDENCE, sex="", age_band="")

    def parameters(self, **changes: object) -> dict[str, str]:
        """Return the parameters of an address that asks this with some changes; defaults are left out."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "area": asked.area,
            "on": asked.on.isoformat() if asked.on else "",
            "since": asked.since.isoformat() if asked.since else "",
            "by": "" if asked.by == RESIDENCE else asked.by,
            "sex": asked.sex,
            "age": asked.age_band,
            "show": "" if asked.show is Show.SIGN else str(asked.show),
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Crossing(Asked):
    """What a reader asks of a report: the same, and what stands apart in it.

    `level` is that of the areas that have a row each: None for the parts right below, 0 for the area alone.
    """

    level: int | None = None
    each_home: bool = False
    each_sex: bool = False
    each_age: bool = False

    def parameters(self, **changes: object) -> dict[str, str]:
        """Return the parameters of an address that asks this with some changes; defaults are left out."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        said = super().parameters(**changes)
        if asked.level is not None:
            said["level"] = str(asked.level)
        if asked.each_home:
            said["by"] = BOTH
        if asked.each_sex:
            said["sex"] = EACH
        if asked.each_age:
            said["age"] = EACH
        return said


def sign_of(row: Row, aggregation: Aggregation, *, released: bool) -> str:
    """Return the sign of an area or group."""
    if row["people"] == 0:
        return EMPTY
    return (signs.released_sign if released else signs.exact_sign)(row, aggregation)


def share_bp(row: Row, part: str, whole: str) -> int | None:
    """Return a share in basis points, rounded down; None where nobody was surveyed or a count is withheld."""
    above, below = row[part], row[whole]
    if not isinstance(above, int) or not isinstance(below, int) or below == 0:
        return None
    return 10_000 * above // below


def shade_of(row: Row, sign: str, show: Show) -> str:
    """Return what an area looks like: its sign, or on a map of shares its step (`q0` to `q4`)."""
    share = share_bp(row, show.band, show.whole)
    if show is Show.SIGN or share is None or sign in (EMPTY, signs.UNSURVEYED):
        return sign
    if show is not Show.NOT_ENOUGH_INFORMATION and sign == signs.UNKNOWN:
        return sign
    return f"q{sum(share >= step for step in STEPS_BP)}"


def order(row: Row, show: Show) -> tuple[bool, int, int]:
    """Return by what a list of areas is sorted: the people of the band shown, unsurveyed areas last."""
    count: Count = row[show.band]
    return row["assessed"] is None, -known(count), -known(row["people"])
