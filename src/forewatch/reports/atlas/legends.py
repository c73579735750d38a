"""What the signs of a map mean, in one sentence, with only those signs that may occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from forewatch.analysis.definition import Aggregation
from forewatch.reports import signs
from forewatch.reports.atlas.rules import EMPTY, Show
from forewatch.reports.atlas.sheets import Sheet

PLAIN = (signs.HIGH, signs.MEDIUM, signs.LOW, signs.UNKNOWN, signs.UNSURVEYED)
"""The five signs that stand in every legend."""


def legend_of(sheet: Sheet) -> dict[str, Any]:
    """Return the signs of a sheet's legend, and the rule by which an area takes its sign."""
    if sheet.definition is None:
        return {}
    aggregation = sheet.definition.aggregation
    if sheet.asked.show is Show.SIGN:
        rule = _exact_rule(aggregation) if sheet.exact else _released_rule(aggregation)
        return {"legend": _used(sheet, PLAIN), "rule": rule}
    rule = _("Shades show how large a share of the people has the band chosen; the same steps on every map.")
    return {"legend": _used(sheet, PLAIN[3:]), "rule": rule}


def _used(sheet: Sheet, always: Sequence[str]) -> list[str]:
    found = {line.shade for line in sheet.parts}
    return [sign for sign in (*signs.SIGNS, EMPTY) if sign in always or sign in found]


def _exact_rule(aggregation: Aggregation) -> str:
    return _(
        "An area takes the band of its people's mean index (%(bands)s). It is shown when at least %(show)s%% "
        "of the people listed have a band, and provisional (thin stripes) when fewer than %(firm)s%% have a "
        "firm one."
    ) % {
        "bands": _bands(aggregation),
        "show": aggregation.show.coverage_bp // 100,
        "firm": aggregation.firm.coverage_bp // 100,
    }


def _released_rule(aggregation: Aggregation) -> str:
    return _(
        "An area takes the band that at least half of its people with a published band reach. It is shown "
        "when at least %(show)s%% of the people listed have a band; thin stripes mean that a part of the "
        "counts is withheld."
    ) % {"show": aggregation.show.coverage_bp // 100}


def _bands(aggregation: Aggregation) -> str:
    medium_bp, high_bp = signs.thresholds(aggregation)
    high = _("high from %(index)s") % {"index": f"{high_bp / 100:g}"}
    if medium_bp is None:
        return high
    return _("medium from %(index)s") % {"index": f"{medium_bp / 100:g}"} + ", " + high
