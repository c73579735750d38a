"""Template helpers of the register's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms, template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.access.decisions import decide
from forewatch.access.rules import DataClass, Verb
from forewatch.register.entries import Under
from forewatch.register.models import BreakGlass, Grade, Household, Merge, Record
from forewatch.register.queries.answers import Told, told_in
from forewatch.register.queries.answers import under as conditions_of
from forewatch.register.queries.lists import ADULT
from forewatch.register.rules.dates import years_before
from forewatch.register.sealed import reason_of
from forewatch.register.visibility import purposes_of

register = template.Library()
Attributes = dict[str, str | bool]


@register.simple_tag(takes_context=True)
def can(context: Mapping[str, Any], verb: str, data: str) -> bool:
    """Tell whether the reader may do this to this class of data anywhere."""
    actor = context["request"].actor
    return any(decide(actor, Verb(verb), DataClass(data), one).allowed for one in purposes_of(actor))


@register.filter
def of(names: Mapping[UUID, Any], row: UUID) -> Any:
    """Return what a mapping holds for a row."""
    return names.get(row)


@register.filter
def said(record: Record) -> list[Told]:
    """Return what a record says, in words."""
    return told_in(record)


@register.filter
def reason(row: BreakGlass | Merge) -> str:
    """Return why somebody opened somebody in an emergency, or merged two."""
    return reason_of(row)


@register.filter
def under(record: Record) -> Under | None:
    """Return the conditions under which something was said."""
    return conditions_of(record)


@register.filter
def has_no_weight(record: Record) -> bool:
    """Tell whether a record counts for nothing: by its source, or as not known or suspected false."""
    return record.source.has_no_weight or record.grade in (Grade.D, Grade.E)


@register.filter
def has_child(household: Household) -> bool:
    """Tell whether somebody in a household is under 18 today."""
    born = household.youngest_born
    return born is not None and born > years_before(timezone.localdate(), ADULT)


@register.filter
def said_count(number: int) -> str:
    """Return how many questions have an answer."""
    if not number:
        return _("nothing yet")
    return ngettext("%(n)s answer", "%(n)s answers", number) % {"n": number}


@register.filter
def count_filled(fields: Sequence[forms.BoundField]) -> str:
    """Return how many of these questions have something written beside them."""
    return said_count(sum(1 for one in fields if str(one.value() or "").strip()))


@register.filter
def named(field: forms.BoundField, row: int) -> SafeString:
    """Return a field of a row with a name of its own for who cannot see the column's."""
    return field.as_widget(attrs=_named(field, row))


@register.filter
def asking(field: forms.BoundField, row: int) -> SafeString:
    """Return the birth date of a row, which asks for the questions of that age once it is written."""
    asks: Attributes = {
        "hx-post": reverse("member_questions"),
        "hx-vals": f'{{"row": "{row}"}}',
        "hx-trigger": "change",
        "hx-include": "closest form",
        "hx-target": f"#answers-{row}",
    }
    return field.as_widget(attrs=_named(field, row) | asks)


def _named(field: forms.BoundField, row: int) -> Attributes:
    label = _("%(field)s of member %(row)s") % {"field": field.label, "row": row + 1}
    named: Attributes = {"aria-label": label}
    return named | {"aria-invalid": "true"} if field.errors else named
