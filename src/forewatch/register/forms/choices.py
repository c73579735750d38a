"""Long choices, grouped so that people find their place in them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from forewatch.places.models import Area

Grouped = list[tuple[object, object]]


def graded(grades: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """Return grades as choices that say the mark and what it means."""
    return [(one.value, lazy(_marked, str)(one)) for one in grades]


def _marked(grade: models.TextChoices) -> str:
    return f"{grade.value}: {grade.label}"


def by_parent(areas: Iterable[Area], *, needed: bool) -> Grouped:
    """Return areas as choices, grouped by the area above: names repeat, and the group tells them apart."""
    grouped: Grouped = [
        (str(parent) if parent else "", [(one.pk, str(one)) for one in some])
        for parent, some in groupby(areas, key=lambda one: one.parent)
    ]
    return [("", "–" if needed else _("where it lives now")), *grouped]
