"""The form of a yes or no: for what, on whose word, when, and in which language the words were read out."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from forewatch.register.actions.consenting import Said
from forewatch.register.forms.fields import DayField
from forewatch.register.models import Consent
from forewatch.register.rules.consents import NAMES, For

CODES = re.compile(r"[A-Z]{2}( [A-Z]{2})*")
YES, NO = "yes", "no"


class ConsentForm(forms.Form):
    """What somebody said."""

    purpose = forms.TypedChoiceField(
        label=gettext_lazy("For what"),
        choices=[(one.value, name) for one, name in NAMES.items()],
        coerce=For,
        widget=forms.RadioSelect,
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("What do they say?"),
        choices=[(YES, gettext_lazy("yes")), (NO, gettext_lazy("no, or no longer"))],
        widget=forms.RadioSelect,
    )
    countries = forms.CharField(
        label=gettext_lazy("Countries"),
        help_text=gettext_lazy(
            "Only for handing over: the codes of the countries that they agree to, for example TH LA."
        ),
        required=False,
        max_length=59,
    )
    ground = forms.TypedChoiceField(
        label=gettext_lazy("On whose word"), choices=Consent.Ground.choices, coerce=Consent.Ground
    )
    language = forms.ChoiceField(label=gettext_lazy("The words were read in"), choices=settings.LANGUAGES)
    said_on = DayField(label=gettext_lazy("Day"), max_length=40)

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["language"].initial = get_language()

    def clean(self) -> dict[str, Any]:
        """Ask where to, when somebody agrees to be handed over."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        codes = " ".join(data.get("countries", "").upper().replace(",", " ").split())
        shares = data.get("purpose") is For.SHARE and data.get("answer") == YES
        if shares and not CODES.fullmatch(codes):
            self.add_error(
                "countries", _("Name the countries by their codes of two letters, for example TH LA.")
            )
        data["countries"] = codes if shares else ""
        return data

    def said(self) -> Said:
        """Return what was said, for the action."""
        data = self.cleaned_data
        return Said(
            purpose=data["purpose"],
            agreed=data["answer"] == YES,
            ground=data["ground"],
            language=data["language"],
            said_on=data["said_on"],
            countries=data["countries"].split(),
        )
