"""The Thai calendar: Buddhist era years, and the names of months."""

from __future__ import annotations

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
