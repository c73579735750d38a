"""What signs, bands and degrees of sureness are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, gettext_noop

from forewatch.reports.atlas.ranking import Sureness
from forewatch.reports.atlas.rules import EMPTY
from forewatch.reports.counts import WITHHELD

SIGNS = {
    "high": gettext_lazy("High"),
    "medium": gettext_lazy("Medium"),
    "low": gettext_lazy("Low"),
    "high-provisional": gettext_lazy("High, provisional"),
    "medium-provisional": gettext_lazy("Medium, provisional"),
    "low-provisional": gettext_lazy("Low, provisional"),
    "high-partial": gettext_lazy("High, part withheld"),
    "medium-partial": gettext_lazy("Medium, part withheld"),
    "low-partial": gettext_lazy("Low, part withheld"),
    "unknown": gettext_lazy("Not enough information"),
    "unsurveyed": gettext_lazy("Nobody surveyed"),
    WITHHELD: gettext_lazy("Withheld"),
    EMPTY: gettext_lazy("Nobody of this group lives here"),
}
BANDS = {
    "high": gettext_lazy("outreach now"),
    "medium": gettext_lazy("outreach soon"),
    "low": gettext_lazy("routine outreach"),
    "not_enough_information": gettext_lazy("not enough information"),
}
SURENESS = {
    Sureness.CERTAIN: gettext_lazy("certain"),
    Sureness.LIKELY: gettext_lazy("likely"),
    Sureness.OPEN: gettext_lazy("not sure yet"),
}
WHY = {
    Sureness.CERTAIN: gettext_noop(
        "It stays among the first %(first)s whatever the people without a band are like (rank %(outermost)s)."
    ),
    Sureness.LIKELY: gettext_noop(
        "Rank %(likely)s, share %(share)s, if the people without a band resemble those with one; if they do "
        "not, rank %(outermost)s."
    ),
    Sureness.OPEN: gettext_noop(
        "It may stand anywhere from rank %(likely)s even if the people without a band resemble those with "
        "one (share %(share)s); at the outermost %(outermost)s. Ask more people here before comparing."
    ),
}


def sign_word(sign: str) -> str:
    """Return what a sign says."""
    return str(SIGNS[sign])
