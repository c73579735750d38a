"""A report as PDF, set by Typst: the map as a picture, the table, and how to read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.reports import counts
from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.exports.columns import HEADINGS, home_word, who_may_see
from forewatch.reports.atlas.exports.svg import map_picture, swatch_svg
from forewatch.reports.atlas.figures import Crossed
from forewatch.reports.atlas.forms import AGES, SEXES
from forewatch.reports.atlas.legends import legend_of
from forewatch.reports.atlas.templatetags.atlas import count
from forewatch.reports.atlas.words import sign_word
from forewatch.reports.figures import Row
from forewatch.ui.problems import Problem
from forewatch.ui.templatetags.ui import day

FOLDER = files("forewatch.reports.atlas.exports")
MOST_ROWS = 3_000
COUNTS = ("people", "assessed", "high", "medium", "low", "not_enough_information")


def as_pdf(report: Report) -> bytes:
    """Return a report as a document of A4 pages.

    Raises Problem when it has too many rows to be read on paper.
    """
    if len(report.lines) > MOST_ROWS:
        raise Problem(
            _("A PDF holds at most %(most)s rows, and this report has %(rows)s. Choose larger areas or fewer "
              "groups, or take it as XLSX.") % {"most": f"{MOST_ROWS:,}", "rows": f"{len(report.lines):,}"}
        )  # fmt: skip
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER.joinpath("fonts"))])
    template = FOLDER.joinpath("report.typ").read_bytes()
    data = json.dumps(_content(report), ensure_ascii=False)
    return typst.compile(template, font_paths=fonts, sys_inputs={"data": data})


def _content(report: Report) -> dict[str, Any]:
    """Return all words of the document."""
    return _heading(report) | _picture(report) | _table(report) | {"notes": _notes()}


def _heading(report: Report) -> dict[str, Any]:
    sheet, figures = report.sheet, report.sheet.figures
    return {
        "lang": get_language() or "en",
        "title": str(sheet.area),
        "level": sheet.area.get_level_display(),
        "facts": _facts(report),
        "notice": who_may_see(report),
        "mark": _("Made-up people") if settings.DEMO else "",
        "foot": f"{sheet.area} · {day(figures.day) if figures else ''}",
    }


def _picture(report: Report) -> dict[str, Any]:
    legend, drawn = legend_of(report.sheet), map_picture(report.sheet)
    return {
        "map": drawn.svg if drawn else "",
        "labels": [asdict(one) for one in drawn.labels] if drawn else [],
        "caption": _("Numbers in the areas: people for outreach now."),
        "legend": [[swatch_svg(sign), sign_word(sign)] for sign in legend.get("legend", [])],
        "rule": legend.get("rule", ""),
    }


def _table(report: Report) -> dict[str, Any]:
    words = {"sex": _("Sex"), "age_band": _("Age")}
    kept = [one for one in words if any(getattr(line, one) for line in report.lines)]
    if report.asked.each_home:
        words["home"] = _("Home town")
        kept.insert(0, "home")
    columns = [*COUNTS, *(["act_now"] if report.sheet.exact else [])]
    headings = (str(HEADINGS[one]) for one in columns)
    whole = report.sheet.whole
    return {
        "keys": 1 + len(kept),
        "headings": [_("Area"), *(words[one] for one in kept), *headings, _("Share")],
        "rows": [_cells(line, kept, columns) for line in report.lines],
        "total": [_("Total"), *("" for _one in kept), *_figures(whole.row, columns)] if whole else [],
    }


def _notes() -> list[str]:
    return [
        _(
            "Share: people for outreach now, of those with a band. A dash: nobody was surveyed, which is not "
            "the same as low."
        ),
        _(
            "Use these figures to decide where to offer services and where to ask first. A band is never a "
            "reason to suspect anybody, nor to refuse work, papers or a journey."
        ),
    ]


def _facts(report: Report) -> list[str]:
    figures = report.sheet.figures
    if figures is None:
        return []
    facts = [_("As of %(day)s") % {"day": day(figures.day)}]
    if figures.known_by:
        facts.append(_("from what was received by %(day)s") % {"day": day(figures.known_by)})
    where = _("people counted by their home town") if report.by_home else _("people counted where they live")
    return [*facts, where, figures.definition]


def _cells(line: Crossed, kept: Sequence[str], columns: Sequence[str]) -> list[str]:
    groups = {
        "home": home_word(line),
        "sex": str(SEXES.get(line.sex, "")),
        "age_band": str(AGES.get(line.age_band, "")),
    }
    return [str(line.area), *(groups[one] for one in kept), *_figures(line.row, columns)]


def _figures(row: Row, columns: Sequence[str]) -> list[str]:
    share = "–" if row["high"] is None else counts.percent(row["high"], row["assessed"]) or _("not given")
    return [*(strip_tags(str(count(row[one]))) for one in columns), share]
