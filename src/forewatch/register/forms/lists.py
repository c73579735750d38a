"""What narrows a list, and what is said before names are shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area, Level
from forewatch.register.forms.fields import DayField, WordsField
from forewatch.register.forms.widgets import Choices
from forewatch.register.queries.lists import Filters
from forewatch.register.queries.places import places_to_read
from forewatch.register.visibility import purposes_of

PURPOSES = {
    Purpose.PREVENT: gettext_lazy("prevention: to reach people in time"),
    Purpose.ASSIST: gettext_lazy("assistance: to help somebody now"),
    Purpose.PLAN: gettext_lazy("planning"),
    Purpose.CONTEST: gettext_lazy("on the person's own request"),
    Purpose.AUDIT: gettext_lazy("audit"),
    Purpose.SUPPORT: gettext_lazy("technical support"),
}


class AreaForm(forms.Form):
    """One area of those the actor reads; empty for all of them."""

    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False, widget=Choices)

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        asked = str(self.data.get("area", ""))
        self.areas = {one.code: one for one in places_to_read(actor, asked)}
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("all of my area")),
            *((code, _indented(one)) for code, one in self.areas.items()),
        ]

    def chosen(self) -> Area | None:
        """Return the area chosen, or None; an unknown one narrows nothing."""
        return self.areas.get(self.cleaned_data["area"]) if self.is_valid() else None


class FilterForm(AreaForm):
    """What narrows the list of households."""

    code = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=40)
    seen_before = DayField(label=gettext_lazy("Not seen since"), required=False, max_length=40)
    mine = forms.BooleanField(label=gettext_lazy("given to me"), required=False)
    children = forms.BooleanField(label=gettext_lazy("with children"), required=False)
    papers = forms.BooleanField(label=gettext_lazy("somebody without papers"), required=False)

    def filters(self) -> Filters:
        """Return what narrows the list; what cannot be read narrows nothing."""
        if not self.is_valid():
            return Filters()
        data = self.cleaned_data
        return Filters(
            area=self.areas.get(data["area"]),
            mine=data["mine"],
            children=data["children"],
            without_papers=data["papers"],
            seen_before=data["seen_before"],
        )


class RevealForm(forms.Form):
    """Why somebody needs names, and what for."""

    reason = WordsField(
        label=gettext_lazy("Why do you need the names?"),
        help_text=gettext_lazy("At least 10 characters. It is written down with your name and the time."),
        min_length=10,
        max_length=300,
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What for"))

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        mine = [
            one for one in purposes_of(actor) if decide(actor, Verb.REVEAL, DataClass.IDENTITY, one).allowed
        ]
        self.fields["purpose"].choices = [(one.value, PURPOSES[one]) for one in mine]  # type: ignore[attr-defined]


def _indented(area: Area) -> str:
    return "\u2003" * max(area.level - Level.PROVINCE, 0) + str(area)
