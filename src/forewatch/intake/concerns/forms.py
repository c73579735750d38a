"""The volunteer's form: a few boxes to tick, and room for a few words."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor
from forewatch.intake.concerns.queries import villages_of
from forewatch.intake.concerns.rules import MOST_WORDS, OUTCOME_LABELS, SEEN_LABELS, Outcome, Seen
from forewatch.places.models import Area


class ConcernForm(forms.Form):
    """What was seen, about whom, and where to find them."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    area = forms.ModelChoiceField(queryset=Area.objects.none(), label=_("Where"), empty_label=None)
    seen = forms.TypedMultipleChoiceField(
        choices=[(one.value, label) for one, label in SEEN_LABELS.items()],
        coerce=Seen,
        label=_("What have you seen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one line.")},
    )
    who = forms.CharField(
        label=_("Who is it about?"),
        help_text=_("A name, or how people call them. Write what you know."),
        max_length=200,
        required=False,
    )
    where = forms.CharField(
        label=_("How does one find them?"),
        help_text=_("House number, or a landmark."),
        max_length=300,
        required=False,
    )
    words = forms.CharField(
        label=_("What else should we know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_WORDS,
        required=False,
    )
    urgent = forms.BooleanField(label=_("Somebody is in danger now"), required=False)
    risky_visit = forms.BooleanField(
        label=_("A visit could bring them trouble"),
        help_text=_("The officers will then speak with their supervisor first."),
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("token", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = villages_of(actor)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """How a concern ended."""

    outcome = forms.TypedChoiceField(
        choices=[(one.value, label) for one, label in OUTCOME_LABELS.items()],
        coerce=Outcome,
        label=_("How did it end?"),
        widget=forms.RadioSelect,
    )
