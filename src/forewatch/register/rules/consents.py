"""What people are asked to agree to, in which words, and on which ground something may be done without it.

The words are part of the consent: whoever changes one of them gives `WORDING` a new name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from forewatch.access.rules import Purpose

WORDING = "2026-12"
"""The version of the words below."""


class For(StrEnum):
    """What somebody agrees or says no to, each apart from the others."""

    PREVENT = Purpose.PREVENT
    ASSIST = Purpose.ASSIST
    SHARE = "share"


NAMES: Mapping[For, Any] = {
    For.PREVENT: _("prevention: visits and questions"),
    For.ASSIST: _("assistance: help that is arranged for them"),
    For.SHARE: _("handing over to another organisation"),
}
WORDS: Mapping[For, Any] = {
    For.PREVENT: _(
        "We keep what you tell us and what others told us about your family, so that somebody comes by and "
        "asks how you are before anything happens. Nobody may use it to keep you from travelling or working."
    ),
    For.ASSIST: _(
        "If you want help, the people who arrange it may see what they need for it, and nothing else."
    ),
    For.SHARE: _(
        "We may give what helps you to organisations that help people, in the countries that we name to you. "
        "Agreeing to help is not agreeing to this, and nothing ever goes to the police."
    ),
}
ASSUMED: frozenset[For] = frozenset({For.PREVENT, For.ASSIST})
"""What is a public task until somebody says no; nothing is handed over before somebody says yes."""
