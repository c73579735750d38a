"""How people are told, why they may not be told yet, and by when (Thai PDPA, section 25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

SOON = timedelta(days=7)
AGAIN = timedelta(days=180)
"""A ground for not telling somebody is looked at again after so long."""


class State(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ASKED = "asked"
    LEFT = "left"
    TOLD = "told"


STATE_LABELS: Mapping[State, object] = {
    State.OPEN: _("to be told"),
    State.ASKED: _("a ground for not telling is being looked at"),
    State.LEFT: _("not told for now"),
    State.TOLD: _("told"),
}


class How(StrEnum):
    """How somebody was told; never by a letter or a message that others might read."""

    ALONE = "alone"
    TRUSTED = "trusted"
    GUARDIAN = "guardian"
    KNEW = "knew"


HOW_LABELS: Mapping[How, object] = {
    How.ALONE: _("in person, with nobody listening"),
    How.TRUSTED: _("through somebody they trust, who knows why it has to be safe"),
    How.GUARDIAN: _("of a child: the guardian, who is no danger to it"),
    How.KNEW: _("they knew it already, and said so"),
}


class Ground(StrEnum):
    """Why somebody is not told for now."""

    DANGER = "danger"
    UNFOUND = "unfound"
    LAW = "law"


GROUND_LABELS: Mapping[Ground, object] = {
    Ground.DANGER: _("telling them would put them or somebody else in danger"),
    Ground.UNFOUND: _("they cannot be found"),
    Ground.LAW: _("the law keeps it secret for now"),
}


def due(collected: date, days: int) -> date:
    """Return the day by which somebody is told of what was collected about them (30 days by default)."""
    return collected + timedelta(days=days)
