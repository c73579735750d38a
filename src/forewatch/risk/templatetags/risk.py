"""Words of the definition in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from forewatch.analysis.definition import Text

register = template.Library()


@register.filter
def say(text: Text) -> str:
    """Return a text of the definition in the reader's language; English fills a gap."""
    return text.get((get_language() or "en").split("-")[0]) or text["en"]


@register.filter
def points(basis_points: int | None) -> str:
    """Return basis points as points of 100, with one decimal; a dash where nothing is known."""
    return "–" if basis_points is None else f"{basis_points / 100:.1f}"


@register.filter
def unlocalise(number: float) -> str:
    """Return a number as a picture needs it, in whatever language the page is."""
    return str(number)
