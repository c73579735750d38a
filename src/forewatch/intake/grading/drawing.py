"""Which reports a second person grades: chance decides, as nobody can foresee and everybody can repeat."""

from __future__ import annotations

import uuid

from django.conf import settings

from forewatch.access.rules import Protocol
from forewatch.access.sealing import lookup_key


def percent() -> int:
    """Return how many of a hundred reports are graded twice: none in one office."""
    twice: int = settings.TERMS.second_grades_percent
    return twice if settings.PROTOCOL is Protocol.MULTI_AGENCY else 0


def drawn(report: uuid.UUID) -> bool:
    """Tell whether chance has drawn a report; the draw is a keyed hash."""
    share = percent()
    return bool(share) and _place(report) * 100 < share * 2**64


def _place(report: uuid.UUID) -> int:
    return int.from_bytes(lookup_key("second grade", report.hex)[:8], "big")
