"""Forms of contests and erasures."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor
from forewatch.places.models import Area
from forewatch.rights.models import Erasure
from forewatch.rights.queries import areas_of
from forewatch.rights.rules import BY_THE_DESK, MOST_WORDS, OUTCOME_LABELS, Outcome


class ContestForm(forms.Form):
    """Whom a contest is about, and what they say."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    area = forms.ModelChoiceField(queryset=Area.objects.none(), label=_("Where they live"), empty_label=None)
    about = forms.CharField(
        label=_("Who is it about?"),
        help_text=_(
            "Their citizen number, or the code P-… from a paper of the centre; else name and birth date."
        ),
        max_length=200,
    )
    words = forms.CharField(
        label=_("What do they say?"),
        help_text=_("What is wrong in their view, or that they want to see what is kept."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST_WORDS,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("token", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_of(actor)  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Whom a contest is about, as the register calls them."""

    code = forms.CharField(
        label=_("Code of the person"), help_text=_("As it stands in the register: P-…"), max_length=20
    )


class AnswerForm(forms.Form):
    """How a contest ended, and the words for the person."""

    outcome = forms.TypedChoiceField(
        choices=[(one.value, OUTCOME_LABELS[one]) for one in BY_THE_DESK],
        coerce=Outcome,
        label=_("Outcome"),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was found"),
        help_text=_("Their advocate reads this to them. Name no source and no colleague."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_WORDS,
    )


class ErasureForm(forms.Form):
    """Why a person is erased."""

    ground = forms.TypedChoiceField(
        choices=Erasure.Ground.choices, coerce=Erasure.Ground, label=_("Why"), widget=forms.RadioSelect
    )
