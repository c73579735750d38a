"""Why a high band is no finding about anybody: the base-rate arithmetic that every report prints."""

from __future__ import annotations

from fractions import Fraction

SCREENS = ((Fraction(85, 100), Fraction(75, 100)), (Fraction(80, 100), Fraction(95, 100)))
"""Sensitivity and specificity of two imagined instruments, a fair and a very good one."""

RATES = (Fraction(1, 1000), Fraction(1, 100), Fraction(5, 100))


def positive_predictive_value(sensitivity: Fraction, specificity: Fraction, rate: Fraction) -> Fraction:
    """Return the share of people singled out to whom the thing really happens (Bayes' theorem).

    PPV = se·p / (se·p + (1 - sp)·(1 - p)), all as shares of 1.
    """
    right = sensitivity * rate
    wrong = (1 - specificity) * (1 - rate)
    return right / (right + wrong)


def worked_figures() -> list[tuple[str, str, list[str]]]:
    """Return, for each imagined instrument, its sensitivity, specificity and PPV at each of `RATES`."""
    return [
        (as_percent(se), as_percent(sp), [as_percent(positive_predictive_value(se, sp, p)) for p in RATES])
        for se, sp in SCREENS
    ]


def as_percent(share: Fraction) -> str:
    """Return a share as whole per cent, below 10% with one decimal."""
    value = float(100 * share)
    return f"{value:.0f}%" if value >= 10 else f"{value:.1f}%".replace(".0%", "%")
