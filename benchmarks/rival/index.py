"""From scores to index and band for everybody at once, in integers (index-spec section 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.rival.rules import Outcome
from forewatch.analysis.definition import Definition, Threshold

BANDS = ("low", "medium", "high", "not_enough_information")
BASES = ("certain", "firm", "provisional", "none")


@dataclass(frozen=True)
class Scores:
    """People by indicators: a score, and whether it is counted."""

    score: np.ndarray
    counted: np.ndarray

    @property
    def n3(self) -> np.ndarray:
        return ((self.score == 3) & self.counted).sum(axis=1)


def nullable(values: np.ndarray, known: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(values.astype("int32"), ~known)


def index_and_band(
    definition: Definition, outcomes: dict[str, Outcome], triggers: np.ndarray, upper_triggers: np.ndarray
) -> pd.DataFrame:
    """Return baseline, index, bounds, band, basis, coverage and domains of everybody."""
    low = np.column_stack([one.low for one in outcomes.values()])
    high = np.column_stack([one.high for one in outcomes.values()])
    applicable = np.column_stack([one.applicable for one in outcomes.values()])
    known = Scores(low, applicable & (low == high))
    ends = [Scores(low, applicable), Scores(high, applicable)]
    domains = {one: _domain(definition, one, known) for one in definition.domains}
    baseline, has_baseline = _baseline(definition, known)
    lower = np.minimum(10_000, _baseline(definition, ends[0])[0] + triggers)
    upper = np.minimum(10_000, _baseline(definition, ends[1])[0] + upper_triggers)
    index = np.clip(np.minimum(10_000, baseline + triggers), lower, upper)
    asked = applicable.any(axis=1)
    bands = [_band(definition, lower, ends[0].n3), _band(definition, upper, ends[1].n3)]
    certain = asked & (bands[0] == bands[1])
    firm, shown = (
        has_baseline & _covered(definition, known.counted, applicable, one)
        for one in (definition.aggregation.firm, definition.aggregation.show)
    )
    point = _band(definition, index, known.n3)
    band = np.select([certain, firm | shown], [bands[0], point], BANDS.index("not_enough_information"))
    basis = np.select([certain, firm, shown], [0, 1, 2], 3)
    return pd.DataFrame(
        {
            "baseline_bp": nullable(baseline, has_baseline),
            "triggers_bp": triggers.astype("int32"),
            "index_bp": nullable(index, has_baseline),
            "index_lo_bp": nullable(lower, asked),
            "index_hi_bp": nullable(upper, asked),
            "band": pd.Categorical.from_codes(band, BANDS),
            "band_basis": pd.Categorical.from_codes(basis, BASES),
            "coverage_bp": nullable(_share_bp(known.counted, applicable), asked),
            "n3": known.n3.astype("int32"),
            **{f"d_{one}_bp": nullable(*found) for one, found in domains.items()},
        }
    )


def _columns(definition: Definition, domain: str) -> tuple[list[int], np.ndarray]:
    """Return the places of a domain's indicators among all, and their weights."""
    every = list(definition.indicators)
    members = definition.of_domain(domain)
    return [every.index(one.id) for one in members], np.array([one.weight for one in members])


def _domain(definition: Definition, domain: str, scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Return a domain's value of everybody, and who has one."""
    places, weights = _columns(definition, domain)
    counted = scores.counted[:, places]
    weighed = ((scores.score[:, places].astype("int64") - 1) * counted) @ weights
    total = counted @ weights
    return 10_000 * weighed // np.maximum(2 * total, 1), total > 0


def _baseline(definition: Definition, scores: Scores) -> tuple[np.ndarray, np.ndarray]:
    weighed = total = np.zeros(len(scores.score), "int64")
    for domain in definition.domains.values():
        value, known = _domain(definition, domain.id, scores)
        weighed = weighed + domain.weight * value * known
        total = total + domain.weight * known
    return weighed // np.maximum(total, 1), total > 0


def _band(definition: Definition, index: np.ndarray, n3: np.ndarray) -> np.ndarray:
    rules = definition.aggregation.bands
    high = index >= rules.high_bp
    if rules.high_n3 is not None:
        high |= n3 >= rules.high_n3
    return np.select([high, index >= rules.medium_bp], [2, 1], 0)


def _share_bp(known: np.ndarray, applicable: np.ndarray) -> np.ndarray:
    return 10_000 * known.sum(axis=1) // np.maximum(applicable.sum(axis=1), 1)


def _covered(
    definition: Definition, known: np.ndarray, applicable: np.ndarray, threshold: Threshold
) -> np.ndarray:
    enough = _share_bp(known, applicable) >= threshold.coverage_bp
    for domain in definition.domains:
        places, _ = _columns(definition, domain)
        asked = applicable[:, places].any(axis=1)
        enough &= ~asked | (
            _share_bp(known[:, places], applicable[:, places]) >= threshold.domain_coverage_bp
        )
    return enough


def share_of_threes(definition: Definition, outcomes: dict[str, Outcome]) -> pd.Series:
    """Return the Alkire-Foster share of everybody, missing where nothing is known."""
    every = list(outcomes.values())
    known = np.column_stack([one.known for one in every])
    threes = known & (np.column_stack([one.low for one in every]) == 3)
    weighed = total = np.zeros(len(known))
    for domain in definition.domains.values():
        places, weights = _columns(definition, domain.id)
        counted = known[:, places] @ weights
        weighed = weighed + domain.weight * (threes[:, places] @ weights) / np.maximum(counted, 1)
        total = total + domain.weight * (counted > 0)
    return pd.Series(weighed / np.maximum(total, 1)).where(total > 0)
