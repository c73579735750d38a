"""Template helpers of intake."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def words(text: Mapping[str, str]) -> str:
    """Return words in the reader's language."""
    return text.get(get_language() or "en") or text["en"]
