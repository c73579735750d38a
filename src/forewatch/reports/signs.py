"""Which sign an area carries on the map: one rule, said in one sentence in the legend."""

from __future__ import annotations

from forewatch.analysis.definition import Aggregation
from forewatch.reports.counts import WITHHELD, known
from forewatch.reports.figures import Row

HIGH, MEDIUM, LOW = "high", "medium", "low"
UNKNOWN = "unknown"
"""Not enough information."""

UNSURVEYED = "unsurveyed"
FIRM = (HIGH, MEDIUM, LOW)
PROVISIONAL, PARTIAL = "provisional", "partial"
"""Added to a band that rests on fewer answers than a firm one, or on a part of the released counts."""

SIGNS = (
    *FIRM,
    *(f"{band}-{shade}" for shade in (PROVISIONAL, PARTIAL) for band in FIRM),
    UNKNOWN,
    UNSURVEYED,
    WITHHELD,
)


def thresholds(aggregation: Aggregation) -> tuple[int | None, int]:
    """Return the indexes from which an area is medium (if there is that band) and high, in basis points."""
    if aggregation.bands is None:
        return None, aggregation.k_bp or 0
    return aggregation.bands.medium_bp, aggregation.bands.high_bp


def exact_sign(row: Row, aggregation: Aggregation) -> str:
    """Return the sign of an area with exact figures: the band of its mean index.

    It is shown when as large a share of the people listed has a band as the definition asks of a person's
    answers (`show.coverage_bp`), and provisional below its `firm.coverage_bp` of bands that are firm.
    """
    if row["assessed"] is None:
        return UNSURVEYED
    people, assessed, mean = known(row["people"]), known(row["assessed"]), row["mean_index_bp"]
    if not isinstance(mean, int) or 10_000 * assessed < aggregation.show.coverage_bp * people:
        return UNKNOWN
    medium_bp, high_bp = thresholds(aggregation)
    band = HIGH if mean >= high_bp else MEDIUM if medium_bp is not None and mean >= medium_bp else LOW
    firm = assessed - known(row["provisional"])
    return band if 10_000 * firm >= aggregation.firm.coverage_bp * people else f"{band}-{PROVISIONAL}"


def released_sign(row: Row, aggregation: Aggregation) -> str:
    """Return the sign of an area with released figures: the band that half of the published people reach.

    Means are seldom released, because they would need every part; counts are. The sign says so where a
    part is withheld.
    """
    if row["assessed"] is None:
        return UNSURVEYED
    if row["assessed"] == WITHHELD:
        return WITHHELD
    high, medium, low = (known(row[band]) for band in FIRM)
    assessed = high + medium + low
    if assessed == 0 or 10_000 * assessed < aggregation.show.coverage_bp * known(row["people"]):
        return UNKNOWN
    band = HIGH if 2 * high >= assessed else MEDIUM if 2 * (high + medium) >= assessed else LOW
    whole = all(isinstance(row[name], int) for name in ("assessed", *FIRM))
    return band if whole else f"{band}-{PARTIAL}"
