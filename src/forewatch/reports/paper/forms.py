"""The forms of this folder: a blank form to print, a visit list to ask for, a sheet to print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor
from forewatch.places.models import Area, Level
from forewatch.reports.models import PURPOSE_WORDS, Printing
from forewatch.reports.paper.blank import MOST_MEMBERS
from forewatch.reports.paper.queries import printable_areas
from forewatch.reports.paper.rules import MOST_HOUSEHOLDS


class AreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One area, indented below the one it lies in; those of the level `top` stand at the margin."""

    top = Level.SUB_DISTRICT

    def label_from_instance(self, obj: Area) -> str:
        """Return the area's name and code: names repeat."""
        return "\u2003" * max(0, obj.level - self.top) + f"{obj} · {obj.code}"


def _languages() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language of the sheet"), choices=settings.LANGUAGES)


class FormForm(forms.Form):
    """Which blank form to print."""

    kind = forms.ChoiceField(
        label=_("For whom"),
        choices=[(one.value, one.label) for one in (Printing.Kind.HOUSEHOLD_FORM, Printing.Kind.PERSON_FORM)],
    )
    members = forms.IntegerField(
        label=_("Rows for members"),
        help_text=_("For a household. Larger households take a second sheet."),
        min_value=1,
        max_value=MOST_MEMBERS,
        initial=6,
    )
    language = _languages()
    area = AreaField(label=_("Place to print on it"), queryset=Area.objects.none(), required=False)

    def __init__(self, *args: Any, areas: QuerySet[Area], **others: Any) -> None:
        super().__init__(*args, **others)
        field = self.fields["area"]
        assert isinstance(field, AreaField)
        field.queryset = areas
        if not areas.exists():
            del self.fields["area"]


class ListForm(forms.Form):
    """Which households to visit, and what for."""

    area = AreaField(label=_("Village or sub-district"), queryset=Area.objects.none())
    households = forms.IntegerField(
        label=_("Households at most"),
        help_text=_("As many as you will visit while the list holds; the most urgent come first."),
        min_value=1,
        max_value=MOST_HOUSEHOLDS,
        initial=20,
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PURPOSE_WORDS.items()))
    reason = forms.CharField(
        label=_("What the visits are for"),
        help_text=_("One sentence for whoever approves. No names."),
        max_length=300,
    )
    with_names = forms.BooleanField(
        label=_("With names and addresses"),
        help_text=_("Only if you cannot find the households by their codes."),
        required=False,
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **others: Any) -> None:
        super().__init__(*args, **others)
        field = self.fields["area"]
        assert isinstance(field, AreaField)
        field.queryset = areas


class SheetForm(forms.Form):
    """In which language a list is printed."""

    language = _languages()


class DistrictForm(forms.Form):
    """In which district the places to choose from lie."""

    district = AreaField(label=_("District"), queryset=Area.objects.none(), to_field_name="code")

    def __init__(self, *args: Any, districts: QuerySet[Area], **others: Any) -> None:
        super().__init__(*args, **others)
        field = self.fields["district"]
        assert isinstance(field, AreaField)
        field.queryset = districts


def areas_to_choose(actor: Actor, district: str, *, several: bool) -> QuerySet[Area]:
    """Return the places to choose from: none before one of several districts is chosen."""
    return printable_areas(actor, district) if district or not several else Area.objects.none()
