"""Small forms: how somebody was told, why not, and what the second look says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from forewatch.register.forms.fields import DayField, ReasonField, WordsField
from forewatch.rights.informing.rules import GROUND_LABELS, HOW_LABELS, Ground, How


class ToldForm(forms.Form):
    """How and when somebody was told."""

    how = forms.TypedChoiceField(
        label=gettext_lazy("How were they told?"),
        choices=[(one.value, label) for one, label in HOW_LABELS.items()],
        coerce=How,
        widget=forms.RadioSelect,
    )
    on = DayField(label=gettext_lazy("Day they were told"), max_length=40)


class GroundForm(forms.Form):
    """Why somebody is not told for now."""

    ground = forms.TypedChoiceField(
        label=gettext_lazy("Why are they not told for now?"),
        choices=[(one.value, label) for one, label in GROUND_LABELS.items()],
        coerce=Ground,
        widget=forms.RadioSelect,
    )
    reason = ReasonField(
        gettext_lazy("The data protection officer reads it."), label=gettext_lazy("What makes you think so?")
    )


class ReviewForm(forms.Form):
    """What the second look says."""

    answer = WordsField(label=gettext_lazy("In a sentence, for whoever asked"), min_length=10, max_length=300)
