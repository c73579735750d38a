"""How somebody came upon a person who does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class How(StrEnum):
    """On which way."""

    LOOKED_UP = "looked_up"
    EMERGENCY = "emergency"
    HOUSEHOLD = "household"
    PERSON = "person"
    PROFILE = "profile"
    NAMES = "names"


HOW_WORDS: Mapping[How, Any] = {
    How.LOOKED_UP: _("looked its code up"),
    How.EMERGENCY: _("used its code in an emergency"),
    How.HOUSEHOLD: _("opened the household"),
    How.PERSON: _("opened the person"),
    How.PROFILE: _("opened the profile"),
    How.NAMES: _("had the names shown"),
}
