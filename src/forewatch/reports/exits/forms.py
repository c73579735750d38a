"""The form by which somebody asks for a file about people to leave."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.access.decisions import Actor
from forewatch.places.models import Area, Level
from forewatch.register.forms.fields import ReasonField
from forewatch.reports.exits.actions import Wish, recipient_of
from forewatch.reports.exits.content import WHOM
from forewatch.reports.exits.queries import areas_to_ask
from forewatch.reports.paper.forms import AreaField
from forewatch.ui.problems import Problem


class AnyArea(AreaField):
    """One area, from provinces down."""

    top = Level.PROVINCE


class WishForm(forms.Form):
    """Of whom, to whom, by which right and what for."""

    area = AnyArea(label=gettext_lazy("Area"), queryset=Area.objects.none())
    whom = forms.ChoiceField(label=gettext_lazy("Whom"), choices=list(WHOM.items()))
    recipient = forms.CharField(
        label=gettext_lazy("Recipient"),
        help_text=gettext_lazy("The organisation, and who there receives it."),
        max_length=120,
    )
    prosecutes = forms.TypedChoiceField(
        label=gettext_lazy("What the recipient does"),
        help_text=gettext_lazy("Those who decide are told what you say here."),
        choices=[
            ("no", gettext_lazy("It helps people, and prosecutes nobody")),
            ("yes", gettext_lazy("It is the police, immigration, or anybody else who prosecutes")),
        ],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    country = forms.CharField(
        label=gettext_lazy("Country of the recipient"),
        help_text=gettext_lazy("Its code of two letters. Only who agreed to it is in the file."),
        max_length=2,
    )
    key = forms.CharField(
        label=gettext_lazy("Public key of the recipient"),
        help_text=gettext_lazy(
            "Begins with age1. Have it read out to you on the telephone: who holds the key opens the file."
        ),
        max_length=80,
    )
    basis = forms.CharField(
        label=gettext_lazy("By which agreement or law"),
        help_text=gettext_lazy("Its number and date."),
        max_length=160,
    )
    reason = ReasonField(
        gettext_lazy("Others decide by it."), label=gettext_lazy("What the recipient needs it for")
    )
    with_names = forms.BooleanField(
        label=gettext_lazy("With names, birth dates and telephone numbers"),
        help_text=gettext_lazy("Only if the recipient cannot help without."),
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["area"].queryset = areas_to_ask(actor)  # type: ignore[attr-defined]
        self.fields["country"].initial = settings.COUNTRY

    def clean_country(self) -> str:
        """Return the code in capitals."""
        code: str = self.cleaned_data["country"].upper()
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise forms.ValidationError(_("Write the two letters of the country, for example TH."))
        return code

    def clean_key(self) -> str:
        """Return the key, if it is one."""
        key: str = self.cleaned_data["key"].strip()
        try:
            recipient_of(key)
        except Problem as problem:
            raise forms.ValidationError(str(problem)) from problem
        return key

    def wish(self) -> Wish:
        """Return what is wanted, for the action."""
        return Wish(**self.cleaned_data)
