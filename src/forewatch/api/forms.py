"""What an administrator says to give a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from forewatch.api.queries import bounds, sources
from forewatch.places.models import Area
from forewatch.register.models import Source

MONTHS = {
    "3": gettext_lazy("three months"),
    "6": gettext_lazy("half a year"),
    "12": gettext_lazy("a year"),
}
DAYS_A_MONTH = 30


class KeyForm(forms.Form):
    """Whose records, from where, and for how long."""

    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("The key hands in records of this source and of no other."),
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=gettext_lazy("Area"),
        help_text=gettext_lazy("Rows about places outside this area are set aside."),
    )
    months = forms.ChoiceField(
        label=gettext_lazy("It holds for"),
        choices=list(MONTHS.items()),
        help_text=gettext_lazy("Then the agreement is looked at again, and a new key is given."),
    )

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        for name, rows in (("source", sources()), ("area", bounds())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def lasts(self) -> timedelta:
        """Return for how long the key shall hold."""
        return timedelta(days=DAYS_A_MONTH * int(self.cleaned_data["months"]))
