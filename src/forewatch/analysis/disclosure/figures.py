"""How base cells become published figures: each is treated once, all others are computed from those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forewatch.analysis.disclosure.cells import (
    AGE_KEYS,
    DISTRICT,
    SEX_KEYS,
    SHOWN,
    BaseCells,
    Counts,
    Geography,
)
from forewatch.analysis.disclosure.release import COUNTS, ROWS
from forewatch.analysis.schema import BANDS

SMALLEST = 11
"""The smallest number of people that is published; 1 to 10 are withheld."""


def withheld(count: Counts) -> NDArray[np.bool_]:
    """Return which exact counts are withheld."""
    return (count > 0) & (count < SMALLEST)


def published(count: Counts) -> Counts:
    """Return exact counts to the nearest 5, 11 and 12 as 15; 0 where there is nobody or it is withheld."""
    return np.where(count < SMALLEST, 0, np.maximum((count + 2) // 5 * 5, 15))


def figures(base: BaseCells, geography: Geography) -> pa.Table:
    """Return the rows of a release (`ROWS`) from its exact base cells."""
    areas = _released(base.areas, geography)
    spread = _Spread(base.areas, areas, geography)
    value, hidden = published(base.people), withheld(base.people).astype(np.int64)
    pick = {"people": slice(None), "assessed": slice(SHOWN)} | {
        band: slice(at, at + 1) for at, band in enumerate(BANDS)
    }
    surveyed = spread(base.surveyed) > 0
    counts: dict[str, Counts] = {}
    signs: dict[str, NDArray[np.str_]] = {}
    for name in COUNTS:
        counts[name] = spread(value[..., pick[name]].sum(3))
        parts_hidden = spread(hidden[..., pick[name]].sum(3))
        signs[name] = _signs(counts[name], parts_hidden, surveyed | (name == "people"))
    columns: dict[str, pa.Array] = {}
    keep = signs["people"] != "zero"
    keep[:, 0, 0] = True
    for name in COUNTS:
        given = np.isin(signs[name], ("count", "zero", "at_least"))
        columns[name] = _column(counts[name], given, keep)
        columns[f"{name}_sign"] = pa.array(signs[name][keep])
    columns |= _shares(base, spread, counts, signs, keep)
    place, sex, age = (at.tolist() for at in np.nonzero(keep))
    columns["area_code"] = pa.array([areas[at] for at in place])
    columns["sex"] = pa.array([(None, *SEX_KEYS)[at] for at in sex], pa.string())
    columns["age_band"] = pa.array([(None, *AGE_KEYS)[at] for at in age], pa.string())
    return pa.table({name: columns[name] for name in ROWS.names}).cast(ROWS)


def _released(base: Sequence[str], geography: Geography) -> list[str]:
    """Return the areas that get rows: levels 0 to 2, and the sub-districts among the base areas."""
    upper = [code for level in range(DISTRICT + 1) for code in geography.at(level)]
    return upper + [code for code in base if geography.level[code] > DISTRICT]


class _Spread:
    """Adds figures of base crossings up to every released area and to all sexes and ages (at position 0)."""

    def __init__(self, base: Sequence[str], areas: Sequence[str], geography: Geography) -> None:
        at = {code: number for number, code in enumerate(areas)}
        pairs = [
            (row, at[one]) for row, code in enumerate(base) for one in geography.chain(code) if one in at
        ]
        self.member = np.array(pairs, np.int64).reshape(-1, 2).T
        self.areas = len(areas)

    def __call__(self, part: Counts) -> Counts:
        total = np.zeros((self.areas, *part.shape[1:]), np.int64)
        np.add.at(total, self.member[1], part[self.member[0]])
        for axis in (1, 2):
            total = np.concatenate([total.sum(axis, keepdims=True), total], axis)
        return total


def _signs(value: Counts, hidden: Counts, surveyed: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return the sign of each total from its published sum and its number of withheld parts."""
    signs: NDArray[np.str_] = np.select(
        [~surveyed, (hidden == 0) & (value == 0), hidden == 0, value > 0],
        ["not_surveyed", "zero", "count", "at_least"],
        "withheld",
    )
    return signs


def _shares(
    base: BaseCells,
    spread: _Spread,
    counts: dict[str, Counts],
    signs: dict[str, NDArray[np.str_]],
    keep: NDArray[np.bool_],
) -> dict[str, pa.Array]:
    """Return h, m0, the mean index and A.

    The mean index and A of a base crossing are rounded to 100 bp; those of a total are the mean of these by
    published counts, so that no total says anything about the people behind the rounded counts. A mean over
    1 to 10 indexes is withheld like a count.
    """
    high, assessed = counts["high"], counts["assessed"]
    h_bp = _half_even(10_000 * high, assessed)
    partial = (signs["assessed"] == "at_least") & np.isin(signs["high"], ("count", "at_least"))
    h_sign = np.where(partial, "partial", signs["high"])
    h_sign = np.where(signs["assessed"] == "withheld", "withheld", h_sign)
    h_given = (assessed > 0) & (h_sign != "withheld")
    nobody = signs["assessed"] == "zero"

    shown = base.people[..., :SHOWN]
    indexes = base.index_n.sum(3)
    hidden: NDArray[np.bool_] = np.any((shown > 0) & (base.index_n < SMALLEST), axis=3)
    mean = 100 * _half_even(base.index_sum.sum(3), 100 * indexes)
    index_bp, index_given = _mean_of_means(spread, mean, hidden, published(shown).sum(3))

    poor = base.people[..., 0]
    # Sums of doubles differ in their last bits between engines: settle those before a tie can fall on them.
    share = np.round(100 * base.share_sum / np.maximum(poor, 1), 6)
    a_bp, a_given = _mean_of_means(
        spread, 100 * np.rint(share).astype(np.int64), withheld(poor), published(poor)
    )
    return {
        "h_bp": _column(h_bp, h_given, keep),
        "h_bp_sign": pa.array(h_sign[keep], mask=nobody[keep]),
        "m0_bp": _column(_half_even(h_bp * a_bp, np.full_like(h_bp, 10_000)), a_given, keep),
        "mean_index_bp": _column(index_bp, index_given, keep),
        "a_bp": _column(a_bp, a_given, keep),
    }


def _mean_of_means(
    spread: _Spread, mean: Counts, hidden: NDArray[np.bool_], weight: Counts
) -> tuple[Counts, NDArray[np.bool_]]:
    """Return each total's mean by published counts, in whole 100 bp, and where no part of it is withheld."""
    total = spread(np.where(hidden, 0, weight))
    found = 100 * _half_even(spread(np.where(hidden, 0, mean * weight)), 100 * total)
    return found, (total > 0) & (spread(hidden.astype(np.int64)) == 0)


def _half_even(above: Counts, below: Counts) -> Counts:
    """Divide integers of 0 or more, rounded to the nearest integer, ties to even; 0 where `below` is 0."""
    whole, rest = np.divmod(above, np.maximum(below, 1))
    up = (2 * rest > below) | ((2 * rest == below) & (whole % 2 == 1) & (below > 0))
    return np.where(up, whole + 1, whole)


def _column(value: Counts, given: NDArray[np.bool_], keep: NDArray[np.bool_]) -> pa.Array:
    """Return the kept figures as a column, null where they are not given."""
    kept: Any = value[keep]
    return pa.array(kept, mask=~given[keep])
