"""Forms of the office."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.access.actions import longest
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.words import ROLE_NAMES
from forewatch.office.reading import COLUMNS, MOST, Row
from forewatch.office.sheets import EVERYWHERE
from forewatch.places.models import Area, Level
from forewatch.places.queries import current, villages
from forewatch.register.actions.planting import MOST as FAMILIES

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SheetForm(forms.Form):
    """A sheet of accounts."""

    file = forms.FileField(
        label=gettext_lazy("Sheet"), help_text=gettext_lazy("CSV or XLSX, one row a person.")
    )


class PeriodForm(forms.Form):
    """The days that oversight is asked about."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=DAY)
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DAY)


class TeamForm(forms.Form):
    """Whose deeds of a team are shown, and of which day."""

    colleague = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Colleague"), required=False, empty_label=gettext_lazy("all")
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DAY)

    def __init__(self, *args: Any, members: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["colleague"].queryset = members  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code of a person who asks who saw them."""

    code = forms.CharField(
        label=gettext_lazy("The person's code"), max_length=20,
        help_text=gettext_lazy("It begins with P-."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class RowsForm(forms.Form):
    """The rows of a sheet that was looked at, on their way back; they are checked anew."""

    rows = forms.CharField(widget=forms.HiddenInput, max_length=1_000_000)

    def clean_rows(self) -> list[Row]:
        """Return the rows."""
        try:
            said = json.loads(self.cleaned_data["rows"])
            rows = [Row(int(line), {key: str(cells.get(key, "")) for key in COLUMNS}) for line, cells in said]
        except (ValueError, TypeError, AttributeError):
            rows = []
        if not 0 < len(rows) <= MOST:
            raise forms.ValidationError(_("The rows came back damaged. Upload the sheet again."))
        return rows


def packed(rows: Sequence[Row]) -> str:
    """Return rows as they travel through the page."""
    return json.dumps([(row.line, dict(row.cells)) for row in rows], ensure_ascii=False)


class VillageForm(forms.Form):
    """In which village a colleague lives."""

    village = forms.CharField(
        label=gettext_lazy("Code of the village where they live"),
        help_text=gettext_lazy(
            "Only compared, never shown again. Empty forgets it: then every village may be theirs."
        ),
        max_length=32, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean_village(self) -> str:
        """Return the code of a village, or nothing."""
        code: str = self.cleaned_data["village"].strip()
        if code and not villages().filter(code=code).exists():
            raise forms.ValidationError(_("No village has the code %(code)s.") % {"code": code})
        return code


class RoleForm(forms.Form):
    """A role for a colleague, where and until when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    area_code = forms.CharField(
        label=gettext_lazy("Code of the area"), help_text=gettext_lazy("* is every area."), max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    until = forms.DateField(label=gettext_lazy("Until"), widget=DAY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, name) for one, name in ROLE_NAMES.items() if one is not Role.AGENCY]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *choices]
        self.fields["until"].initial = today + longest() - timedelta(days=1)

    def clean_role(self) -> Role:
        """Return the role."""
        return Role(self.cleaned_data["role"])

    def clean_area_code(self) -> str:
        """Return the code of a current area, or nothing for every area."""
        code: str = self.cleaned_data["area_code"].strip()
        if code == EVERYWHERE:
            return ""
        if not current().filter(code=code).exists():
            raise forms.ValidationError(_("No area has the code %(code)s.") % {"code": code})
        return code


class SuccessorForm(forms.Form):
    """To whom a leaver's work goes."""

    to = forms.ChoiceField(label=gettext_lazy("Colleague who takes the work over"), required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("nobody: there is no work")), *choices]


class PlantForm(forms.Form):
    """Where families that do not exist are planted, and how many."""

    area = forms.ModelChoiceField(
        label=gettext_lazy("District"),
        queryset=Area.objects.filter(level=Level.DISTRICT, valid_to__isnull=True).order_by("path"),
    )
    families = forms.IntegerField(label=gettext_lazy("Families"), min_value=1, max_value=FAMILIES, initial=5)
