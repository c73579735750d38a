"""What a reader chooses: the day, whom to count, what the colours say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forewatch.places.models import Level
from forewatch.reports.atlas.first import First
from forewatch.reports.atlas.ranking import Order
from forewatch.reports.atlas.rules import AGE_KEYS, HOME, RESIDENCE, SEX_KEYS, Asked, Show
from forewatch.reports.atlas.sheets import Sheet
from forewatch.ui.templatetags.ui import day

SEXES = {"F": _("Female"), "M": _("Male"), "X": _("Another"), "unknown": _("Unknown")}
AGES = {
    "0-11": _("0–11"),
    "12-14": _("12–14"),
    "15-17": _("15–17"),
    "18-24": _("18–24"),
    "25-59": _("25–59"),
    "60+": _("60 and older"),
    "unknown": _("Unknown"),
}
SHOWS = {
    Show.SIGN: _("the band of each area"),
    Show.HIGH: _("share for outreach now"),
    Show.MEDIUM: _("share for outreach soon"),
    Show.LOW: _("share for routine outreach"),
    Show.NOT_ENOUGH_INFORMATION: _("share without enough information"),
}
SINCE = _("no other day")


class WhomForm(forms.Form):
    """Whose figures, and of which day."""

    area = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    on = forms.DateField(label=_("Day"), widget=forms.Select, required=False)
    by = forms.ChoiceField(
        label=_("Count by"),
        choices=[(RESIDENCE, _("where people live")), (HOME, _("home town"))],
        required=False,
    )


class AskForm(WhomForm):
    """Narrows the figures of a page, by GET; what does not fit is as if it were not asked."""

    since = forms.DateField(label=_("Compare with"), widget=forms.Select, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("all")), *((key, SEXES[key]) for key in SEX_KEYS)], required=False
    )
    age = forms.ChoiceField(
        label=_("Age"), choices=[("", _("all")), *((key, AGES[key]) for key in AGE_KEYS)], required=False
    )
    show = forms.ChoiceField(label=_("Colours show"), choices=list(SHOWS.items()), required=False)
    field_order = ("area", "on", "since", "by", "sex", "age", "show")


def asked_of(parameters: Mapping[str, Any]) -> Asked:
    """Return what an address asks."""
    form = AskForm(parameters)
    form.is_valid()
    found = form.cleaned_data
    return Asked(
        area=found.get("area") or "",
        on=found.get("on"),
        since=found.get("since"),
        by=found.get("by") or RESIDENCE,
        sex=found.get("sex") or "",
        age_band=found.get("age") or "",
        show=Show(found.get("show") or Show.SIGN),
    )


def form_of(sheet: Sheet) -> AskForm:
    """Return the form that shows what a sheet answers, with the days there are."""
    asked, figures = sheet.asked, sheet.figures
    form = AskForm(
        initial={
            "area": asked.area,
            "on": figures.day.isoformat() if figures else "",
            "since": asked.since.isoformat() if asked.since else "",
            "by": asked.by,
            "sex": asked.sex,
            "age": asked.age_band,
            "show": asked.show,
        }
    )
    days = [(one.isoformat(), day(one)) for one in sheet.days]
    form.fields["on"].widget.choices = days
    if len(days) > 1:
        form.fields["on"].widget.attrs["data-slide"] = True
    form.fields["since"].widget.choices = [("", SINCE), *days]
    if len(days) < 2:
        del form.fields["since"]
    if not sheet.exact:
        del form.fields["by"]
    return form


class FirstForm(forms.Form):
    """Which areas to rank, and by what."""

    area = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    on = forms.DateField(label=_("Day"), widget=forms.Select, required=False)
    level = forms.TypedChoiceField(label=_("Rank"), choices=Level.choices, coerce=Level, required=False)
    order = forms.ChoiceField(
        label=_("Rank by"),
        choices=[
            (Order.SHARE, _("share of people for outreach now")),
            (Order.PEOPLE, _("number of people for outreach now")),
        ],
        required=False,
    )


def first_asked(parameters: Mapping[str, Any]) -> tuple[Level | None, Order]:
    """Return which level an address ranks, and by what."""
    form = FirstForm(parameters)
    form.is_valid()
    return form.cleaned_data.get("level") or None, Order(form.cleaned_data.get("order") or Order.SHARE)


def first_form(found: First) -> FirstForm:
    """Return the form that shows what a page of "where first" answers."""
    sheet = found.sheet
    form = FirstForm(
        initial={
            "area": sheet.asked.area,
            "on": sheet.figures.day.isoformat() if sheet.figures else "",
            "level": found.level,
            "order": found.order,
        }
    )
    form.fields["on"].widget.choices = [(one.isoformat(), day(one)) for one in sheet.days]
    form.fields["level"].widget.choices = [(int(one), one.label) for one in found.levels]
    return form
