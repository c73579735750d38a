"""Template helpers that know nothing of the domain: dates in the reader's calendar, shares, pages."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from forewatch.lib.calendars import thai_date

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a date in the reader's calendar: 5 July 2024, in Thai 5 กรกฎาคม 2567."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if get_language() == "th":
        return thai_date(value)
    return date_format(value, "j F Y")


@register.filter
def percent(basis_points: int | None) -> str:
    """Return basis points as a whole percentage."""
    return "" if basis_points is None else f"{round(basis_points / 100)} %"


@register.simple_tag
def demonstration() -> bool:
    """Tell whether this installation shows made-up people."""
    return bool(settings.DEMO)
