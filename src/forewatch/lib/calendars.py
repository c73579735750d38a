"""Calendars: Buddhist era years and the names of months in Thai, and months counted back."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

BUDDHIST_ERA = 543
"""Years of the Buddhist era less those of the common era; from 1941, when the Thai year moved to January."""
MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)


def thai_date(day: date) -> str:
    """Return a date as Thai writes it: 5 กรกฎาคม 2567."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or its last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
