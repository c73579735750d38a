"""Figures of agreement, each with how many it rests on and how sure it is; pure functions on counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Table = tuple[tuple[int, ...], ...]
GRADES, RELIABILITIES = "ABCDE", "123"
FEWEST, FEWEST_REPORTS = 30, 10
"""With fewer pairs, or fewer reports of a source, no figure is given: it would say more than is known."""
SAME = frozenset({("1", "A"), ("2", "B"), ("2", "C"), ("3", "D"), ("3", "E")})
"""Where a source and what it says are graded alike: the diagonal, of three grades and five."""
RESAMPLES, SEED, Z = 2_000, 3_5_2, 1.959964


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval and the number it rests on; no value where that is too few."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether it rests on enough."""
        return self.value is not None


def weighted_kappa(table: Table) -> float:
    """Return Cohen's kappa with linear weights: 1 for full agreement, 0 for that of chance.

    kappa = 1 - sum(w o) / sum(w e), w = |i - j| / (k - 1), o the observed and e the expected shares
    (J. Cohen, Weighted kappa, Psychological Bulletin 70, 1968, 213-220). 1 where both always say the same
    single grade, for which the formula has no answer.
    """
    counts = np.asarray(table, dtype=float)
    size = len(counts)
    weights = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    by_chance = float((weights * expected).sum())
    return 1.0 if by_chance == 0 else 1.0 - float((weights * counts).sum()) / by_chance


def cramers_v(table: Table) -> float:
    """Return Cramer's V: 0 where two grades have nothing to do with each other, 1 where one gives the other.

    V = sqrt(chi2 / (n (min(rows, columns) - 1))) over rows and columns that are not empty (H. Cramer,
    Mathematical Methods of Statistics, 1946, 282). 0 where only one row or column is left.
    """
    counts = np.asarray(table, dtype=float)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return 0.0
    total = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return math.sqrt(chi2 / (total * (min(counts.shape) - 1)))


def bootstrapped(table: Table, figure: Callable[[Table], float]) -> Figure:
    """Return a figure of a table with the percentile interval of its resamples, always the same ones.

    2,000 resamples of as many pairs (B. Efron, Bootstrap methods, Annals of Statistics 7, 1979, 1-26).
    """
    counts = np.asarray(table)
    n = int(counts.sum())
    if n < FEWEST:
        return Figure(n)
    drawn = np.random.default_rng(SEED).multinomial(n, counts.ravel() / n, size=RESAMPLES)
    values = [figure(tuple(map(tuple, one.reshape(counts.shape)))) for one in drawn]
    low, high = (float(one) for one in np.percentile(values, (2.5, 97.5)))
    return Figure(n, figure(table), low, high)


def share(part: int, n: int, fewest: int = FEWEST) -> Figure:
    """Return a share with Wilson's interval, which holds for small numbers and shares near 0 or 1.

    (E. B. Wilson, Probable inference, Journal of the American Statistical Association 22, 1927, 209-212.)
    """
    if n < fewest:
        return Figure(n)
    p, scale = part / n, 1 + Z * Z / n
    middle = (p + Z * Z / (2 * n)) / scale
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / scale
    return Figure(n, p, max(0.0, middle - half), min(1.0, middle + half))


def on_the_diagonal(table: Table) -> Figure:
    """Return the share of reports whose source and words are graded alike.

    With too many they are hardly two grades. In 1,400 reports of an older scheme it was 87 % (Baker 1968).
    """
    cells = [
        (one, other, table[row][column])
        for row, one in enumerate(RELIABILITIES)
        for column, other in enumerate(GRADES)
    ]
    alike = sum(count for one, other, count in cells if (one, other) in SAME)
    return share(alike, sum(count for _one, _other, count in cells))


def too_alike(figure: Figure, most_percent: int) -> bool:
    """Tell whether so many lie on the diagonal that the two grades cannot be trusted to be two."""
    return figure.value is not None and 100 * figure.value > most_percent


def too_different(figure: Figure, aim_hundredths: int) -> bool:
    """Tell whether two graders agree less than is aimed at."""
    return figure.value is not None and 100 * figure.value < aim_hundredths
