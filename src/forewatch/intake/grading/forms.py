"""The grade of a report: how the source knows, and whether it may be passed on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.intake.grading.actions import Given
from forewatch.register.forms.choices import graded
from forewatch.register.forms.fields import WordsField
from forewatch.register.models import Audience, Grade, Handling


class GradingForm(forms.Form):
    """What a report is worth."""

    information = forms.ChoiceField(
        label=gettext_lazy("How does the source know?"), choices=graded(Grade), widget=forms.RadioSelect
    )
    handling = forms.ChoiceField(
        label=gettext_lazy("May it be passed on?"), choices=graded(Handling), widget=forms.RadioSelect
    )
    conditions = WordsField(
        label=gettext_lazy("Under which conditions"),
        help_text=gettext_lazy("Where it comes under conditions: as they were asked for, without names."),
        required=False,
        max_length=300,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=Audience.choices,
        initial=Audience.HELPERS,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the conditions where there are some."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("handling") == Handling.CONDITIONS and not data.get("conditions"):
            self.add_error("conditions", _("Write the conditions under which it may be passed on."))
        return data

    def given(self) -> Given:
        """Return the grade for the action."""
        data = self.cleaned_data
        audience = data["audience"] or Audience.HELPERS
        return Given(data["information"], data["handling"], data["conditions"], audience)
