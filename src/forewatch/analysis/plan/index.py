"""From scores to the index, its bounds and the band: integers only (index-spec section 5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from forewatch.analysis.definition import Definition, Event
from forewatch.analysis.plan.names import quoted
from forewatch.analysis.plan.tallies import NAMES, Tallies

_FULL = 10_000


def index_steps(definition: Definition, tallies: Tallies) -> Iterator[dict[str, str]]:
    """Yield the columns that turn tallies and triggers `t_` into index and band."""
    yield {f"{name}_{domain}": tallies.read(domain, name) for domain in definition.domains for name in NAMES}
    yield _totals(definition)
    yield _domain_values(definition)
    if definition.aggregation.is_alkire_foster:
        yield _alkire_foster(definition)
        yield {"index_bp": "baseline_bp", "band_point": "band_fraction"}
    else:
        yield _baselines(definition)
        yield _indices()
        yield {"index_bp": _held_inside()}
        yield _mean_bands(definition)
    yield {"band_basis": _basis(definition)}
    yield {"band": _band()}


def _weighted(pairs: Iterable[tuple[str, int]]) -> str:
    """Return the SQL sum of values times their weights."""
    return " + ".join(value if weight == 1 else f"{weight} * {value}" for value, weight in pairs) or "0"


def _over_domains(definition: Definition, name: str) -> str:
    return " + ".join(quoted(f"{name}_{domain}") for domain in definition.domains)


def _totals(definition: Definition) -> dict[str, str]:
    counted = [one for one in definition.events.values() if one.counts_if is not None]
    cap = definition.aggregation.max_trigger_bp
    return {
        "known_n": _over_domains(definition, "known_n"),
        "applicable_n": _over_domains(definition, "applicable_n"),
        "n3": _over_domains(definition, "three_n"),
        "n3_hi": _over_domains(definition, "three_hi_n"),
        "triggers_bp": f"least({cap}, {_triggers(counted, '{c} THEN {bp} ELSE 0')})",
        "triggers_hi_bp": f"least({cap}, {_triggers(counted, '{c} IS FALSE THEN 0 ELSE {bp}')})",
    }


def _triggers(counted: list[Event], case: str) -> str:
    parts = ["t_bp"]
    for one in counted:
        filled = case.format(c=quoted(f"c_{one.code}"), bp=quoted(f"t_bp_{one.code}"))
        parts.append(f"CASE WHEN {filled} END")
    return " + ".join(parts)


def _ratio(above: str, weights: str, times: int = 2) -> str:
    """Return basis points of a weighted mean; null when nothing carries weight."""
    of = f"({times} * {quoted(weights)})" if times > 1 else quoted(weights)
    return f"{_FULL} * {quoted(above)} // nullif({of}, 0)"


def _domain_values(definition: Definition) -> dict[str, str]:
    columns = {"coverage_bp": _ratio("known_n", "applicable_n", 1)}
    for one in definition.domains:
        columns[f"coverage_bp_{one}"] = _ratio(f"known_n_{one}", f"applicable_n_{one}", 1)
        if definition.aggregation.is_alkire_foster:
            columns[f"d_{one}_bp"] = _ratio(f"three_w_{one}", f"known_w_{one}", 1)
        else:
            columns[f"d_{one}_bp"] = _ratio(f"above_{one}", f"known_w_{one}")
            columns[f"lo_{one}"] = _ratio(f"above_lo_{one}", f"applicable_w_{one}")
            columns[f"hi_{one}"] = _ratio(f"above_hi_{one}", f"applicable_w_{one}")
    columns["share"] = _share(definition)
    if definition.aggregation.is_alkire_foster:
        columns.update(_fraction(definition, "share", "three_w", "known_w"))
        columns.update(_fraction(definition, "share_lo", "three_w", "applicable_w"))
        columns.update(_fraction(definition, "share_hi", "three_hi_w", "applicable_w"))
    return columns


def _baselines(definition: Definition) -> dict[str, str]:
    named = (("baseline_bp", "d_{}_bp"), ("baseline_lo", "lo_{}"), ("baseline_hi", "hi_{}"))
    return {name: _mean_of_domains(definition, pattern) for name, pattern in named}


def _mean_of_domains(definition: Definition, pattern: str) -> str:
    """Return the weighted mean, rounded down, of the domain values that are not null."""
    values = {quoted(pattern.format(one.id)): one.weight for one in definition.domains.values()}
    wide = _FULL * sum(values.values()) >= 1 << 31
    total = _weighted(
        (f"CAST(coalesce({value}, 0) AS BIGINT)" if wide else f"coalesce({value}, 0)", weight)
        for value, weight in values.items()
    )
    weights = _weighted((f"CASE WHEN {value} IS NULL THEN 0 ELSE 1 END", w) for value, w in values.items())
    return f"({total}) // nullif({weights}, 0)"


def _indices() -> dict[str, str]:
    return {
        "raw_index": _capped("baseline_bp", "triggers_bp"),
        "index_lo_bp": _capped("baseline_lo", "triggers_bp"),
        "index_hi_bp": _capped("baseline_hi", "triggers_hi_bp"),
    }


def _capped(baseline: str, triggers: str) -> str:
    return f"CASE WHEN {baseline} IS NOT NULL THEN least({_FULL}, {baseline} + {triggers}) END"


def _held_inside() -> str:
    return "CASE WHEN baseline_bp IS NOT NULL THEN least(greatest(raw_index, index_lo_bp), index_hi_bp) END"


def _mean_bands(definition: Definition) -> dict[str, str]:
    bands = definition.aggregation.bands
    if bands is None:
        raise ValueError(f"{definition.name} has no bands.")

    def band(index: str, n3: str) -> str:
        many = f" OR {n3} >= {bands.high_n3}" if bands.high_n3 is not None else ""
        high = f"{index} >= {bands.high_bp}{many}"
        return (
            f"CASE WHEN {index} IS NULL THEN NULL WHEN {high} THEN 'high' "
            f"WHEN {index} >= {bands.medium_bp} THEN 'medium' ELSE 'low' END"
        )

    return {
        "band_point": band("index_bp", "n3"),
        "band_lo": band("index_lo_bp", "n3"),
        "band_hi": band("index_hi_bp", "n3_hi"),
    }


def _share(definition: Definition) -> str:
    """Return the weighted share of known threes as a double, for the means of areas only."""
    parts = []
    weights = []
    for one in definition.domains.values():
        known = quoted(f"known_w_{one.id}")
        part = f"coalesce(CAST({quoted(f'three_w_{one.id}')} AS DOUBLE) / nullif({known}, 0), 0.0)"
        parts.append((part, one.weight))
        weights.append((f"CASE WHEN {known} > 0 THEN 1 ELSE 0 END", one.weight))
    return f"({_weighted(parts)}) / nullif({_weighted(weights)}, 0)"


# Alkire-Foster: one exact fraction, over the least common multiple of the weights that can be known.


def _fraction(definition: Definition, name: str, above: str, weights: str) -> dict[str, str]:
    """Return numerator and denominator of the weighted mean over domains of weights of 3 over weights."""
    multiple = _common_multiple(definition)
    parts, weighed = [], []
    for one in definition.domains.values():
        known = quoted(f"{weights}_{one.id}")
        part = f"CAST({quoted(f'{above}_{one.id}')} AS BIGINT) * ({multiple} // nullif({known}, 0))"
        parts.append((f"coalesce({part}, 0)", one.weight))
        weighed.append((f"CASE WHEN {known} > 0 THEN CAST({multiple} AS BIGINT) ELSE 0 END", one.weight))
    numerator, denominator = _weighted(parts), _weighted(weighed)
    return {f"{name}_num": f"CAST({numerator} AS BIGINT)", f"{name}_den": f"nullif({denominator}, 0)"}


def _common_multiple(definition: Definition) -> int:
    multiple = 1
    for domain in definition.domains:
        sums = {0}
        for one in definition.of_domain(domain):
            sums |= {total + one.weight for total in sums}
        multiple = math.lcm(multiple, *(sums - {0}))
    return multiple


def _alkire_foster(definition: Definition) -> dict[str, str]:
    def points(name: str) -> str:
        return f"{_FULL} * {name}_num // {name}_den"

    def band(name: str) -> str:
        poor = f"{_FULL} * {name}_num >= {definition.aggregation.k_bp} * {name}_den"
        return f"CASE WHEN {name}_den IS NULL THEN NULL WHEN {poor} THEN 'high' ELSE 'low' END"

    return {
        "baseline_bp": points("share"),
        "index_lo_bp": points("share_lo"),
        "index_hi_bp": points("share_hi"),
        "band_fraction": band("share"),
        "band_lo": band("share_lo"),
        "band_hi": band("share_hi"),
    }


def _basis(definition: Definition) -> str:
    aggregation = definition.aggregation

    def reaches(coverage: int, of_domain: int) -> str:
        parts = [f"coverage_bp >= {coverage}"]
        parts += [
            f"coalesce({quoted(f'coverage_bp_{one}')}, {_FULL}) >= {of_domain}" for one in definition.domains
        ]
        return " AND ".join(parts)

    firm = reaches(aggregation.firm.coverage_bp, aggregation.firm.domain_coverage_bp)
    show = reaches(aggregation.show.coverage_bp, aggregation.show.domain_coverage_bp)
    return (
        "CASE WHEN band_lo = band_hi THEN 'certain' WHEN band_point IS NULL THEN 'none' "
        f"WHEN {firm} THEN 'firm' WHEN {show} THEN 'provisional' ELSE 'none' END"
    )


def _band() -> str:
    return (
        "CASE band_basis WHEN 'none' THEN 'not_enough_information' WHEN 'certain' THEN band_lo "
        "ELSE band_point END"
    )
