"""One member of a household, as a row."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from forewatch.register.entries import Answers, MemberEntry
from forewatch.register.forms.fields import BirthField, NumberField, WordsField
from forewatch.register.forms.widgets import Choices
from forewatch.register.models import Membership, Sex
from forewatch.register.rules.names import TITLES
from forewatch.register.rules.numbers import NumberState
from forewatch.register.sealed import Who

_OFF = {"autocomplete": "off"}


class MemberForm(forms.Form):
    """Names, sex, birth, role and number. Of somebody who is there already, what is left empty stays."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    given = WordsField(
        label=gettext_lazy("Given name"), required=False, max_length=80, widget=forms.TextInput(_OFF)
    )
    family = WordsField(
        label=gettext_lazy("Family name"), required=False, max_length=80, widget=forms.TextInput(_OFF)
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), required=False, choices=[("", "–"), *Sex.choices], widget=Choices
    )
    birth = BirthField(
        label=gettext_lazy("Born"),
        required=False,
        max_length=40,
        widget=forms.TextInput(_OFF | {"size": 11, "placeholder": gettext_lazy("5/7/2524")}),
    )
    role = forms.ChoiceField(label=pgettext_lazy("in a household", "As"), required=False, widget=Choices)
    number = NumberField(
        label=gettext_lazy("Citizen number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(_OFF | {"inputmode": "numeric", "size": 14}),
    )
    no_number = forms.BooleanField(label=gettext_lazy("has none"), required=False)
    leaves = forms.BooleanField(label=gettext_lazy("no longer lives here"), required=False)

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["role"].choices = [("", "–"), *Membership.Role.choices]  # type: ignore[attr-defined]

    def is_there(self) -> bool:
        """Tell whether the row is about somebody registered already."""
        return bool(self["person"].value())

    def is_blank(self) -> bool:
        """Tell whether nothing was written into the row of a new member."""
        told = (one.value() for one in self if one.name not in ("person", "no_number", "leaves"))
        return not self.is_there() and not any(str(value or "").strip() for value in told)

    def clean(self) -> dict[str, Any]:
        """Check what only makes sense together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("number") and data.get("no_number"):
            self.add_error("number", _("There is a number here, and it says that there is none."))
        if not self.is_there() and not data.get("given") and not self.errors.get("given"):
            self.add_error("given", _("A member needs a name, or what the family calls them."))
        return data

    def entry(self, answers: Answers) -> MemberEntry:
        """Return the member for the actions."""
        data = self.cleaned_data
        return MemberEntry(
            who=self._who(),
            person_id=data["person"],
            sex=data["sex"] or (None if data["person"] else ""),
            birth=data["birth"],
            role=data["role"] or ("" if data["person"] else Membership.Role.OTHER),
            leaves=data["leaves"],
            answers=answers,
        )

    def _who(self) -> Who | None:
        data = self.cleaned_data
        state = (
            NumberState.HAS
            if data["number"]
            else NumberState.NONE
            if data["no_number"]
            else NumberState.NOT_ASKED
        )
        title, given = _title_of(data["given"])
        who = Who(given=given, family=data["family"], title=title, number=data["number"], number_state=state)
        return who if not self.is_there() or who != Who() else None

    def person_id(self) -> uuid.UUID | None:
        """Return who the row is about, if registered already."""
        try:
            return uuid.UUID(str(self["person"].value()))
        except ValueError:
            return None


def _title_of(given: str) -> tuple[str, str]:
    """Return the title that stands before a given name by itself, and the name."""
    first, _space, rest = given.partition(" ")
    return (first, rest) if rest and first in TITLES else ("", given)
