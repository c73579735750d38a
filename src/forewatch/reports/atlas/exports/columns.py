"""The columns of a report's files: their names for programs, their headings for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.figures import Crossed
from forewatch.reports.counts import value_and_sign
from forewatch.reports.figures import EXACT_COUNTS, RELEASED_COUNTS, SHARES

ALL = "all"

HEADINGS = {
    "people": gettext_lazy("People listed"),
    "assessed": gettext_lazy("With a band"),
    "high": gettext_lazy("Outreach now"),
    "medium": gettext_lazy("Outreach soon"),
    "low": gettext_lazy("Outreach routine"),
    "not_enough_information": gettext_lazy("Not enough information"),
    "provisional": gettext_lazy("Provisional bands"),
    "act_now": gettext_lazy("Act now"),
    "mean_index_bp": gettext_lazy("Mean index"),
    "h_bp": gettext_lazy("H, share for outreach now (%)"),
    "a_bp": gettext_lazy("A, how deep (%)"),
    "m0_bp": gettext_lazy("M0 = H × A"),
}


def counts_of(report: Report) -> Sequence[str]:
    """Return the counts that a report has."""
    return EXACT_COUNTS if report.sheet.exact else RELEASED_COUNTS


def keys_of(report: Report, line: Crossed) -> dict[str, str]:
    """Return what a row is about, for programs."""
    return {
        "area_code": line.area.code,
        "name": str(line.area),
        "level": str(int(line.area.level)),
        "by": report.sheet.asked.by,
        **(_home(line) if report.asked.each_home else {}),
        "sex": line.sex or ALL,
        "age_band": line.age_band or ALL,
    }


def _home(line: Crossed) -> dict[str, str]:
    """Return where the people of a row are from; empty where nobody told."""
    return {
        "home_area_code": line.home.code if line.home else "",
        "home_name": str(line.home) if line.home else "",
    }


def home_word(line: Crossed) -> str:
    """Return where the people of a row are from, for people."""
    return str(line.home) if line.home else _("not known")


def values_of(report: Report, line: Crossed) -> dict[str, int | str | None]:
    """Return a row's figures for programs; beside each released count stands its sign."""
    if report.sheet.exact:
        return {name: line.row[name] for name in (*EXACT_COUNTS, *SHARES)}
    found: dict[str, int | str | None] = {}
    for name in RELEASED_COUNTS:
        found[name], found[f"{name}_sign"] = value_and_sign(line.row[name])
    return found | {name: line.row[name] for name in SHARES}


def about(report: Report) -> Mapping[str, str]:
    """Return of which day a report is, from what was known by when, and by which index."""
    figures = report.sheet.figures
    if figures is None:
        return {}
    return {
        "as_of": figures.day.isoformat(),
        "known_by": _iso(figures.known_by),
        "definition": figures.definition,
    }


def who_may_see(report: Report) -> str:
    """Return for whom a report is; one of a practice says that its people are made up."""
    words = _for_whom(report)
    return f"{_('Demonstration: made-up people')}. {words}" if settings.DEMO else words


def _for_whom(report: Report) -> str:
    if report.sheet.exact:
        return _("Exact figures, for the staff of this area only: do not pass this file on.")
    return _(
        "Released figures: counts are rounded to the nearest 5, groups of fewer than 11 people are withheld, "
        "and a total over such a group reads “at least”."
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
