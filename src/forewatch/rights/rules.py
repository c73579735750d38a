"""How a contest may end, and by when it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

MOST_WORDS = 2000
"""Characters of free text."""


class Outcome(StrEnum):
    """How a contest ended."""

    UPHELD = "upheld"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    NOT_KEPT = "not_kept"


OUTCOME_LABELS: Mapping[Outcome, object] = {
    Outcome.UPHELD: _("What was recorded is right and stays"),
    Outcome.CORRECTED: _("What was recorded was wrong and has been corrected"),
    Outcome.WITHDRAWN: _("The person no longer contests it"),
    Outcome.NOT_KEPT: _("Nothing is kept about this person"),
}
BY_THE_DESK = tuple(one for one in Outcome if one is not Outcome.WITHDRAWN)
"""Outcomes that the desk finds; that somebody no longer contests, their advocate says."""
ABOUT_SOMEBODY = frozenset({Outcome.UPHELD, Outcome.CORRECTED})
"""Outcomes that are about what is kept, and so about a person of the register."""


def due(filed_on: date, days: int) -> date:
    """Return the day by which a contest is answered (access protocol 3.6: 30 days by default)."""
    return filed_on + timedelta(days=days)
