"""From scores to an index and a band, in integers only (index-spec section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from forewatch.analysis.definition import Definition, Threshold
from forewatch.analysis.engines.memory.facts import Outcome

Scores = Mapping[str, int]
"""Scores by indicator; an indicator that is left out is not known, or not applicable."""


class Triggers(NamedTuple):
    """Capped sums of trigger events in basis points; `upper` has those that may count, too."""

    certain: int
    upper: int


class Index(NamedTuple):
    """The figures of one assessment; see index-spec section 5 for each."""

    baseline_bp: int | None
    triggers_bp: int
    index_bp: int | None
    index_lo_bp: int | None
    index_hi_bp: int | None
    band: str
    band_basis: str
    coverage_bp: int | None
    n3: int
    domains_bp: dict[str, int | None]
    share: Fraction | None
    """The Alkire-Foster share of the known answers, in either method; null when none is known."""


def aggregate(definition: Definition, outcomes: Mapping[str, Outcome], triggers: Triggers) -> Index:
    """Reckon the index of the known answers, its bounds, and the band with its basis."""
    applicable = {one: outcome for one, outcome in outcomes.items() if outcome.applicable}
    known = {one: outcome.low for one, outcome in applicable.items() if outcome.score is not None}
    lows = {one: outcome.low for one, outcome in applicable.items()}
    highs = {one: outcome.high for one, outcome in applicable.items()}
    lo = _index(definition, lows, triggers.certain)
    hi = _index(definition, highs, triggers.upper)
    index = _index(definition, known, triggers.certain)
    if index is not None and lo is not None and hi is not None:
        index = max(lo, min(index, hi))
    band, basis = _band_and_basis(
        _coverage(definition, known, applicable),
        ends=(_band(definition, lo, lows), _band(definition, hi, highs)),
        point=_band(definition, index, known),
        show=definition.aggregation.show,
        firm=definition.aggregation.firm,
    )
    return Index(
        baseline_bp=baseline_bp(definition, known),
        triggers_bp=triggers.certain,
        index_bp=index,
        index_lo_bp=lo,
        index_hi_bp=hi,
        band=band,
        band_basis=basis,
        coverage_bp=10000 * len(known) // len(applicable) if applicable else None,
        n3=_n3(known),
        domains_bp={domain: domain_bp(definition, domain, known) for domain in definition.domains},
        share=share(definition, known),
    )


def domain_bp(definition: Definition, domain: str, scores: Scores) -> int | None:
    """Return a domain's value, 0 to 10,000, from its scores; null when it has none."""
    weights = {one.id: one.weight for one in definition.of_domain(domain) if one.id in scores}
    if not weights:
        return None
    weighed = sum(weight * (scores[one] - 1) for one, weight in weights.items())
    return 10000 * weighed // (2 * sum(weights.values()))


def baseline_bp(definition: Definition, scores: Scores) -> int | None:
    """Return the index before triggers: the weighted mean of the domains, or the Alkire-Foster share."""
    if definition.aggregation.is_alkire_foster:
        exact = share(definition, scores)
        return None if exact is None else int(10000 * exact)
    weighed = weights = 0
    for domain in definition.domains.values():
        value = domain_bp(definition, domain.id, scores)
        if value is not None:
            weighed += domain.weight * value
            weights += domain.weight
    return weighed // weights if weights else None


def share(definition: Definition, scores: Scores) -> Fraction | None:
    """Return the exact weighted share of 3s: within each domain, then over the domains with a score."""
    weighed, weights = Fraction(0), 0
    for domain in definition.domains.values():
        scored = [one for one in definition.of_domain(domain.id) if one.id in scores]
        if scored:
            threes = sum(one.weight for one in scored if scores[one.id] == 3)
            weighed += domain.weight * Fraction(threes, sum(one.weight for one in scored))
            weights += domain.weight
    return weighed / weights if weights else None


def _index(definition: Definition, scores: Scores, triggers_bp: int) -> int | None:
    baseline = baseline_bp(definition, scores)
    return None if baseline is None else min(10000, baseline + triggers_bp)


def _n3(scores: Scores) -> int:
    return sum(score == 3 for score in scores.values())


def _band(definition: Definition, index: int | None, scores: Scores) -> str | None:
    """Return the band of an index and its scores; null when there is no index."""
    if index is None:
        return None
    rules = definition.aggregation
    if rules.k_bp is not None:
        exact = share(definition, scores)
        return "high" if exact is not None and 10000 * exact >= rules.k_bp else "low"
    assert rules.bands is not None
    if index >= rules.bands.high_bp or (
        rules.bands.high_n3 is not None and _n3(scores) >= rules.bands.high_n3
    ):
        return "high"
    return "medium" if index >= rules.bands.medium_bp else "low"


class Coverage(NamedTuple):
    """Known out of applicable, in basis points: overall, and the least of the applicable domains."""

    overall: int
    least: int

    def reaches(self, threshold: Threshold) -> bool:
        return self.overall >= threshold.coverage_bp and self.least >= threshold.domain_coverage_bp


def _coverage(definition: Definition, known: Scores, applicable: Mapping[str, Outcome]) -> Coverage | None:
    """Return the coverage, or null when nothing is applicable."""
    if not applicable:
        return None
    shares = []
    for domain in definition.domains:
        asked = [one.id for one in definition.of_domain(domain) if one.id in applicable]
        if asked:
            shares.append(10000 * sum(one in known for one in asked) // len(asked))
    return Coverage(10000 * len(known) // len(applicable), min(shares))


def _band_and_basis(
    coverage: Coverage | None,
    ends: tuple[str | None, str | None],
    point: str | None,
    show: Threshold,
    firm: Threshold,
) -> tuple[str, str]:
    """Return the band and its basis; `point` is the band of the known answers, `ends` those of the bounds."""
    if coverage is not None:
        if ends[0] is not None and ends[0] == ends[1]:
            return ends[0], "certain"
        if point is not None and coverage.reaches(firm):
            return point, "firm"
        if point is not None and coverage.reaches(show):
            return point, "provisional"
    return "not_enough_information", "none"
