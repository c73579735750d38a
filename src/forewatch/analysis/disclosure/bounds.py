"""Exact least and greatest values of whole numbers that obey linear rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # imports its parts when they are first used: only a release waits for them
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = 2**60
"""Stands for no highest value (negated: no lowest); far above any count, far below overflow."""


@dataclass(frozen=True)
class Rules:
    """Linear rules: `lowest <= matrix @ cells <= highest`; `matrix` is sparse, rules x cells, of integers.

    A rule that shares no cell with another has factors 1 and -1 only.
    """

    matrix: Any
    lowest: Integers
    highest: Integers

    @classmethod
    def of(
        cls, entries: tuple[Integers, Integers, Integers], lowest: Integers, highest: Integers, cells: int
    ) -> Rules:
        """Build rules from parallel arrays (rule, cell, factor)."""
        rule, cell, factor = entries
        matrix = scipy.sparse.coo_array((factor, (rule, cell)), shape=(len(lowest), cells)).tocsr()
        return cls(matrix, lowest, highest)

    @classmethod
    def joined(cls, parts: Sequence[Rules]) -> Rules:
        return cls(
            scipy.sparse.vstack([one.matrix for one in parts], format="csr"),
            np.concatenate([one.lowest for one in parts]),
            np.concatenate([one.highest for one in parts]),
        )

    def __getitem__(self, chosen: Any) -> Rules:
        return Rules(self.matrix[chosen], self.lowest[chosen], self.highest[chosen])


def extremes(lower: Integers, upper: Integers, rules: Rules, asked: Flags) -> tuple[Integers, Integers]:
    """Return the least and the greatest value each cell can have, exact for the cells asked for.

    Cells lie in `lower..upper` and obey the rules together. Where none can, the least is above the greatest.
    """
    below, above = _reach(rules.matrix, lower, upper)
    rules = rules[(below < rules.lowest) | (above > rules.highest)]
    rules = Rules(_without(rules.matrix, upper == lower), *_shifted(rules, lower, upper))
    count = len(rules.lowest)
    least, greatest = _by_each_rule(rules, lower, upper)
    if count == 0:
        return least, greatest
    graph = scipy.sparse.block_array([[None, rules.matrix], [rules.matrix.T, None]])
    group = scipy.sparse.csgraph.connected_components(graph, directed=False)[1][:count]
    for one in np.flatnonzero(np.bincount(group) > 1):
        together = rules[group == one]
        cells = np.unique(together.matrix.indices)
        if asked[cells].any():
            part = Rules(together.matrix[:, cells], together.lowest, together.highest)
            least[cells], greatest[cells] = _by_all_rules(part, least[cells], greatest[cells], asked[cells])
    return least, greatest


def _reach(matrix: Any, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
    """Return the least and greatest value of each rule's sum, were its cells free in `lower..upper`."""
    plus, minus = matrix.maximum(0), matrix.minimum(0)
    return plus @ lower + minus @ upper, plus @ upper + minus @ lower


def _without(matrix: Any, fixed: Flags) -> Any:
    """Return the matrix without the entries of fixed cells, which tie no rules together."""
    kept = matrix.copy()
    kept.data[fixed[kept.indices]] = 0
    kept.eliminate_zeros()
    return kept


def _shifted(rules: Rules, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
    """Return the rules' limits for the sum of the cells that are not fixed."""
    constant = rules.matrix @ np.where(lower == upper, lower, 0)
    return rules.lowest - constant, rules.highest - constant


def _by_each_rule(rules: Rules, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
    """Return narrower bounds: what the other cells of a rule can reach leaves the rest to this one.

    They are the extremes of cells that are in one rule only, and whose rule shares no cell with another.
    """
    below, above = _reach(rules.matrix, lower, upper)
    entries = rules.matrix.tocoo()
    usable = np.abs(entries.data) == 1
    rule, cell, up = entries.row[usable], entries.col[usable], entries.data[usable] > 0
    others_below = below[rule] - np.where(up, lower[cell], -upper[cell])
    others_above = above[rule] - np.where(up, upper[cell], -lower[cell])
    from_lowest = rules.lowest[rule] - others_above
    from_highest = rules.highest[rule] - others_below
    least, greatest = lower.copy(), upper.copy()
    np.maximum.at(least, cell, np.where(up, from_lowest, -from_highest))
    np.minimum.at(greatest, cell, np.where(up, from_highest, -from_lowest))
    return least, greatest


def _by_all_rules(rules: Rules, lower: Integers, upper: Integers, asked: Flags) -> tuple[Integers, Integers]:
    """Return the extremes of cells whose rules hang together, by integer programming.

    Each programme settles one cell and pushes the others along: those it brings to their bound need no
    programme of their own.
    """
    nothing = np.maximum(lower, upper) + 1, np.minimum(lower, upper) - 1
    if (lower > upper).any():
        return nothing
    if (lower == upper).all():
        # Each rule by itself left one value to each cell: do these obey all of them?
        sums = rules.matrix @ lower
        return (lower, upper) if ((rules.lowest <= sums) & (sums <= rules.highest)).all() else nothing
    limits = [
        np.where(np.abs(one) >= NO_LIMIT // 2, np.copysign(np.inf, one), one)
        for one in (rules.lowest, rules.highest)
    ]
    told = scipy.optimize.LinearConstraint(rules.matrix, *limits)
    ends = scipy.optimize.Bounds(lower, upper)
    whole = np.ones(len(lower))
    least, greatest = upper.copy(), lower.copy()
    for direction, end, met in ((1, lower, least), (-1, upper, greatest)):
        settled = ~asked
        while not (settled := settled | (met == end)).all():
            cell = np.argmin(settled)
            cost = direction * np.where(settled, 0, 1)
            cost[cell] *= (upper - lower)[asked].sum() + 1
            # without a gap of 0 the solver may stop one short of the extreme
            found = scipy.optimize.milp(
                cost, constraints=told, bounds=ends, integrality=whole, options={"mip_rel_gap": 0}
            )
            if found.x is None:
                return nothing
            answer = np.rint(found.x).astype(np.int64)
            np.minimum(least, answer, out=least)
            np.maximum(greatest, answer, out=greatest)
            settled[cell] = True
    return least, greatest
