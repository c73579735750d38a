"""What a reader chooses in a report: of where, of whom, and what has a row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forewatch.places.models import SEVERAL
from forewatch.reports.atlas.crossing import Report
from forewatch.reports.atlas.forms import AGES, SEXES, WhomForm
from forewatch.reports.atlas.rules import AGE_KEYS, BOTH, EACH, HOME, RESIDENCE, SEX_KEYS, Crossing
from forewatch.ui.templatetags.ui import day

LEVELS = [("", _("each part")), (0, _("the area as a whole")), *list(SEVERAL.items())[1:]]


class ReportForm(WhomForm):
    """Chooses the rows of a report, by GET; what does not fit is as if it were not asked."""

    level = forms.TypedChoiceField(
        label=_("A row for"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )
    by = forms.ChoiceField(
        label=_("Count by"),
        choices=[
            (RESIDENCE, _("where people live")),
            (HOME, _("home town")),
            (BOTH, _("where people live, by home town")),
        ],
        required=False,
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("all together")), (EACH, _("a row each")), *((key, SEXES[key]) for key in SEX_KEYS)],
        required=False,
    )
    age = forms.ChoiceField(
        label=_("Age"),
        choices=[("", _("all together")), (EACH, _("a row each")), *((key, AGES[key]) for key in AGE_KEYS)],
        required=False,
    )
    field_order = ("area", "on", "level", "by", "sex", "age")


def crossing_of(parameters: Mapping[str, Any]) -> Crossing:
    """Return which report an address asks for."""
    form = ReportForm(parameters)
    form.is_valid()
    found = form.cleaned_data
    sex, age = found.get("sex") or "", found.get("age") or ""
    by = found.get("by") or RESIDENCE
    return Crossing(
        area=found.get("area") or "",
        on=found.get("on"),
        by=RESIDENCE if by == BOTH else by,
        sex="" if sex == EACH else sex,
        age_band="" if age == EACH else age,
        level=found.get("level"),
        each_home=by == BOTH,
        each_sex=sex == EACH,
        each_age=age == EACH,
    )


def report_form(report: Report) -> ReportForm:
    """Return the form that shows what a report answers, with the days and the levels there are."""
    asked, figures = report.asked, report.sheet.figures
    form = ReportForm(
        initial={
            "area": asked.area,
            "on": figures.day.isoformat() if figures else "",
            "level": "" if asked.level is None else asked.level,
            "by": BOTH if asked.each_home else asked.by,
            "sex": EACH if asked.each_sex else asked.sex,
            "age": EACH if asked.each_age else asked.age_band,
        }
    )
    form.fields["on"].widget.choices = [(one.isoformat(), day(one)) for one in report.sheet.days]
    offered = {"", 0, *report.levels} if report.levels else {0}
    form.fields["level"].widget.choices = [one for one in LEVELS if one[0] in offered]
    if not report.sheet.exact:
        del form.fields["by"]
    return form
