"""Template helpers that know nothing of the domain: dates in the reader's calendar, shares, pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from forewatch.lib.calendars import BUDDHIST_ERA, MONTHS, thai_date

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
def month(value: date) -> str:
    """Return a month in the reader's calendar: July 2024, in Thai กรกฎาคม 2567."""
    if get_language() == "th":
        return f"{MONTHS[value.month - 1]} {value.year + BUDDHIST_ERA}"
    return date_format(value, "F Y")


@register.filter
def percent(basis_points: int | None) -> str:
    """Return basis points as a whole percentage."""
    return "" if basis_points is None else f"{round(basis_points / 100)} %"


@register.simple_tag(takes_context=True)
def session_seconds(context: Context) -> int:
    """Return for how many seconds a page may stay open from now on; 0 where nobody is signed in."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return 0
    left: timedelta = request.session.get_expiry_date() - timezone.now()
    return max(1, round(left.total_seconds()))


@register.simple_tag
def demonstration() -> bool:
    """Tell whether this installation shows made-up people."""
    return bool(settings.DEMO)
